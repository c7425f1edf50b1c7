from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.slice_stack import SlicePlane, order_of, stack_affine


def plane(z, x=0.0, spacing=(0.5, 0.6)):
    return SlicePlane(np.array([x, 0, z]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), spacing, 1.5)


@given(st.permutations(range(7)))
def test_slices_are_sorted_by_position(heights):
    order = order_of([plane(z) for z in heights])
    assert [heights[i] for i in order] == sorted(heights)


def test_the_affine_leads_from_column_row_and_slice_to_ras():
    affine = stack_affine([plane(10.0, x=3), plane(12.0, x=3)])
    np.testing.assert_allclose(affine @ [1, 1, 1, 1], [-3.6, -0.5, 12, 1])


def test_a_single_slice_is_as_thick_as_the_header_says():
    np.testing.assert_allclose(stack_affine([plane(10.0)])[:3, 2], [0, 0, 1.5])


def test_every_gap_is_counted_and_the_first_are_listed():
    heights = [z for z in range(40) if z % 5 != 3]
    with pytest.raises(ImageError, match=r"about 8, .*2\.00 to 4\.00 mm.* and 3 more"):
        stack_affine([plane(float(z)) for z in heights])


def test_no_slices_and_no_spacing_are_refused():
    with pytest.raises(ImageError):
        order_of([])
    with pytest.raises(ImageError):
        stack_affine([plane(0.0, spacing=(0.0, 1.0))])
