"""The simple rivals do what their names say."""

import numpy as np

from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.training.rivals import filled_box, otsu_in_box


def ring():
    """A bright square ring with a dark middle on a dark ground, and a bright distractor outside the box."""
    grey = np.full((40, 40), 0.2, np.float32)
    grey[10:30, 10:30] = 0.9
    grey[15:25, 15:25] = 0.3
    grey[0:5, 0:5] = 1
    return grey


def test_the_box_is_filled():
    mask = filled_box(ring(), Box(9.5, 10.5, 29.5, 29.5))
    assert mask.sum() == 20 * 19
    assert mask[11:30, 10:30].all()


def test_whole_numbers_are_pixels_of_the_box():
    assert filled_box(ring(), Box(3, 4, 5, 7)).sum() == 3 * 4


def test_otsu_finds_the_bright_part_and_fills_it():
    mask = otsu_in_box(ring(), Box(7, 7, 33, 33))
    np.testing.assert_array_equal(np.argwhere(mask)[[0, -1]], [[10, 10], [29, 29]])
    assert mask.sum() == 400


def test_small_gaps_are_closed_also_at_the_sides_of_the_box():
    grey = ring()
    grey[10:30, 18:20] = 0.2
    assert otsu_in_box(grey, Box(10, 10, 29, 29))[12, 18]


def test_a_box_of_one_grey_gives_nothing():
    assert not otsu_in_box(np.ones((9, 9), np.float32), Box(2, 2, 5, 5)).any()
