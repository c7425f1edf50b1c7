from __future__ import annotations

import itertools

import numpy as np
import pytest
from affines import affines, shapes
from hypothesis import given
from hypothesis import strategies as st
from nibabel.affines import apply_affine, voxel_sizes

from napari_spinalsam.imaging import geometry

ORIENTATIONS = [
    "".join(codes) for order in itertools.permutations(("LR", "AP", "SI")) for codes in itertools.product(*order)
]  # all 48


def test_there_are_48_orientations():
    assert len(set(ORIENTATIONS)) == 48


@given(affines(), shapes, st.sampled_from(ORIENTATIONS))
def test_reorienting_keeps_every_voxel_at_its_place(affine, shape, codes):
    array = np.arange(np.prod(shape)).reshape(shape)
    moved, moved_affine = geometry.reorient(array, affine, tuple(codes))
    assert geometry.orientation_of(moved_affine) == tuple(codes)
    for index in np.ndindex(*moved.shape):
        back = geometry.nearest_voxel(geometry.world_to_index(affine, geometry.index_to_world(moved_affine, index)))
        assert array[tuple(back)] == moved[index]


@given(affines(), shapes, st.sampled_from(ORIENTATIONS))
def test_reorienting_back_restores_array_and_affine(affine, shape, codes):
    array = np.arange(np.prod(shape)).reshape(shape)
    moved, moved_affine = geometry.reorient(array, affine, tuple(codes))
    back, back_affine = geometry.reorient(moved, moved_affine, geometry.orientation_of(affine))
    np.testing.assert_array_equal(back, array)
    np.testing.assert_allclose(back_affine, affine, rtol=0, atol=1e-9)


@given(affines(), st.lists(st.tuples(*[st.floats(-600, 600)] * 3), min_size=1, max_size=5))
def test_index_and_world_are_inverse(affine, indices):
    world = geometry.index_to_world(affine, indices)
    np.testing.assert_allclose(world, apply_affine(affine, indices), atol=1e-9)
    np.testing.assert_allclose(geometry.world_to_index(affine, world), indices, atol=1e-8)


@given(affines())
def test_spacing_is_nibabels_voxel_size(affine):
    np.testing.assert_allclose(geometry.spacing_of(affine), voxel_sizes(affine))


@given(affines(), shapes)
def test_a_grid_is_itself_and_not_its_neighbour(affine, shape):
    assert geometry.same_grid(shape, affine, shape, affine.astype(np.float32).astype(np.float64))
    shifted = affine.copy()
    shifted[:3, 3] += affine[:3, 0] * 0.5
    assert not geometry.same_grid(shape, affine, shape, shifted)
    assert not geometry.same_grid(shape, affine, (*shape[:2], shape[2] + 1), affine)


def test_halves_are_rounded_the_same_way_everywhere():
    np.testing.assert_array_equal(geometry.nearest_voxel([-0.5, 0.49, 0.5, 1.5, 2.5]), [0, 0, 1, 2, 3])


def test_the_axes_of_napari_are_head_to_feet_front_to_back_right_to_left():
    head_front_right = [100.0, 200.0, 300.0]  # RAS
    np.testing.assert_array_equal(geometry.index_to_world(geometry.RAS_TO_IPL, head_front_right), [-300, -200, -100])
    np.testing.assert_array_equal(geometry.RAS_TO_IPL @ geometry.RAS_TO_IPL, np.eye(4))


@pytest.mark.parametrize(
    "broken",
    [
        np.zeros((4, 4)),
        np.diag([1.0, 1.0, 0.0, 1.0]),
        np.diag([1.0, np.nan, 1.0, 1.0]),
        np.array([[1.0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
        np.eye(3),
    ],
)
def test_affines_that_lead_nowhere_are_found(broken):
    assert not geometry.is_invertible(broken)


def test_tiny_voxels_are_no_reason_to_refuse():
    assert geometry.is_invertible(np.diag([1e-3, 1e-3, 1e-3, 1.0]))
