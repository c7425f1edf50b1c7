"""What the user does on the prompt layers, told as operations: clicks, drawn rectangles, and edits by hand.

What becomes of a gesture is the session's business; the layers are then drawn from the session again. A gesture is
handed over when napari has finished with its own event, because drawing a layer anew inside that event would pull the
data away under napari's feet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from napari_spinalsam._napari.prompt_operations import box_as_operation, points_as_operations
from napari_spinalsam.errors import PromptError, SpinalSamError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import napari
    from napari.layers import Layer, Points
    from napari.utils.events import Event
    from numpy.typing import ArrayLike, NDArray

    from napari_spinalsam._napari.layers import OwnedLayers
    from napari_spinalsam.commands.operations import BaseOperation
    from napari_spinalsam.session.session import Session

#: What the left mouse button does. Shift turns a positive point into a negative one and the other way round.
Tool = Literal["navigate", "positive", "negative", "box"]

_MODES = {"navigate": "pan_zoom", "positive": "add", "negative": "add", "box": "add_rectangle"}
# Actions that end a change; the others announce one.
_ADDED, _CHANGED, _REMOVED = "added", "changed", "removed"


class Gestures(QObject):
    """Listens to the points and the boxes layer.

    Parameters
    ----------
    viewer : napari.Viewer
    session : Session
        Only read: which slice is on display.
    parent : QObject, optional
    """

    #: list of operations: prompts that were drawn.
    drawn = Signal(object)
    #: Prompts: what is there after points or boxes were moved or removed by hand.
    edited = Signal(object)
    #: SpinalSamError: a prompt that does not lie on the slice.
    refused = Signal(object)
    tool_changed = Signal(str)

    def __init__(self, viewer: napari.Viewer, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._session = session
        self._layers: OwnedLayers | None = None
        self._tool: Tool = "navigate"
        self._shift = False
        self._switching = False
        viewer.layers.selection.events.active.connect(self._follow_tool)

    def watch(self, layers: OwnedLayers | None) -> None:
        """Listen to the layers of another image."""
        self._layers = layers

    def hear(self, kind: str, layer: Layer) -> None:
        """Listen to a points or boxes layer that was just made."""
        if kind == "points":
            layer.mouse_drag_callbacks.insert(0, self._note_modifiers)
            layer.events.data.connect(self._on_points)
        elif kind == "boxes":
            layer.events.data.connect(self._on_boxes)
        else:
            return
        layer.events.mode.connect(self._follow_tool)

    def stop(self) -> None:
        """Listen to nothing any longer."""
        self._viewer.layers.selection.events.active.disconnect(self._follow_tool)
        self._layers = None

    @property
    def tool(self) -> Tool:
        """What the left mouse button does."""
        return self._tool

    def choose(self, tool: Tool) -> None:
        """Take a tool: its layer becomes the active one, in the mode that draws."""
        if self._layers is None:
            return
        self._switching = True
        try:
            if tool == "navigate":
                for kind in ("points", "boxes"):
                    layer = self._layers.get(kind)
                    if layer is not None:
                        layer.mode = "pan_zoom"
            else:
                layer = self._layers.boxes() if tool == "box" else self._layers.points()
                self._viewer.layers.selection.active = layer
                layer.mode = _MODES[tool]
        finally:
            self._switching = False
        self._take(tool)

    def _note_modifiers(self, _layer: Points, event: Event) -> Iterator[None]:
        self._shift = "Shift" in event.modifiers
        yield

    def _on_points(self, event: Event) -> None:
        action = self._action(event)
        if action == _ADDED:
            positive = (self._tool != "negative") != self._shift
            self._shift = False
            positions = np.array(event.value[list(event.data_indices)])
            QTimer.singleShot(0, lambda: self._hand_over_points(positions, positive))
        elif action is not None:
            QTimer.singleShot(0, self._hand_over_edit)

    def _on_boxes(self, event: Event) -> None:
        action = self._action(event)
        if action == _ADDED and len(event.value):
            corners = np.array(event.value[-1])
            QTimer.singleShot(0, lambda: self._hand_over_box(corners))
        elif action is not None:
            QTimer.singleShot(0, self._hand_over_edit)

    def _action(self, event: Event) -> str | None:
        """Tell what the user did; None for the announcement of a change, and while the plugin itself draws."""
        if self._layers is None or self._layers.drawing:
            return None
        action = str(getattr(event.action, "value", event.action))
        return action if action in (_ADDED, _CHANGED, _REMOVED) else None

    def _hand_over_points(self, positions: NDArray[np.float64], positive: bool) -> None:
        if self._layers is None:
            return
        points = [Point(x, y, positive) for x, y in self._pixels(self._layers, positions)]
        self._hand_over(lambda shape: [*points_as_operations(points, shape)])

    def _hand_over_box(self, corners: NDArray[np.float64]) -> None:
        if self._layers is None:
            return
        box = self._bounds(self._layers, corners)
        self._hand_over(lambda shape: [box_as_operation(box, shape)])

    def _hand_over(self, make: Callable[[tuple[int, int]], list[BaseOperation]]) -> None:
        volume = self._session.volume
        if volume is None:
            return
        if self._session.view == "3d":
            self.refused.emit(
                PromptError("A prompt needs a slice, and this is 3D", "Choose the axial or sagittal view")
            )
            return
        try:
            operations = make(volume.slice_shape(self._session.axis))
        except SpinalSamError as error:
            self.refused.emit(error)
        else:
            self.drawn.emit(operations)

    def _hand_over_edit(self) -> None:
        if self._layers is None:
            return
        points, boxes = self._layers.get("points"), self._layers.get("boxes")
        prompts = Prompts(
            self._points_of(self._layers, points) if points is not None else (),
            tuple(self._bounds(self._layers, shape) for shape in boxes.data) if boxes is not None else (),
        )
        self.edited.emit(prompts)

    def _follow_tool(self) -> None:
        """Follow the user, who took another layer or mode with napari's own buttons."""
        if self._switching or self._layers is None:
            return
        active = self._viewer.layers.selection.active
        kind = self._layers.kind_of(active) if active is not None else None
        mode = str(active.mode) if kind in ("points", "boxes") else ""
        if kind == "points" and mode == "add":
            self._take(self._tool if self._tool in ("positive", "negative") else "positive")
        elif kind == "boxes" and mode == "add_rectangle":
            self._take("box")
        else:
            self._take("navigate")

    def _take(self, tool: Tool) -> None:
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)

    def _points_of(self, layers: OwnedLayers, layer: Points) -> tuple[Point, ...]:
        if not len(layer.data):
            return ()
        pixels = self._pixels(layers, layer.data)
        return tuple(Point(x, y, bool(sign)) for (x, y), sign in zip(pixels, layer.features["positive"], strict=True))

    def _pixels(self, layers: OwnedLayers, positions: ArrayLike) -> list[tuple[float, float]]:
        """(x, y) of positions in a layer, to a tenth of a pixel: nobody points finer than that."""
        pixels = layers.frame.to_pixels(positions, self._session.axis)
        return [(round(float(column), 1), round(float(row), 1)) for row, column in pixels]

    def _bounds(self, layers: OwnedLayers, corners: ArrayLike) -> Box:
        pixels = np.array(self._pixels(layers, corners))
        (x0, y0), (x1, y1) = pixels.min(axis=0), pixels.max(axis=0)
        return Box(float(x0), float(y0), float(x1), float(y1))
