"""From a click in any view to a voxel of the saved file, over oblique, flipped, shifted and anisotropic scans."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from napari.layers import Image
from scipy.spatial.transform import Rotation

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.frame import LayerFrame, in_plane_axes, walking_axis
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.volume import AXES, oriented
from napari_spinalsam.session.slice_key import SliceKey

SHAPE = (5, 6, 7)

spacings = st.tuples(*[st.floats(0.2, 6)] * 3)
places = st.tuples(*[st.floats(-300, 300)] * 3)
tilts = st.tuples(*[st.floats(-20, 20)] * 3)
orders = st.permutations([0, 1, 2])
signs = st.tuples(*[st.sampled_from([-1, 1])] * 3)


def affine_of(spacing, place, tilt, order, sign):
    """Index -> RAS mm: axes in any order and direction, turned by up to 20 degrees about each axis."""
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", tilt, degrees=True).as_matrix() @ np.eye(3)[order] @ np.diag(sign)
    affine[:3, :3] *= spacing
    affine[:3, 3] = place
    return affine


@given(spacings, places, tilts, orders, signs, st.sampled_from(AXES), st.data())
def test_a_click_on_a_voxel_is_that_voxel_in_the_file(spacing, place, tilt, order, sign, axis, data):
    affine = affine_of(spacing, place, tilt, order, sign)
    array = np.arange(210, dtype=np.int16).reshape(SHAPE)
    volume = oriented(array, affine, "hu")
    frame = LayerFrame.of(volume, Image(*layer_data.image_layer(volume, "scan")[:1], affine=volume.napari_affine))
    index = data.draw(st.integers(0, volume.n_slices(axis) - 1))
    rows, columns = volume.slice_shape(axis)
    row = data.draw(st.integers(0, rows - 1))
    column = data.draw(st.integers(0, columns - 1))
    within = data.draw(st.tuples(*[st.floats(-0.49, 0.49)] * 2))

    # A click anywhere on the pixel, as napari hands it over: in the layer's data coordinates by the whole affine.
    world = np.zeros(3)
    world[list(in_plane_axes(axis))] = frame.pixels_to_world([(row + within[0], column + within[1])], axis)[0]
    world[walking_axis(axis)] = frame.world_of_slice(axis, index)
    clicked = frame.to_pixels(geometry.world_to_index(frame.matrix, [world]), axis)
    assert geometry.nearest_voxel(clicked).tolist() == [[row, column]]
    assert frame.slice_at_world(axis, world[walking_axis(axis)]) == index

    voxel = np.insert([row, column], AXES.index(axis), index)
    np.testing.assert_array_equal(frame.to_layer([(row, column)], SliceKey(axis, index))[0], voxel)
    labels = np.zeros(volume.shape, dtype=np.uint16)
    labels[tuple(voxel)] = 1
    (in_file,) = np.argwhere(volume.to_file_orientation(labels))
    assert array[tuple(in_file)] == volume.array[tuple(voxel)]
    np.testing.assert_allclose(
        geometry.index_to_world(affine, in_file), geometry.index_to_world(volume.affine, voxel), atol=1e-6
    )
