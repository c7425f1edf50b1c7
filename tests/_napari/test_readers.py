from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom.data
import pytest

from napari_spinalsam._napari.layer_data import volume_of
from napari_spinalsam._napari.readers import get_reader, read_layers
from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging import nifti


@pytest.fixture
def ct(tmp_path):
    affine = np.array([[0, 0, 2.0, -10], [-0.5, 0, 0, 20], [0, -0.5, 0, 30], [0, 0, 0, 1]])
    hu = np.random.default_rng(0).integers(-1000, 2000, (5, 6, 7)).astype(np.int16)
    nib.save(nib.Nifti1Image(hu, affine), tmp_path / "case 1.nii.gz")
    return tmp_path / "case 1.nii.gz"


@pytest.mark.parametrize("path", ["a.nii", "a.nii.gz", "A.NII.GZ"])
def test_nifti_files_are_claimed(path):
    assert get_reader(path) is read_layers


@pytest.mark.parametrize("path", ["a.png", "a.tif", "a.gz", "a", ["a.nii", "b.nii"]])
def test_everything_else_is_left_to_others(path):
    assert get_reader(path) is None


@pytest.fixture
def scan(tmp_path):
    """A real CT slice, as pydicom brings it, in a folder of its own."""
    (tmp_path / "series").mkdir()
    return Path(shutil.copy(pydicom.data.get_testdata_file("CT_small.dcm"), tmp_path / "series" / "IM1"))


def test_dicom_files_and_folders_are_claimed_and_no_other_folders(scan, tmp_path):
    assert get_reader(str(scan)) is read_layers
    assert get_reader(str(scan.parent)) is read_layers
    assert get_reader(str(tmp_path)) is None


def test_a_series_comes_under_the_name_of_its_folder(scan):
    ((data, attributes, kind),) = read_layers(str(scan.parent))
    stored = pydicom.dcmread(scan)
    assert (kind, attributes["name"]) == ("image", "series")
    np.testing.assert_array_equal(data[0], stored.pixel_array * 1.0 + stored.RescaleIntercept)
    feet_back_left = attributes["affine"] @ [0, 0, 0, 1]
    np.testing.assert_allclose(feet_back_left[:3], np.array(stored.ImagePositionPatient)[::-1] * (-1, 1, 1))


def test_an_image_comes_with_its_place_and_its_volume(ct):
    ((data, attributes, kind),) = read_layers(str(ct))
    volume = volume_of(attributes["metadata"])
    assert kind == "image"
    assert data is volume.array
    assert attributes["name"] == "case 1"
    assert attributes["contrast_limits"] == (-500, 1300)
    np.testing.assert_array_equal(attributes["affine"], volume.napari_affine)
    assert volume.path == ct


def test_napari_shows_every_voxel_at_its_world_position(ct):
    from napari.layers import Layer

    layer = Layer.create(*read_layers(str(ct))[0])
    image = nib.load(ct)
    index = (1, 2, 3)
    to_feet, to_back, to_left = layer.data_to_world(index)
    in_file = np.linalg.solve(image.affine, [-to_left, -to_back, -to_feet, 1])[:3]
    assert image.dataobj[tuple(in_file.round().astype(int))] == layer.data[index]


def test_labels_come_as_labels(ct):
    volume = nifti.read_nifti(ct)
    path = nifti.write_labels(ct.with_name("out.nii.gz"), np.full(volume.shape, 22, np.uint16), volume)
    ((data, attributes, kind),) = read_layers(str(path))
    assert kind == "labels"
    assert (data == 22).all()
    np.testing.assert_allclose(attributes["affine"], volume.napari_affine)


def test_a_bad_file_is_told(tmp_path):
    (tmp_path / "bad.nii.gz").write_text("no image")
    with pytest.raises(ImageError):
        read_layers(str(tmp_path / "bad.nii.gz"))


def test_choosing_a_reader_is_quick_to_import():
    code = (
        "import sys, napari_spinalsam._napari.readers, napari_spinalsam._napari.sample_data;"
        "sys.exit(bool({'torch', 'napari', 'transformers', 'qtpy'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
