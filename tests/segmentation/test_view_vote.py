from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.volume import AXES, oriented
from napari_spinalsam.segmentation.view_vote import ViewVote, VoteRule

AFFINE = np.array([[0, 0, -1.0, 0], [0, -1.0, 0, 0], [-2.0, 0, 0, 0], [0, 0, 0, 1]])
SHAPE = (20, 40, 44)
BLOCK = (slice(5, 15), slice(10, 30), slice(12, 32))


@dataclass
class Regions:
    masks: np.ndarray
    predicted_iou: np.ndarray


class Boxed:
    """Segments what of a truth lies in the boxes; on the views named in ``blind`` it fills the boxes instead."""

    def __init__(self, truth, blind=()):
        self.truth, self.blind, self.asked = truth, blind, []

    def __call__(self, axis, index, prompts):
        self.asked.append((axis, index, prompts))
        truth = np.take(self.truth, index, AXES.index(axis))
        y, x = np.indices(truth.shape)
        boxes = [(x >= b.x0) & (x <= b.x1) & (y >= b.y0) & (y <= b.y1) for b in prompts.boxes]
        inside = np.any(boxes, axis=0)
        return Regions((inside if axis in self.blind else inside & truth)[None], np.ones(1, np.float32))


@pytest.fixture
def truth():
    truth = np.zeros(SHAPE, dtype=bool)
    truth[BLOCK] = True
    return truth


@pytest.fixture
def volume(truth):
    return oriented(np.where(truth, 400, 40).astype(np.int16), AFFINE, "hu")


def voted(volume, segment, mask, **options):
    vote = ViewVote(volume, segment, mask, **options)
    asked = list(vote)
    return vote, asked


def test_what_is_right_stays(volume, truth):
    vote, asked = voted(volume, Boxed(truth), truth)
    np.testing.assert_array_equal(vote.mask, truth)
    assert len(asked) == vote.slices() * VoteRule().rounds
    assert [axis for axis in AXES if axis in dict(asked)] == list(AXES)


@pytest.mark.parametrize("blind", AXES)
def test_two_views_overrule_the_third(volume, truth, blind):
    vote, _ = voted(volume, Boxed(truth, blind=(blind,)), truth, rule=VoteRule(margin=3))
    np.testing.assert_array_equal(vote.mask, truth)


def test_what_was_missed_is_found_by_the_margin(volume, truth):
    less = truth.copy()
    less[:, :11] = False
    less[14] = False
    vote, _ = voted(volume, Boxed(truth), less, rule=VoteRule(rounds=3, margin=1.5))
    np.testing.assert_array_equal(vote.mask, truth)


def test_specks_that_no_other_view_sees_are_dropped(volume, truth):
    mask = truth.copy()
    mask[2, 35, 40] = True
    vote, _ = voted(volume, Boxed(truth), mask)
    np.testing.assert_array_equal(vote.mask, truth)


def test_it_stays_within_its_bounds(volume, truth):
    within = np.ones(SHAPE, dtype=bool)
    within[12:] = False
    vote, _ = voted(volume, Boxed(truth), truth & within, within=within, rule=VoteRule(margin=2))
    np.testing.assert_array_equal(vote.mask, truth & within)


def test_every_part_of_a_slice_has_its_own_box(volume, truth):
    two = truth.copy()
    two[:, 18:22, :] = False
    two[:, 18:22, 12:15] = True
    segment = Boxed(two)
    voted(volume, segment, two, rule=VoteRule(rounds=1, margin=0.5))
    boxes = next(prompts.boxes for axis, index, prompts in segment.asked if axis == "sagittal" and index == 20)
    assert len(boxes) == 2


def test_a_slice_that_shows_nothing_keeps_its_mask(volume, truth):
    def refuse(axis, index, prompts):
        raise ImageError("It is the same everywhere", "Choose another")

    vote, _ = voted(volume, refuse, truth)
    np.testing.assert_array_equal(vote.mask, truth)


def test_giving_up_iterating_keeps_the_mask(volume, truth):
    vote = ViewVote(volume, Boxed(np.zeros(SHAPE, dtype=bool)), truth)
    next(iter(vote))
    assert vote.mask is truth


def test_when_nothing_is_left_the_mask_stays(volume, truth):
    vote, _ = voted(volume, Boxed(np.zeros(SHAPE, dtype=bool)), truth)
    np.testing.assert_array_equal(vote.mask, truth)
