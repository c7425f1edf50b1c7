"""Carrying a mask on in the dock: in the inference thread, stopped by a word, written as one step."""

from __future__ import annotations

import threading

import pytest

from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.errors import OperationError
from napari_spinalsam.segmentation.prompts import Box

ROUND_THE_BLOCK = Box(13, 8, 37, 27)
BLOCK_PIXELS = 15 * 20


@pytest.fixture
def previewed(dock):
    draw_box(dock, ROUND_THE_BLOCK)
    wait_until_idle(dock)
    return dock


def test_a_mask_is_carried_through_the_block_and_undone_at_once(previewed):
    say(previewed, "propagate")
    wait_until_idle(previewed)
    labels = previewed.controller.labels
    assert (labels.data > 0).sum() == 8 * BLOCK_PIXELS
    assert (labels.data[2:10] > 0).any(axis=(1, 2)).all()
    say(previewed, "undo")
    wait_until_idle(previewed)
    assert not previewed.controller.labels.data.any()


def test_stop_keeps_the_slices_that_were_found(dock, predictor, qtbot):
    say(dock, "go to slice 2")
    draw_box(dock, ROUND_THE_BLOCK)
    wait_until_idle(dock)  # the next two slices have been looked at ahead then
    reached, go_on = threading.Event(), threading.Event()
    before = len(predictor.embedded)

    def wait():
        if len(predictor.embedded) > before:
            reached.set()
            go_on.wait(20)

    predictor.before_embedding = wait
    dock.commands.submit("propagate forward")
    qtbot.waitUntil(reached.is_set, timeout=20_000)
    assert "Carr" in dock.status.text()
    dock.commands.submit("stop")
    qtbot.waitUntil(lambda: not dock.commands.busy, timeout=20_000)
    go_on.set()
    wait_until_idle(dock)
    found = (dock.controller.labels.data > 0).sum(axis=(1, 2)).tolist()
    kept = found.count(BLOCK_PIXELS)
    assert 3 <= kept < 8
    assert found == [0, 0, *[BLOCK_PIXELS] * kept, *[0] * (10 - kept)]


def test_nothing_to_carry_is_told(dock):
    with pytest.raises(OperationError, match="no mask to carry on"):
        say(dock, "propagate")
