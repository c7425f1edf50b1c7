"""What may be segmented, and what the network sees of it."""

import numpy as np
import pytest

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.imaging.window import PRESETS, Window
from napari_spinalsam.segmentation.slice_image import SliceImage, model_slice

IPL_2_3_4 = np.array([[0, 0, -4, 0], [0, -3, 0, 0], [-2, 0, 0, 0], [0, 0, 0, 1.0]])  # spacing 2, 3, 4 mm


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((0, 5)), "no slice"),
        (np.zeros((2, 3, 4)), "no slice"),
        (np.full((4, 4), 7.0), "7 everywhere"),
        (np.array([[0, 1], [np.nan, 2]]), "NaN or infinite"),
        (np.array([[0, 1], [np.inf, 2]]), "NaN or infinite"),
    ],
)
def test_what_cannot_be_segmented(values, message):
    with pytest.raises(ImageError, match=message):
        SliceImage(values.astype(np.float32))


def test_air_shows_nothing():
    air = SliceImage(np.array([[-1000.0, -990.0]], np.float32))
    with pytest.raises(ImageError, match="neither bone nor soft tissue"):
        air.grey(PRESETS["bone"])


def test_the_window_is_for_hounsfield_units_alone():
    values = np.array([[-400.0, 50.0, 255.0, 1100.0]], np.float32)
    window = Window(level=350, width=1500)
    np.testing.assert_allclose(SliceImage(values, intensity="hu").grey(window), [[0, 0.3, 0.43667, 1]], atol=1e-4)
    picture = np.array([[0.0, 51.0, 255.0]], np.float32)
    np.testing.assert_allclose(SliceImage(picture, intensity="grey").grey(window), [[0, 0.2, 1]], atol=1e-6)


def test_slices_of_a_volume_have_their_own_spacing():
    volume = Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), IPL_2_3_4, "hu")
    sagittal = model_slice(volume, "sagittal", 3)
    assert sagittal.spacing == (2, 3)
    np.testing.assert_array_equal(sagittal.values, volume.array[:, :, 3])
    assert model_slice(volume, "axial", 0).spacing == (3, 4)
    with pytest.raises(ImageError, match="no axial slice 2"):
        model_slice(volume, "axial", 2)
