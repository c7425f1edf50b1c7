from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage.filters import threshold_otsu

from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.volume import AXES, oriented
from napari_spinalsam.segmentation.propagation import (
    Propagation,
    Rule,
    box_round,
    levels,
    parts_of,
    slices_ahead,
)

AFFINE = np.array([[0, 0, -1.0, 0], [0, -1.0, 0, 0], [-2.0, 0, 0, 0], [0, 0, 0, 1]])
SHAPE = (20, 48, 56)


@dataclass
class Regions:
    masks: np.ndarray
    predicted_iou: np.ndarray


class BoxThreshold:
    """Segments by Otsu's threshold in the box, and can be told how sure it is of a slice."""

    def __init__(self, volume, axis="axial", scores=None):
        self.volume, self.axis, self.scores = volume, axis, scores or {}
        self.asked = []

    def __call__(self, index, prompts):
        self.asked.append((index, prompts))
        pixels = self.volume.slice(self.axis, index)
        (box,) = prompts.boxes
        y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
        inside = (x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1)
        mask = inside & (pixels > (threshold_otsu(pixels[inside]) if np.ptp(pixels[inside]) else np.inf))
        return Regions(mask[None], np.array([self.scores.get(index, 0.9)], dtype=np.float32))


def make_volume(*blocks, hu=40):
    """Soft tissue with bright blocks: (HU, slices, rows, columns)."""
    array = np.full(SHAPE, hu, dtype=np.int16)
    for value, *place in blocks:
        array[tuple(place)] = value
    return oriented(array, AFFINE, "hu")


BLOCK = (400, slice(4, 15), slice(10, 24), slice(12, 30))


def carry(volume, start=9, axis="axial", forward=True, rule=None, scores=None, mask=None, **ahead):
    segment = BoxThreshold(volume, axis, scores)
    if mask is None:
        mask = volume.slice(axis, start) > 300
    indices = slices_ahead(start, volume.n_slices(axis), forward, **ahead)
    propagation = Propagation(volume, axis, segment, start, mask, indices, rule)
    return list(propagation), propagation, segment


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("forward", [True, False])
def test_a_block_is_followed_to_its_end_and_no_further(axis, forward):
    volume = make_volume(BLOCK)
    bright = np.moveaxis(volume.array > 300, AXES.index(axis), 0)
    inside = np.flatnonzero(bright.any(axis=(1, 2)))
    start = int(inside[len(inside) // 2])
    steps, propagation, _ = carry(volume, start, axis, forward)
    assert [step.index for step in steps] == (
        list(range(start + 1, inside[-1] + 1)) if forward else list(range(start - 1, inside[0] - 1, -1))
    )
    for step in steps:
        np.testing.assert_array_equal(step.mask, bright[step.index])
        assert step.score == pytest.approx(0.9)
    assert "nothing of it is left" in propagation.reason


def test_parts_split_merge_and_end_one_by_one():
    left, right = (slice(10, 24), slice(10, 20)), (slice(10, 24), slice(22, 32))
    volume = make_volume(
        (400, slice(2, 5), *left),
        (400, slice(2, 12), *right),
        (400, slice(4, 8), slice(10, 24), slice(10, 32)),
        (400, slice(8, 18), *left),
    )
    steps, _, segment = carry(volume, 3)
    counts = {step.index: len(parts_of(step.mask)) for step in steps}
    assert (counts[4], counts[9], counts[13], counts[17]) == (1, 2, 1, 1)
    for step in steps:
        np.testing.assert_array_equal(step.mask, volume.slice("axial", step.index) > 300)
    assert len([index for index, _ in segment.asked if index == 10]) == 2


def test_something_darker_of_the_same_outline_is_where_it_ends():
    body, disc = (400, slice(4, 10), slice(10, 30), slice(12, 40)), (110, slice(10, 13), slice(10, 30), slice(12, 40))
    volume = make_volume(body, disc, (400, slice(13, 20), slice(10, 30), slice(12, 40)))
    steps, propagation, _ = carry(volume, 6)
    assert [step.index for step in steps] == [7, 8, 9]
    assert "too dark" in propagation.reason
    passed, _, _ = carry(volume, 6, rule=Rule(min_brightness=0.1))
    assert passed[-1].index == 19


def test_pictures_end_by_their_own_grey_levels():
    volume = make_volume(BLOCK)
    grey = oriented(np.where(volume.array > 300, 200, 90).astype(np.float32), AFFINE, "grey")
    grey.array[12:15, 10:24, 12:30] = 105
    segment = BoxThreshold(grey)
    propagation = Propagation(grey, "axial", segment, 9, grey.array[9] > 150, range(10, 20))
    assert [step.index for step in propagation] == [10, 11]


def test_it_ends_where_the_model_is_not_sure():
    steps, propagation, _ = carry(make_volume(BLOCK), scores={12: 0.2})
    assert steps[-1].index == 11
    assert "axial slice 12: the model is not sure of it (predicted IoU 0.20)" in propagation.reason


def test_it_ends_where_the_area_jumps():
    volume = make_volume(BLOCK, (400, slice(12, 15), slice(10, 24), slice(12, 15)))
    volume.array[12:15, 10:24, 15:30] = 40
    steps, propagation, _ = carry(volume)
    assert steps[-1].index == 11
    assert "area changes from 252 to 42" in propagation.reason
    assert carry(volume, rule=Rule(max_area_change=10))[0][-1].index == 14


def test_it_ends_where_the_structure_has_moved_away():
    volume = make_volume((400, slice(4, 10), slice(10, 16), slice(10, 16)))
    volume.array[10:, 14:20, 14:20] = 400
    steps, propagation, _ = carry(volume, 8, rule=Rule(margin=8, reach=10))
    assert steps[-1].index == 9
    assert "moved too far" in propagation.reason


def test_a_neighbour_in_the_box_is_not_taken():
    volume = make_volume(BLOCK, (400, slice(0, 20), slice(22, 28), slice(32, 40)))
    mask = np.zeros(SHAPE[1:], dtype=bool)
    mask[10:24, 12:30] = True
    steps, _, _ = carry(volume, mask=mask, rule=Rule(margin=3))
    assert steps[-1].index == 14
    assert all(not step.mask[:, 31:].any() for step in steps)


def test_specks_are_not_followed():
    volume = make_volume(BLOCK, (400, slice(13, 20), slice(10, 12), slice(12, 14)))
    volume.array[13:, 12:24, 12:30] = 40
    volume.array[13:, 10:12, 14:30] = 40
    steps, propagation, _ = carry(volume, rule=Rule(max_area_change=1000))
    assert steps[-1].index == 12
    assert "specks" in propagation.reason


def test_the_bounds_are_kept_and_told():
    volume = make_volume((400, slice(0, 20), slice(10, 24), slice(12, 30)))
    assert [step.index for step in carry(volume, count=3)[0]] == [10, 11, 12]
    steps, propagation, _ = carry(volume, forward=False, to=5)
    assert [step.index for step in steps] == [8, 7, 6, 5]
    assert "as far as was asked" in propagation.reason
    steps, propagation, _ = carry(volume, rule=Rule(max_mm=8))
    assert [step.index for step in steps] == [10, 11, 12, 13]
    assert "8 mm" in propagation.reason


def test_giving_up_iterating_cancels_it():
    volume = make_volume(BLOCK)
    segment = BoxThreshold(volume)
    propagation = Propagation(volume, "axial", segment, 9, volume.array[9] > 300, range(10, 20))
    assert next(iter(propagation)).index == 10
    assert len(segment.asked) == 1
    assert propagation.reason == ""


def test_a_slice_that_shows_nothing_ends_it():
    from napari_spinalsam.segmentation.slice_image import SliceImage

    volume = make_volume((400, slice(0, 20), slice(10, 24), slice(12, 30)))
    volume.array[12] = -1000
    segment = BoxThreshold(volume)

    def strict(index, prompts):
        SliceImage(volume.slice("axial", index))
        return segment(index, prompts)

    propagation = Propagation(volume, "axial", strict, 9, volume.array[9] > 300, range(10, 20))
    assert [step.index for step in propagation] == [10, 11]
    assert "everywhere" in propagation.reason


def test_an_empty_mask_is_refused():
    with pytest.raises(OperationError):
        carry(make_volume(BLOCK), mask=np.zeros(SHAPE[1:], dtype=bool))


@given(
    st.integers(0, 30),
    st.integers(31, 40),
    st.booleans(),
    st.none() | st.integers(1, 50),
    st.none() | st.integers(0, 60),
)
def test_slices_ahead_are_neighbours_within_every_bound(start, n, forward, count, to):
    ahead = list(slices_ahead(start, n, forward, count, to))
    sign = 1 if forward else -1
    assert ahead == [start + sign * (i + 1) for i in range(len(ahead))]
    assert all(0 <= index < n for index in ahead)
    assert count is None or len(ahead) <= count
    assert to is None or all(sign * index <= sign * to for index in ahead)


@given(st.integers(0, 2**32 - 1), st.floats(0, 5))
def test_parts_make_up_the_mask_and_their_boxes_hold_them(seed, margin):
    mask = ndimage.binary_opening(np.random.default_rng(seed).random((12, 15)) > 0.3)
    parts = parts_of(mask)
    np.testing.assert_array_equal(np.sum(parts, axis=0) if parts else np.zeros(mask.shape), mask)
    for part in parts:
        box = box_round(part, margin)
        y, x = np.nonzero(part)
        assert box.x0 <= x.min() - 0.5
        assert box.x1 >= x.max() + 0.5
        assert box.y0 <= y.min() - 0.5
        assert box.y1 >= y.max() + 0.5
        assert min(box.x0, box.y0) >= -0.5
        assert box.x1 <= mask.shape[1] - 0.5


def test_levels_are_those_of_the_mask_and_of_what_is_round_it():
    volume = make_volume(BLOCK)
    assert levels(volume.slice("axial", 9), volume.array[9] > 300) == (40.0, 400.0)
    everything = np.ones(SHAPE[1:], dtype=bool)
    assert levels(volume.slice("axial", 9), everything)[0] == 40.0


def test_nothing_is_carried_beyond_its_bounds():
    volume = make_volume(BLOCK)
    within = np.ones(SHAPE, dtype=bool)
    within[13:] = False
    within[:, :, 26:] = False
    mask = (volume.array[9] > 300) & within[9]
    propagation = Propagation(
        volume, "axial", BoxThreshold(volume), 9, mask, slices_ahead(9, 20, forward=True), within=within
    )
    steps = list(propagation)
    assert [step.index for step in steps] == [10, 11, 12]
    for step in steps:
        np.testing.assert_array_equal(step.mask, (volume.array[step.index] > 300) & within[step.index])
    assert "nothing of it is left" in propagation.reason or "specks" in propagation.reason
