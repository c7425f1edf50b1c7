from __future__ import annotations

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.reading import read_volume


def test_the_kind_is_found_by_the_name(tmp_path):
    nib.save(nib.Nifti1Image(np.zeros((2, 3, 4), np.int16), np.eye(4)), tmp_path / "CT.NII.GZ")
    (tmp_path / "slices").mkdir()
    iio.imwrite(tmp_path / "slices" / "A.PNG", np.zeros((4, 5), np.uint8))
    assert read_volume(tmp_path / "CT.NII.GZ").intensity == "hu"
    assert read_volume(str(tmp_path / "slices" / "A.PNG")).shape == (1, 4, 5)
    assert read_volume(tmp_path / "slices").intensity == "grey"


@pytest.mark.parametrize("name", ["scan.dcm", "scan.txt", "scan", "missing.nii.gz"])
def test_other_kinds_are_refused(tmp_path, name):
    if "missing" not in name:
        (tmp_path / name).write_bytes(b"something")
    with pytest.raises(ImageError) as caught:
        read_volume(tmp_path / name)
    assert caught.value.hint
