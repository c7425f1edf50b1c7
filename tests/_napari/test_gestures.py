"""The mouse on the canvas, and edits of the prompt layers by hand, become operations."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QPoint, Qt

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam.segmentation.prompts import Box, Point


class Canvas:
    """The canvas of a shown viewer, addressed in pixels of the slice."""

    def __init__(self, dock, qtbot):
        self._dock, self._qtbot = dock, qtbot
        self._native = dock.controller.viewer.window._qt_viewer.canvas.native

    def position(self, x, y):
        """Position on the widget of a pixel of the slice."""
        controller = self._dock.controller
        world = controller.stage.frame.pixels_to_world([(y, x)], controller.session.axis)[0]
        camera = controller.viewer.camera
        offset = (world - np.asarray(camera.center)[-2:]) * camera.zoom
        middle = self._native.width() / 2, self._native.height() / 2
        return QPoint(round(middle[0] + offset[1]), round(middle[1] + offset[0]))

    def click(self, x, y, modifier=Qt.KeyboardModifier.NoModifier):
        at = self.position(x, y)
        self._qtbot.mouseMove(self._native, at)
        self._qtbot.mousePress(self._native, Qt.MouseButton.LeftButton, modifier, at)
        self._qtbot.mouseRelease(self._native, Qt.MouseButton.LeftButton, modifier, at)
        wait_until_idle(self._dock)

    def drag(self, x0, y0, x1, y1):
        start, end = self.position(x0, y0), self.position(x1, y1)
        self._qtbot.mouseMove(self._native, start)
        self._qtbot.mousePress(self._native, Qt.MouseButton.LeftButton, pos=start)
        for step in (0.3, 0.6, 1.0):
            self._qtbot.wait(20)  # vispy drops moves in quick succession
            self._move(start + (end - start) * step)
        self._qtbot.mouseRelease(self._native, Qt.MouseButton.LeftButton, pos=end)
        wait_until_idle(self._dock)

    def _move(self, at):
        # QTest's moves carry no pressed button, which a drag needs.
        from qtpy.QtCore import QEvent, QPointF
        from qtpy.QtGui import QMouseEvent
        from qtpy.QtWidgets import QApplication

        glob = QPointF(self._native.mapToGlobal(at))
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), glob, Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(self._native, event)


@pytest.fixture
def shown(open_dock, ct):
    return open_dock(layer_data.image_layer(ct, "scan"), show=True)


@pytest.fixture
def canvas(shown, qtbot):
    shown.controller.viewer.reset_view()
    qtbot.wait(50)
    return Canvas(shown, qtbot)


def test_clicks_become_points_and_shift_turns_the_sign(shown, canvas):
    shown.controller.choose_tool("positive")
    canvas.click(25, 15)
    canvas.click(5, 30, Qt.KeyboardModifier.ShiftModifier)
    shown.controller.choose_tool("negative")
    canvas.click(40, 5)
    points = shown.controller.session.points
    assert [point.positive for point in points] == [True, False, False]
    np.testing.assert_allclose([(p.x, p.y) for p in points], [(25, 15), (5, 30), (40, 5)], atol=0.3)
    assert shown.controller.session.preview is not None


def test_a_drag_becomes_a_box_and_its_mask(shown, canvas):
    shown.controller.choose_tool("box")
    canvas.drag(13, 8, 37, 27)
    (box,) = shown.controller.session.boxes
    np.testing.assert_allclose((box.x0, box.y0, box.x1, box.y1), (13, 8, 37, 27), atol=0.4)
    assert shown.controller.session.preview.mask.sum() == 300
    canvas.drag(2, 2, 10, 10)
    assert len(shown.controller.session.boxes) == 2


def test_a_drag_that_ends_beside_the_slice_reaches_to_its_edge(shown, canvas):
    shown.controller.choose_tool("box")
    canvas.drag(30, 20, 60, 50)
    (box,) = shown.controller.session.boxes
    assert (box.x1, box.y1) == (49, 39)


def test_a_mere_click_with_the_box_tool_is_refused(shown, canvas, warnings_shown):
    shown.controller.choose_tool("box")
    canvas.click(20, 20)
    assert "has no area" in warnings_shown[0].message
    assert not shown.controller.session.boxes
    assert len(shown.controller.stage.layers.boxes().data) == 0


def test_clicks_with_the_move_tool_are_no_prompts(shown, canvas):
    shown.controller.choose_tool("positive")
    shown.controller.choose_tool("navigate")
    canvas.click(25, 15)
    assert not shown.controller.session.points


def test_points_that_are_moved_and_deleted_by_hand(shown, canvas):
    session = shown.controller.session
    say(shown, "add a point at 25 17")
    say(shown, "add a negative point at 5 6")
    layer = shown.controller.stage.layers.points()
    shown.controller.viewer.layers.selection.active = layer
    layer.mode = "select"
    canvas.drag(25, 17, 20, 12)
    moved = session.points[0]
    assert moved.positive
    np.testing.assert_allclose((moved.x, moved.y), (20, 12), atol=0.5)
    layer.selected_data = {1}
    layer.remove_selected()
    wait_until_idle(shown)
    assert session.points == (moved,)
    say(shown, "undo the last two")
    assert session.points == (Point(25, 17), Point(5, 6, positive=False))
    np.testing.assert_allclose(layer.data[:, 1:], [(17, 25), (6, 5)])


def test_boxes_that_are_deleted_by_hand(dock):
    session = dock.controller.session
    say(dock, "box from 10 8 to 40 30")
    say(dock, "box from 1 2 to 9 9")
    layer = dock.controller.stage.layers.boxes()
    layer.selected_data = {0}
    layer.remove_selected()
    wait_until_idle(dock)
    assert session.boxes == (Box(1, 2, 9, 9),)


def test_napari_s_own_buttons_change_the_tool(dock):
    controller = dock.controller
    controller.choose_tool("box")
    assert [b.text() for b in dock.prompts.tools.buttons() if b.isChecked()] == ["Box"]
    controller.stage.layers.boxes().mode = "select"
    assert controller.gestures.tool == "navigate"
    controller.stage.layers.boxes().mode = "add_rectangle"
    assert controller.gestures.tool == "box"
    controller.viewer.layers.selection.active = controller.image
    assert controller.gestures.tool == "navigate"
    assert [b.text() for b in dock.prompts.tools.buttons() if b.isChecked()] == ["Move"]


def test_the_slice_is_prompted_as_napari_draws_it_even_where_the_scan_is_oblique(open_dock, ct):
    """napari draws a slice without the part of an oblique affine that leads out of it; clicks are meant there."""
    tilt = np.eye(4)
    tilt[:3, :3] = [[1, 0.2, 0], [-0.2, 1, 0], [0, 0, 1]]
    data, attributes, kind = layer_data.image_layer(ct, "scan")
    dock = open_dock((data, attributes | {"affine": tilt @ ct.napari_affine, "metadata": {}}, kind))
    stage, session = dock.controller.stage, dock.controller.session
    drawn = stage.image._transforms.simplified.set_slice([1, 2])
    world = np.asarray(dock.controller.viewer.dims.point, dtype=float)
    world[1:] = drawn(np.array([17.0, 25.0]))
    dock.controller.choose_tool("positive")
    layer = stage.layers.points()
    layer.add(layer.world_to_data(world))
    wait_until_idle(dock)
    assert session.points == (Point(25, 17),)
    np.testing.assert_allclose(layer.data[0], (session.index, 17, 25), atol=1e-9)
    assert np.round(stage.image._data_slice.point[0]) == session.index
