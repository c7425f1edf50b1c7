from __future__ import annotations

import numpy as np
import pytest
from affines import affines, shapes
from hypothesis import given

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.from_array import volume_from_array


@given(affines(), shapes)
def test_voxels_stay_where_napari_shows_them(napari_affine, shape):
    array = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    volume = volume_from_array(array, napari_affine, intensity="hu")
    for index in np.ndindex(*volume.shape):
        shown = geometry.index_to_world(volume.napari_affine, index)
        there = geometry.nearest_voxel(geometry.world_to_index(napari_affine, shown))
        assert array[tuple(there)] == volume.array[index]
    np.testing.assert_array_equal(volume.to_file_orientation(volume.array), array)


def test_an_array_without_affine_is_taken_as_it_lies():
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4) - 1000
    volume = volume_from_array(array)
    np.testing.assert_array_equal(volume.array, array)
    np.testing.assert_array_equal(volume.napari_affine, np.eye(4))
    assert volume.intensity == "hu"
    assert volume.known_spacing


def test_a_picture_becomes_one_slice():
    affine = np.diag([0.5, 0.7, 1.0])
    affine[:2, 2] = (10, 20)
    volume = volume_from_array(np.arange(12, dtype=np.uint8).reshape(3, 4), affine)
    assert volume.shape == (1, 3, 4)
    assert volume.slice_spacing_mm("axial") == (0.5, 0.7)
    np.testing.assert_allclose(volume.napari_affine[:3, 3], (0, 10, 20))
    assert volume.intensity == "grey"
    assert volume.known_spacing


def test_a_picture_without_scale_has_no_spacing():
    assert not volume_from_array(np.zeros((3, 4), np.uint8)).known_spacing
    assert volume_from_array(np.zeros((3, 4), np.uint8), known_spacing=True).known_spacing


def test_the_meaning_can_be_given():
    array = np.full((2, 3, 4), 50, np.int16)
    array[0, 0, 0] = 100
    assert volume_from_array(array, intensity="hu").array.max() == 100
    assert volume_from_array(array).array.max() == 255


@pytest.mark.parametrize(
    ("array", "affine"),
    [
        (np.zeros((2, 2, 2, 2), np.uint8), None),
        (np.zeros(3), None),
        (np.zeros((0, 3)), None),
        (np.zeros((2, 2), complex), None),
        (np.array([["a"]]), None),
        (np.full((2, 2), np.nan), None),
        (np.zeros((2, 2)), np.eye(4)),
        (np.zeros((2, 2)), np.zeros((3, 3))),
    ],
    ids=["4D", "1D", "empty", "complex", "text", "NaN", "affine of another size", "affine of zeros"],
)
def test_what_is_no_image_is_refused(array, affine):
    with pytest.raises(ImageError) as caught:
        volume_from_array(array, affine)
    assert caught.value.hint
