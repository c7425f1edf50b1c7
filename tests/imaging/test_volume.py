from __future__ import annotations

import numpy as np
import pytest
from affines import affines, shapes
from hypothesis import given

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.volume import AXES, Volume, oriented


@pytest.fixture
def volume() -> Volume:
    # Spacing 3 mm down, 2 mm back, 1 mm to the left.
    affine = geometry.RAS_TO_IPL @ np.diag([3.0, 2.0, 1.0, 1.0])
    return Volume(np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4), affine, "hu")


def test_each_view_is_an_axis(volume):
    np.testing.assert_array_equal(volume.slice("axial", 1), volume.array[1])
    np.testing.assert_array_equal(volume.slice("coronal", 2), volume.array[:, 2])
    np.testing.assert_array_equal(volume.slice("sagittal", 3), volume.array[:, :, 3])
    assert volume.slice("axial", 0).dtype == np.float32


def test_slices_know_their_number_shape_and_spacing(volume):
    assert volume.spacing_mm == (3, 2, 1)
    assert [volume.n_slices(axis) for axis in AXES] == [2, 3, 4]
    assert [volume.slice_shape(axis) for axis in AXES] == [(3, 4), (2, 4), (2, 3)]
    assert [volume.slice_spacing_mm(axis) for axis in AXES] == [(2, 1), (3, 1), (3, 2)]
    for axis in AXES:
        assert volume.slice(axis, 0).shape == volume.slice_shape(axis)


def test_a_slice_does_not_give_write_access_to_the_volume(volume):
    volume.slice("axial", 0)[:] = 99
    assert volume.array[0, 0, 0] == 0


@pytest.mark.parametrize("index", [-1, 2])
def test_a_slice_outside_is_refused(volume, index):
    with pytest.raises(ImageError, match="no axial slice"):
        volume.slice("axial", index)


def test_napari_shows_it_upright_in_mm(volume):
    np.testing.assert_allclose(volume.napari_affine, np.diag([3.0, 2.0, 1.0, 1.0]))


@pytest.mark.parametrize(
    ("array", "affine"),
    [
        (np.zeros((0, 2, 2), np.int16), geometry.RAS_TO_IPL),
        (np.zeros((2, 2), np.int16), geometry.RAS_TO_IPL),
        (np.zeros((2, 2, 2), np.float64), geometry.RAS_TO_IPL),
        (np.zeros((2, 2, 2), np.int16), np.zeros((4, 4))),
        (np.zeros((2, 2, 2), np.int16), np.eye(4)),
    ],
    ids=["empty", "2D", "float64", "affine not invertible", "RAS"],
)
def test_what_is_no_volume_is_refused(array, affine):
    with pytest.raises(ImageError):
        Volume(array, affine, "hu")


@given(affines(), shapes)
def test_labels_go_to_the_files_layout_and_back(affine, shape):
    in_file = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    volume = oriented(in_file, affine, "hu")
    assert volume.frame is not None
    assert volume.frame.shape == shape
    np.testing.assert_array_equal(volume.to_file_orientation(volume.array), in_file)
    np.testing.assert_array_equal(volume.from_file_orientation(in_file), volume.array)


def test_labels_of_another_shape_are_refused(volume):
    for method in (volume.to_file_orientation, volume.from_file_orientation):
        with pytest.raises(LabelsError, match="do not fit"):
            method(np.zeros((2, 3, 5), np.uint16))
    framed = oriented(np.zeros((2, 3, 4), np.int16), np.eye(4), "hu")
    with pytest.raises(LabelsError, match="do not fit"):
        framed.from_file_orientation(np.zeros(framed.shape, np.uint16))


@pytest.mark.parametrize(
    ("array", "affine"), [(np.zeros((3, 3), np.int16), np.eye(4)), (np.zeros((3, 3, 3), np.int16), np.zeros((4, 4)))]
)
def test_orienting_refuses_what_is_no_volume(array, affine):
    with pytest.raises(ImageError):
        oriented(array, affine, "hu")
