"""Carrying a mask on in the dock: in the inference thread, stopped by a word, written as one step."""

from __future__ import annotations

import threading

import pytest

from napari_spinalsam._napari import look_ahead
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


@pytest.fixture
def no_look_ahead(monkeypatch):
    """Neighbours are not embedded before the mask comes to them."""
    monkeypatch.setattr(look_ahead, "_NEIGHBOURS", 0)


def test_stop_keeps_the_slices_that_were_found(no_look_ahead, previewed, predictor, qtbot):
    reached, go_on = threading.Event(), threading.Event()
    before = len(predictor.embedded)

    def wait():
        if len(predictor.embedded) > before:
            reached.set()
            go_on.wait(20)

    predictor.before_embedding = wait
    previewed.commands.submit("propagate forward")
    qtbot.waitUntil(reached.is_set, timeout=20_000)
    assert "Carr" in previewed.status.text()
    previewed.commands.submit("stop")
    qtbot.waitUntil(lambda: not previewed.commands.busy, timeout=20_000)
    go_on.set()
    wait_until_idle(previewed)
    assert (previewed.controller.labels.data > 0).sum() == 3 * BLOCK_PIXELS


def test_nothing_to_carry_is_told(dock):
    with pytest.raises(OperationError, match="no mask to carry on"):
        say(dock, "propagate")
