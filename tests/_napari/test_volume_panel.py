"""Whole volumes in the dock: carried on slice by slice, from two boxes, filled in, checked, in order."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.commands.operations import GoToSlice, SetView
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.segmentation.prompts import Box

ROUND_THE_BLOCK = Box(13, 8, 37, 27)
BLOCK = (slice(2, 10), slice(10, 25), slice(15, 35))


@pytest.fixture
def panel(dock):
    return dock.volumes


def paint(dock, *where, value=20):
    """Paint as napari's brush does, through the layer."""
    controller = dock.controller
    labels = np.zeros(controller.session.volume.shape, dtype=np.uint16)
    if controller.session.labels is not None:
        labels[:] = controller.session.labels
    for part in where:
        labels[part] = value
    outcome = controller.session.edit_labels(labels)
    controller.stage.draw(outcome, controller.session.display)
    controller.done.emit(outcome)


class Gate:
    """Holds the network before an answer, counted from now, until it is let go."""

    def __init__(self, predictor, monkeypatch, at):
        self.reached, self.go_on = threading.Event(), threading.Event()
        answer, asked = predictor.predict, itertools.count(1)

        def predict(*arguments):
            if next(asked) == at:
                self.reached.set()
                self.go_on.wait(60)
            return answer(*arguments)

        monkeypatch.setattr(predictor, "predict", predict)


def test_what_is_found_is_shown_slice_by_slice(dock, panel, predictor, monkeypatch, qtbot):
    draw_box(dock, ROUND_THE_BLOCK)
    start = dock.controller.session.index
    seen = []

    def look(carried, key):
        shown = dock.controller.stage.layers.get("preview").data
        seen.append((key, bool(shown[start + 1].any()), dock.controller.session.key, dock.progress.maximum()))

    dock.controller.queue.carrying.stepped.connect(look)
    gate = Gate(predictor, monkeypatch, at=2)
    panel.propagate.click()
    qtbot.waitUntil(lambda: gate.reached.is_set() and bool(seen), timeout=60_000)
    key, drawn, shown, most = seen[0]
    assert (key.axis, key.index) == ("axial", start + 1)
    assert drawn
    assert shown == key
    assert most == 11
    assert panel.stop.isEnabled()
    assert not panel.propagate.isEnabled()
    panel.stop.click()
    gate.go_on.set()
    wait_until_idle(dock)
    assert dock.controller.session.index == start
    assert not dock.controller.stage.layers.get("preview").data.any()
    assert panel.propagate.isEnabled()
    found = np.flatnonzero((dock.controller.labels.data > 0).any(axis=(1, 2))).tolist()
    assert found == [start, start + 1, start + 2]


def test_the_view_stays_where_it_is_if_it_is_not_to_follow(dock, panel):
    panel.follow.setChecked(False)
    draw_box(dock, ROUND_THE_BLOCK)
    start, shown = dock.controller.session.index, []
    dock.controller.queue.carrying.stepped.connect(lambda *_: shown.append(dock.controller.session.index))
    panel.propagate.click()
    wait_until_idle(dock)
    assert set(shown) == {start}


def test_a_vertebra_from_two_boxes(dock, panel, warnings_shown):
    draw_box(dock, ROUND_THE_BLOCK)
    panel.two_boxes.click()
    assert "a box each in two views" in str(warnings_shown[-1].message)
    say(dock, "sagittal view")
    draw_box(dock, Box(8, 0.5, 27, 10.5))
    panel.two_boxes.click()
    wait_until_idle(dock)
    expected = np.zeros(dock.controller.session.volume.shape, dtype=bool)
    expected[BLOCK] = True
    np.testing.assert_array_equal(dock.controller.labels.data > 0, expected)
    assert not dock.controller.session.document.previews
    say(dock, "undo")
    assert not dock.controller.labels.data.any()
    assert len(dock.controller.session.document.previews) == 2


def test_stopping_two_boxes_keeps_what_was_found(dock, panel, predictor, monkeypatch, qtbot):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "sagittal view")
    draw_box(dock, Box(8, 0.5, 27, 10.5))
    gate = Gate(predictor, monkeypatch, at=1)
    panel.two_boxes.click()
    qtbot.waitUntil(gate.reached.is_set, timeout=60_000)
    panel.stop.click()
    gate.go_on.set()
    wait_until_idle(dock)
    assert 0 < (dock.controller.labels.data > 0).any(axis=(1, 2)).sum() < 8


def test_slices_between_are_filled_in(dock, panel, warnings_shown):
    paint(dock, np.s_[3, 10:20, 15:30], np.s_[7, 10:20, 15:30])
    panel.fill.click()
    assert (dock.controller.labels.data[3:8, 10:20, 15:30] == 20).all()
    assert "Filled in L1" in dock.status.toolTip()
    panel.fill.click()
    assert "No axial slice lies between" in str(warnings_shown[-1].message)


def test_the_check_lists_slices_and_goes_there(dock, panel, warnings_shown):
    panel.check.click()
    assert "No voxel is labelled L1" in str(warnings_shown[-1].message)
    paint(dock, np.s_[2:8, 10:20, 15:30], np.s_[9, 2:4, 2:4])
    panel.check.click()
    assert not panel.findings.isHidden()
    lines = [panel.findings.item(i).text() for i in range(panel.findings.count())]
    assert lines == ["L1, axial slice 8: 1 slice without it", "L1, axial slice 9: a separate piece of 4 voxels"]
    dock.controller.run(SetView(axis="sagittal"))
    panel.findings.itemClicked.emit(panel.findings.item(1))
    assert str(dock.controller.session.key) == "axial slice 9"
    paint(dock, np.s_[2, 10:20, 15:30], value=21)
    assert panel.findings.count() == 0


def test_a_mask_that_is_well_is_said_to_be(dock, panel):
    paint(dock, np.s_[2:8, 10:20, 15:30])
    panel.check.click()
    assert panel.findings.item(0).text() == "L1: nothing that is worth a look"
    panel.findings.itemClicked.emit(panel.findings.item(0))


def test_the_order_of_the_levels_is_watched(dock, panel):
    paint(dock, np.s_[1:4, 10:20, 15:30])
    assert panel.order.isHidden()
    paint(dock, np.s_[6:9, 10:20, 15:30], value=22)
    assert panel.order.text() == "⚠ L2 missing between L1 and L3"
    assert not panel.order.isHidden()
    say(dock, "undo")
    assert panel.order.isHidden()


def test_the_overlap_rule_is_the_users(dock, panel):
    paint(dock, np.s_[6, 10:14, 15:20], value=22)
    panel.rule.setCurrentText("Keep other labels")
    panel.rule.activated.emit(panel.rule.currentIndex())
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    assert (dock.controller.labels.data == 22).sum() == 20
    assert dock.controller.session.overlap == "keep"


def test_a_picture_has_no_third_dimension(open_dock):
    picture = volume_from_array(np.random.default_rng(0).integers(0, 255, (30, 40)).astype(np.uint8))
    dock = open_dock(layer_data.image_layer(picture, "picture"))
    assert not dock.volumes.propagate.isEnabled()
    assert not dock.volumes.check.isEnabled()


@pytest.mark.parametrize("follow", [True, False])
def test_the_slice_is_the_users_while_nothing_is_carried(dock, panel, follow):
    panel.follow.setChecked(follow)
    dock.controller.run(GoToSlice(index=3))
    assert dock.controller.session.index == 3
