from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.intensity import as_hu, check_finite, to_0_255


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.array([0, 128, 255], np.uint8), [0, 128, 255]),
        (np.array([0, 32896, 65535], np.uint16), [0, 128, 255]),
        (np.array([False, True]), [0, 255]),
        (np.array([0, 0.5, 1.0]), [0, 127.5, 255]),
        (np.array([0.25, 0.5]), [63.75, 127.5]),
        (np.array([-10, 0, 10], np.int16), [0, 127.5, 255]),
        (np.array([0.0, 4000.0]), [0, 255]),
        (np.array([7, 7], np.int32), [0, 0]),
    ],
    ids=["uint8", "uint16", "bool", "0..1", "part of 0..1", "int16", "floats", "constant"],
)
def test_pictures_of_any_type_get_the_same_range(values, shown):
    result = to_0_255(values)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, shown, rtol=1e-5)


def test_hu_are_held_small():
    small = np.array([-1024, 3071], np.int16)
    assert as_hu(small) is small
    assert as_hu(small.astype(np.int64)).dtype == np.int16
    assert as_hu(np.array([40000])).dtype == np.float32
    assert as_hu(np.array([0.5])).dtype == np.float32


def test_what_is_not_finite_is_counted():
    values = np.array([np.nan, np.inf, 1.0])
    for function in (check_finite, to_0_255, as_hu):
        with pytest.raises(ImageError, match="2 of 3"):
            function(values)
