from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.errors import OperationError
from napari_spinalsam.segmentation.interpolation import gaps, interpolate_masks

SHAPE = (40, 50)


def disc(radius, row=20.0, column=25.0, spacing=(1.0, 1.0)):
    y, x = np.indices(SHAPE)
    return ((y - row) * spacing[0]) ** 2 + ((x - column) * spacing[1]) ** 2 <= radius**2


def radius_of(mask, pixel=1.0):
    return np.sqrt(np.count_nonzero(mask) * pixel / np.pi)


def test_a_cone_is_filled_in():
    between = interpolate_masks(disc(5), disc(13), 3)
    assert [radius_of(mask) for mask in between] == pytest.approx([7, 9, 11], abs=0.4)


def test_an_oblique_rod_does_not_vanish_between_outlines_that_do_not_overlap():
    first, last = disc(4, column=8), disc(4, column=40)
    assert not (first & last).any()
    middle = interpolate_masks(first, last, 1)[0]
    np.testing.assert_array_equal(middle, disc(4, column=24))


def test_distances_are_those_of_the_body_and_not_of_the_pixels():
    spacing = (3.0, 1.0)
    middle = interpolate_masks(disc(10, spacing=spacing), disc(20, spacing=spacing), 1, spacing)[0]
    assert radius_of(middle, pixel=3.0) == pytest.approx(15, abs=1)
    assert middle[:, 25].sum() * 3 == pytest.approx(middle[20].sum(), abs=6)


def test_a_mask_that_fills_its_slice_can_be_an_end():
    middle = interpolate_masks(np.ones(SHAPE, dtype=bool), disc(5), 1)[0]
    assert disc(5).sum() < middle.sum() < middle.size


@pytest.mark.parametrize("empty_end", [0, 1])
def test_an_empty_end_is_refused(empty_end):
    ends = [disc(5), disc(5)]
    ends[empty_end] = np.zeros(SHAPE, dtype=bool)
    with pytest.raises(OperationError):
        interpolate_masks(*ends, 2)


@given(st.integers(2, 15), st.floats(12, 27), st.floats(16, 33), st.integers(1, 6))
def test_between_equal_masks_lie_equal_masks(radius, row, column, n):
    mask = disc(min(radius, row - 1, column - 1), row, column)
    for between in interpolate_masks(mask, mask, n):
        np.testing.assert_array_equal(between, mask)


@given(st.integers(3, 12), st.integers(3, 12), st.integers(1, 6))
def test_it_is_the_same_from_either_end(first, last, n):
    a, b = disc(first, column=20), disc(last, column=26)
    forth, back = interpolate_masks(a, b, n), interpolate_masks(b, a, n)
    for one, other in zip(forth, reversed(back), strict=True):
        np.testing.assert_array_equal(one, other)


@given(st.lists(st.booleans(), max_size=30))
def test_gaps_are_the_empty_slices_between_annotated_ones(annotated):
    array = np.array(annotated, dtype=bool)
    inside = {i for a, b in gaps(array) for i in range(a + 1, b)}
    found = np.flatnonzero(array)
    assert inside == {i for i in range(len(array)) if not array[i] and found.size and found[0] < i < found[-1]}
    assert all(array[a] and array[b] for a, b in gaps(array))
