from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.session.level_order import order_notices
from napari_spinalsam.vertebrae import VERSE

SPACING = (2.0, 1.0, 1.0)


def spine(*levels, height=10):
    """Vertebrae one below the other: a body and, lower and behind it, a process."""
    labels = np.zeros((height * len(levels) + 10, 60, 30), dtype=np.uint16)
    for i, level in enumerate(levels):
        labels[height * i : height * i + 8, 5:30, 5:25] = VERSE[level]
        labels[height * i + 5 : height * i + 12, 40:55, 13:17] = VERSE[level]
    return labels


def told(labels, spacing=SPACING):
    return [(notice.kind, notice.levels) for notice in order_notices(labels, spacing)]


@pytest.mark.parametrize(
    "levels", [("L1", "L2", "L3"), ("T12", "L1"), ("T12", "T13", "L1"), ("L5", "L6", "S1"), ("L5", "S1"), ("C7",), ()]
)
def test_nothing_is_said_of_an_order_that_is_right(levels):
    assert told(spine(*levels)) == []


def test_a_true_spine_is_in_order(sample):
    volume, labels = sample
    assert told(labels, volume.spacing_mm) == []


def test_missing_levels():
    assert told(spine("L1", "L3")) == [("gap", ("L1", "L2", "L3"))]
    (notice,) = order_notices(spine("T11", "L2"), SPACING)
    assert notice.message == "T12 to L1 missing between T11 and L2"


def test_swapped_levels():
    (notice,) = order_notices(spine("L1", "L3", "L2", "L4"), SPACING)
    assert (notice.kind, notice.message) == ("swap", "L3 lies above L2")


def test_a_level_on_two_vertebrae():
    labels = spine("L1", "L2", "L3")
    labels[labels == VERSE["L3"]] = VERSE["L2"]
    assert told(labels) == [("duplicate", ("L2",))]


def test_a_process_apart_from_its_body_is_no_second_vertebra():
    labels = spine("L2")
    assert (labels[:, 30:40] == 0).all()
    assert told(labels) == []


def test_numbers_that_are_no_levels_are_left_out():
    labels = spine("L1", "L2")
    labels[labels == VERSE["L2"]] = 300
    assert told(labels) == []


def test_of_large_labels_a_part_is_enough():
    large = np.repeat(np.repeat(np.repeat(spine("L1", "L3", "L2"), 4, 0), 5, 1), 5, 2)
    assert large.size > 6_000_000
    assert told(large, (0.5, 0.2, 0.2)) == [("swap", ("L2", "L3"))]
