"""Every operation of the reference system, and what goes beyond it, typed into the command box."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt, QUrl

from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.commands.catalogue import completions
from napari_spinalsam.imaging.nifti import write_labels
from napari_spinalsam.segmentation.prompts import Box, Point
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.session.phrase import Entry

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


def log(dock):
    return dock.commands.log.toPlainText()


def test_open_image_by_path_shows_it_and_leaves_the_other_layers(dock, ct, tmp_path):
    path = write_labels(tmp_path / "second.nii.gz", (np.arange(ct.array.size) % 7).reshape(ct.shape), ct)
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    theirs = dock.controller.labels
    kept = theirs.data.copy()
    dock.commands.submit(f"open {path}")
    wait_until_idle(dock)
    # Unsaved labels: the plugin asks first.
    assert dock.commands.yes.isVisibleTo(dock)
    assert dock.controller.image.name == "scan"
    dock.commands.yes.click()
    wait_until_idle(dock)
    assert dock.controller.image.name == "second"
    assert dock.images.image.currentText() == "second"
    assert theirs in dock.controller.viewer.layers
    np.testing.assert_array_equal(theirs.data, kept)
    assert dock.controller.labels is None
    draw_box(dock, ROUND_THE_BLOCK)


def test_open_image_without_a_path_shows_the_file_dialog(dock, ct, tmp_path, monkeypatch):
    path = write_labels(tmp_path / "chosen.nii.gz", np.ones(ct.shape, dtype=np.uint16), ct)
    monkeypatch.setattr("napari_spinalsam._napari.widget.QFileDialog.getOpenFileName", lambda *_: (str(path), ""))
    say(dock, "open image")
    assert dock.controller.image.name == "chosen"


def test_add_points_waits_for_as_many_clicks(dock):
    say(dock, "add two negative points")
    controller = dock.controller
    assert controller.gestures.tool == "negative"
    points = controller.stage.layers.points()
    points.add(controller.stage.frame.to_layer([(5, 6)], controller.session.key))
    wait_until_idle(dock)
    assert controller.session.awaiting.count == 1
    points.add(controller.stage.frame.to_layer([(7, 8)], controller.session.key))
    wait_until_idle(dock)
    assert controller.session.awaiting is None
    assert controller.session.points == (Point(6, 5, positive=False), Point(8, 7, positive=False))


def test_add_points_at_pixels_at_a_cell_and_under_the_cursor(dock):
    session = dock.controller.session
    say(dock, "add a negative point at 12 20")
    say(dock, "add a point at cell C4")
    world = dock.controller.image.data_to_world((session.index, 30, 40))
    dock.controller.viewer.mouse_move_callbacks[-1](dock.controller.viewer, _Event(world))
    say(dock, "point here")
    assert session.points[0] == Point(12, 20, positive=False)
    assert session.points[1] == Point(*session.grid.centre("C4"))
    assert session.points[2] == Point(40, 30)
    drawn = dock.controller.stage.layers.points()
    np.testing.assert_allclose(drawn.data[2], (session.index, 30, 40))
    np.testing.assert_allclose(drawn.face_color[1], drawn.face_color[2])
    assert not np.allclose(drawn.face_color[0], drawn.face_color[1])


def test_add_box_in_pixels_in_cells_and_by_dragging(dock):
    session = dock.controller.session
    say(dock, "box from 10 8 to 40 30")
    say(dock, "box from cell B2 to E5")
    say(dock, "add bounding box")
    assert dock.controller.gestures.tool == "box"
    draw_box(dock, Box(1, 2, 13, 14))
    assert len(session.boxes) == 3
    assert session.boxes[0] == Box(10, 8, 40, 30)
    assert session.boxes[2] == Box(1, 2, 13, 14)
    assert len(dock.controller.stage.layers.boxes().data) == 3


def test_generate_point_mask_and_box_mask(dock):
    session = dock.controller.session
    say(dock, "add a point at 25 17")
    say(dock, "generate point mask")
    of_points = session.preview.mask
    say(dock, "box from 13 8 to 37 27")
    say(dock, "生成框掩码")
    assert 0 < of_points.sum() < session.preview.mask.sum()


def test_clear_points_boxes_and_everything(dock):
    session = dock.controller.session
    say(dock, "add a point at 25 17, box from 13 8 to 37 27 and generate box mask")
    say(dock, "clear points")
    assert not session.points
    assert len(dock.controller.stage.layers.points().data) == 0
    say(dock, "clear bounding boxes")
    assert not session.boxes
    assert len(dock.controller.stage.layers.boxes().data) == 0
    say(dock, "clear everything")
    assert session.preview is None
    assert not dock.controller.stage.layers.get("preview").data.any()


def test_walking_through_the_slices_moves_the_slider_and_the_other_way_round(dock):
    session, dims = dock.controller.session, dock.controller.viewer.dims
    world = dock.controller.stage.frame.world_of_slice
    say(dock, "go to slice 3")
    assert (session.index, dims.point[0]) == (3, pytest.approx(world("axial", 3)))
    say(dock, "skip ahead 4 slices")
    assert (session.index, dims.point[0]) == (7, pytest.approx(world("axial", 7)))
    say(dock, "上一张")
    assert session.index == 6
    dims.set_current_step(0, 2)
    assert session.index == dock.controller.stage.frame.slice_at_world("axial", dims.point[0])
    assert dock.images.slice.value() == session.index
    say(dock, "last slice")
    say(dock, "next slice", strict=False)
    assert session.index == 11
    assert "is the last one" in log(dock)


def test_check_device_and_check_model_answer_in_the_log(dock):
    say(dock, "GPU status")
    say(dock, "verify parameters")
    assert "threshold on the CPU" in log(dock)
    assert "every parameter matches" in log(dock)


def test_help_tells_what_can_be_said(dock):
    say(dock, "help")
    assert "GO_TO_SLICE" in log(dock) or "go to slice" in log(dock)


def test_accept_reject_choose_label(dock):
    session = dock.controller.session
    say(dock, "box from 13 8 to 37 27 and generate box mask")
    say(dock, "use the second mask")
    assert session.preview.chosen == 1
    say(dock, "reject")
    assert session.preview is None
    assert session.boxes
    say(dock, "label T12")
    assert dock.labels.label.currentData() == 19
    say(dock, "label number 40")
    assert dock.labels.label.currentText() == "label 40"
    say(dock, "generate box mask and accept")
    assert set(np.unique(dock.controller.labels.data)) == {0, 40}
    assert dock.controller.labels.selected_label == 40


def test_window_visibility_zoom_and_grid(dock):
    controller = dock.controller
    layers, camera = controller.stage.layers, controller.viewer.camera
    say(dock, "soft tissue window")
    assert controller.image.contrast_limits == [-160, 240]
    assert dock.images.window.currentText() == "Soft tissue"
    say(dock, "window level 100 width 50")
    assert controller.image.contrast_limits == [75, 125]
    say(dock, "box from 13 8 to 37 27 and generate box mask")
    say(dock, "hide the mask")
    assert not layers.get("preview").visible
    say(dock, "hide the image")
    assert not controller.image.visible
    say(dock, "show the mask")
    say(dock, "show the image")
    assert layers.get("preview").visible
    assert controller.image.visible
    say(dock, "show grid")
    grid = layers.get("grid")
    assert list(grid.features["cell"][:2]) == ["A1", "B1"]
    before = camera.zoom
    say(dock, "zoom to C4")
    assert camera.zoom > 4 * before
    np.testing.assert_allclose(
        camera.center[1:], controller.stage.frame.pixels_to_world([_centre(Grid.over((40, 50)), "C4")], "axial")[0]
    )
    cell = layers.get("grid").data[0]
    assert np.ptp(cell[:, 1]) < 1
    say(dock, "reset zoom")
    assert camera.zoom == pytest.approx(before, rel=0.01)
    say(dock, "hide grid")
    assert not layers.get("grid").visible


def test_saving_asks_before_it_overwrites(dock, tmp_path):
    path = tmp_path / "labels.nii.gz"
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    say(dock, f"save to {path}")
    first = path.stat().st_mtime_ns
    say(dock, f"save to {path}")
    assert "Overwrite it?" in dock.commands.question.text()
    dock.commands.no.click()
    assert not dock.commands.yes.isVisibleTo(dock)
    assert path.stat().st_mtime_ns == first
    say(dock, f"save to {path}")
    say(dock, "yes, do it")
    assert path.stat().st_mtime_ns > first


def test_the_log_tells_heard_understood_did(dock):
    say(dock, "label L3")
    assert log(dock).endswith("label L3 → SET_LABEL label=L3 → ✓ Accepted masks are now L3")


def test_suggestions_can_be_clicked(dock):
    dock.commands.log.tell(Entry("lable el for", suggestions=("label L4", "undo")))
    assert "Did you mean label L4 · undo?" in log(dock)
    dock.commands.log.anchorClicked.emit(QUrl("label L4"))
    wait_until_idle(dock)
    assert dock.controller.session.current_label == "L4"


def test_phrases_are_data_and_not_markup(dock):
    dock.commands.submit("<img src='x'> <b>hello</b>")
    wait_until_idle(dock)
    assert "<img src='x'> <b>hello</b>" in log(dock)


def test_completion_offers_the_catalogue(dock):
    model = dock.commands.line.completer().model()
    offered = {model.data(model.index(i, 0)) for i in range(model.rowCount())}
    assert set(completions()) <= offered


def test_the_arrow_keys_bring_back_what_was_typed(dock, qtbot):
    say(dock, "label L3")
    say(dock, "label L4")
    line = dock.commands.line
    qtbot.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "label L4"
    qtbot.keyClick(line, Qt.Key.Key_Up)
    assert line.text() == "label L3"
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert line.text() == ""


def test_typing_and_pressing_enter(dock, qtbot):
    qtbot.keyClicks(dock.commands.line, "label L5")
    qtbot.keyClick(dock.commands.line, Qt.Key.Key_Return)
    wait_until_idle(dock)
    assert dock.controller.session.current_label == "L5"
    assert dock.commands.line.text() == ""


class _Event:
    def __init__(self, position):
        self.position = position


def _centre(grid, cell):
    x, y = grid.centre(cell)
    return y, x


def test_a_phrase_that_opens_an_image_goes_on_with_it(open_dock, ct, tmp_path):
    path = write_labels(tmp_path / "scan.nii.gz", (np.arange(ct.array.size) % 7).reshape(ct.shape), ct)
    dock = open_dock()
    say(dock, f"open {path}")
    say(dock, "go to slice 3, box from 13 8 to 37 27 and generate the box mask")
    assert dock.controller.session.index == 3
    assert dock.controller.session.preview is not None
    assert [entry.heard.split()[0] for entry in dock.controller.session.log] == ["open", "go"]
