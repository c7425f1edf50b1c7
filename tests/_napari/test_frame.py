"""Data, world and slice coordinates, over random affines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from napari.layers import Image, Labels

from napari_spinalsam._napari.frame import LayerFrame, in_plane_axes, layer_matrix, walking_axis
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.imaging.volume import AXES
from napari_spinalsam.session.slice_key import SliceKey

SHAPE = (5, 6, 7)


def frame_of(scale=(1, 1, 1), translate=(0, 0, 0), shear=(0, 0, 0)):
    layer = Image(np.arange(210, dtype=np.int16).reshape(SHAPE), scale=scale, translate=translate, shear=shear)
    return LayerFrame.of(volume_from_array(layer.data, layer_matrix(layer)), layer), layer


spacings = st.tuples(*[st.floats(0.2, 6)] * 3)
places = st.tuples(*[st.floats(-300, 300)] * 3)
shears = st.tuples(*[st.floats(-0.3, 0.3)] * 3)
axes = st.sampled_from(AXES)


@given(spacings, places, shears, axes, st.integers(0, 4))
def test_a_slice_is_found_again_where_napari_shows_it(scale, translate, shear, axis, index):
    frame, _ = frame_of(scale, translate, shear)
    assert frame.slice_at_world(axis, frame.world_of_slice(axis, index)) == index


@given(spacings, places, shears, axes, st.floats(-0.5, 5), st.floats(-0.5, 4))
def test_pixels_and_world_lead_back_to_each_other(scale, translate, shear, axis, row, column):
    frame, _ = frame_of(scale, translate, shear)
    world = np.zeros(3)
    world[list(in_plane_axes(axis))] = frame.pixels_to_world([(row, column)], axis)[0]
    np.testing.assert_allclose(frame.world_to_pixels(world, axis)[0], (row, column), atol=1e-6)


@given(spacings, places, axes, st.integers(0, 4), st.floats(0, 5), st.floats(0, 4))
def test_without_shear_data_coordinates_are_pixels(scale, translate, axis, index, row, column):
    frame, layer = frame_of(scale, translate)
    data = frame.to_layer([(row, column)], SliceKey(axis, index))
    assert data[0, walking_axis(axis)] == index
    np.testing.assert_allclose(frame.to_pixels(data, axis), [(row, column)], atol=1e-6)
    np.testing.assert_allclose(layer_matrix(layer) @ [*data[0], 1], [*layer.data_to_world(data[0]), 1], atol=1e-6)


def test_the_slice_index_stays_within_the_volume():
    frame, _ = frame_of()
    assert [frame.slice_at_world("coronal", world) for world in (-50, -0.5, 0.6, 2.5, 99)] == [0, 0, 1, 2, 5]


def test_a_frame_keeps_the_transform_of_a_layer_with_the_same_grid():
    frame, layer = frame_of((3, 1, 1), (1, 2, 3))
    np.testing.assert_array_equal(frame.transform["scale"], layer.scale)
    assert frame.fits(Labels(np.zeros(SHAPE, dtype=int), **frame.transform))


def test_a_layer_that_runs_another_way_gives_the_volumes_own_affine():
    layer = Image(np.arange(210, dtype=np.int16).reshape(SHAPE), scale=(-3, 1, 1))
    volume = volume_from_array(layer.data, layer_matrix(layer))
    frame = LayerFrame.of(volume, layer)
    assert set(frame.transform) == {"affine", "units"}
    np.testing.assert_allclose(frame.matrix, volume.napari_affine)
    assert not frame.fits(layer)


@pytest.mark.parametrize(("shape", "scale"), [((5, 6, 8), (1, 1, 1)), ((6, 7), (1, 1)), (SHAPE, (1, 1, 2))])
def test_a_layer_of_another_shape_or_place_does_not_fit(shape, scale):
    frame, _ = frame_of()
    assert not frame.fits(Labels(np.zeros(shape, dtype=int), scale=scale))


def test_a_picture_has_flat_coordinates():
    layer = Image(np.arange(42, dtype=np.uint8).reshape(6, 7), scale=(2, 3))
    frame = LayerFrame.of(volume_from_array(layer.data, layer_matrix(layer)), layer)
    assert frame.ndim == 2
    np.testing.assert_array_equal(frame.to_layer([(4, 5)], SliceKey("axial", 0)), [(4, 5)])
    np.testing.assert_allclose(frame.to_pixels([(4, 5)], "axial"), [(4, 5)])
    assert frame.as_layer_array(np.zeros((1, 6, 7))).shape == (6, 7)
