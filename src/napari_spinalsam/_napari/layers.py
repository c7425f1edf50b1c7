"""The layers that this plugin owns: held as objects, drawn from the session, never looked up by name.

Each is made when there is something to draw, carries the image's place in the world, and is made anew after the user
has removed it. Layers of the user are never touched; a labels layer of theirs becomes the target only when they choose
it.
"""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Labels, Layer, Points, Shapes
from napari.utils.colormaps import CyclicLabelColormap, DirectLabelColormap

from napari_spinalsam._napari.frame import walking_axis
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.vertebrae import LEVELS, VERSE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import napari
    from numpy.typing import NDArray

    from napari_spinalsam._napari.frame import LayerFrame
    from napari_spinalsam.imaging.volume import Axis
    from napari_spinalsam.segmentation.prompts import Box, Point
    from napari_spinalsam.session.grid import Grid
    from napari_spinalsam.session.label_patch import Region

POSITIVE, NEGATIVE, BOX, PREVIEW, GRID = "#3ddc84", "#ff5252", "#ffb300", "#00e5ff", "#ffee58"

#: The one integer below the largest of VerSe's that is no level.
_UNUSED = 27

#: From the bottom of the layer list to the top.
_ORDER = ("labels", "preview", "boxes", "points", "grid")


class OwnedLayers:
    """The plugin's layers over one image.

    Parameters
    ----------
    viewer : napari.Viewer
    frame : LayerFrame
        The volume's grid, which every layer gets.
    title : str
        Name of the image, for the names of the layers.
    on_made : callable
        Called with ``"points"`` or ``"boxes"`` and the layer whenever one was made, so that its gestures can be heard.
    """

    def __init__(
        self, viewer: napari.Viewer, frame: LayerFrame, title: str, on_made: Callable[[str, Layer], None]
    ) -> None:
        self.frame = frame
        self._viewer = viewer
        self._title = title
        self._on_made = on_made
        self._layers: dict[str, Layer] = {}
        self._hidden: frozenset[str] = frozenset()
        self._preview_drawn: SliceKey | None = None
        self._carried: set[SliceKey] = set()
        self._resting: set[str] = set()
        viewer.layers.selection.events.active.connect(self._rest)
        #: True while the plugin itself draws, so that its own changes are not taken for gestures.
        self.drawing = False

    def get(self, kind: str) -> Layer | None:
        """Return the layer of a kind, None where there is none now."""
        return self._layers.get(kind)

    def kind_of(self, layer: Layer) -> str | None:
        """Return the kind of one of these layers, None for any other layer."""
        return next((kind for kind, owned in self._layers.items() if owned is layer), None)

    def forget(self, layer: Layer) -> str | None:
        """Let go of a layer that the user removed; returns what kind it was."""
        kind = self.kind_of(layer)
        if kind is not None:
            del self._layers[kind]
            self._resting.discard(kind)
            if kind == "preview":
                self._preview_drawn = None
                self._carried = set()
        return kind

    def close(self) -> None:
        """Remove everything that holds no work: the labels stay, they belong to the user now."""
        self._viewer.layers.selection.events.active.disconnect(self._rest)
        for kind, layer in list(self._layers.items()):
            del self._layers[kind]
            if kind != "labels" and layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def show_points(self, points: tuple[Point, ...], key: SliceKey) -> None:
        """Draw the prompt points of the slice on display."""
        if not points and self._is_empty("points"):
            return  # writing nothing over nothing takes napari tens of milliseconds a slice
        layer = self.points()
        colours = [POSITIVE if point.positive else NEGATIVE for point in points]
        with _Drawing(self):
            layer.data = self.frame.to_layer([(point.y, point.x) for point in points], key)
            layer.features = {"positive": [point.positive for point in points]}
            layer.selected_data = set()
            if colours:
                layer.face_color = colours
        self._rest()

    def show_boxes(self, boxes: tuple[Box, ...], key: SliceKey) -> None:
        """Draw the prompt boxes of the slice on display."""
        if not boxes and self._is_empty("boxes"):
            return
        layer = self.boxes()
        with _Drawing(self):
            layer.selected_data = set()
            layer.data = [self.frame.to_layer(_corners(box), key) for box in boxes]
            if boxes:
                layer.edge_color, layer.face_color = BOX, "transparent"
                layer.edge_width = self._line_width(key)
        self._rest()

    def show_preview(self, mask: NDArray[np.bool_] | None, key: SliceKey) -> None:
        """Draw the mask preview of the slice on display, or none."""
        if mask is None and ("preview" not in self._layers or self._preview_drawn is None):
            return
        layer = self._get_or_make("preview", self._make_preview)
        array = np.asarray(layer.data).reshape(self.frame.shape)
        if self._preview_drawn is not None:
            _slice_of(array, self._preview_drawn)[...] = 0
        if mask is not None:
            _slice_of(array, key)[...] = mask
        self._preview_drawn = key if mask is not None else None
        layer.refresh(extent=False)

    def show_carried(self, axis: Axis, masks: Mapping[int, NDArray[np.bool_]]) -> None:
        """Draw masks that are being carried on, and take away those drawn before; none to end it."""
        if not masks and not self._carried:
            return
        layer = self._get_or_make("preview", self._make_preview)
        array = np.asarray(layer.data).reshape(self.frame.shape)
        for key in self._carried - {self._preview_drawn}:
            _slice_of(array, key)[...] = 0
        self._carried = {SliceKey(axis, index) for index in masks}
        for key in self._carried:
            _slice_of(array, key)[...] = masks[key.index]
        layer.refresh(extent=False)

    def show_labels(self, labels: NDArray[np.uint16], region: Region | None, metadata: dict[str, Any]) -> None:
        """Write a region of the session's labels, or all of them, into the labels layer."""
        if "labels" not in self._layers:
            self._get_or_make("labels", lambda: self._make_labels(labels, metadata))
            return
        target = self.label_values()
        if target is None:
            return
        where = region or (slice(None),) * 3
        target[where] = labels[where]
        self._layers["labels"].refresh(extent=False)

    def label_values(self) -> NDArray[Any] | None:
        """View the labels layer's own array in the volume's shape; None where there is no layer."""
        layer = self._layers.get("labels")
        return None if layer is None else layer.data.reshape(self.frame.shape)

    def adopt_labels(self, layer: Labels | None) -> None:
        """Make a labels layer of the user the target, or None to have a new one made with the next mask.

        Raises
        ------
        LabelsError
            If it does not lie on the image voxel on voxel, or its array cannot be written to.
        """
        if layer is not None:
            self.check_target(layer)
        self._layers.pop("labels", None)
        if layer is not None:
            self._layers["labels"] = layer

    def check_target(self, layer: Labels) -> None:
        """Refuse a labels layer of the user as the target.

        Raises
        ------
        LabelsError
            If it does not lie on the image voxel on voxel, or its array cannot be written to.
        """
        if not self.frame.fits(layer):
            raise LabelsError(
                f"The labels layer '{layer.name}' does not lie on the image voxel on voxel",
                "Choose one that was made on this image, or a new layer",
            )
        if not isinstance(layer.data, np.ndarray) or not layer.data.flags.writeable:
            raise LabelsError(
                f"The labels layer '{layer.name}' cannot be written to", "Duplicate it in napari and choose the copy"
            )

    def show_grid(self, grid: Grid | None, key: SliceKey) -> None:
        """Draw the lettered grid over the slice on display, or none.

        The layer is moved and hidden rather than made anew and removed: that is quicker, and taking a layer of shapes
        with text out of a viewer can bring down OpenGL's software renderer.
        """
        if grid is None:
            if "grid" in self._layers:
                self._layers["grid"].visible = False
            return
        names = grid.names()
        cells = [self.frame.to_layer(_corners(grid.box(name)), key) for name in names]
        layer = self._get_or_make("grid", lambda: self._make_grid(cells, names, key))
        if not np.array_equal(layer.data, cells):
            layer.data = cells
            layer.edge_width = self._line_width(key) / 2
        layer.visible = True

    def show_visibility(self, hidden: frozenset[str]) -> None:
        """Show and hide the layers; ``"mask"`` is the preview."""
        self._hidden = frozenset("preview" if name == "mask" else name for name in hidden)
        for kind, layer in self._layers.items():
            if kind != "grid":
                layer.visible = kind not in self._hidden and kind not in self._resting

    def points(self) -> Points:
        """Return the points layer, made if there is none."""
        return self._get_or_make("points", self._make_points)

    def boxes(self) -> Shapes:
        """Return the boxes layer, made if there is none."""
        return self._get_or_make("boxes", self._make_boxes)

    def _rest(self) -> None:
        """Hide prompt layers that have nothing to show, and show them again when they have.

        An empty layer of points or shapes takes napari ten milliseconds and more for every slice that the user scrolls
        by. The active layer stays: it is being drawn on.
        """
        for kind in ("boxes", "points"):
            layer = self._layers.get(kind)
            if layer is None or self._has_nothing(kind) == (kind in self._resting):
                continue
            if kind in self._resting:
                self._resting.discard(kind)
                layer.visible = kind not in self._hidden
            elif layer.visible:
                self._resting.add(kind)
                layer.visible = False

    def _has_nothing(self, kind: str) -> bool:
        return self._is_empty(kind) and self._viewer.layers.selection.active is not self._layers[kind]

    def _make_points(self) -> Points:
        return Points(
            np.empty((0, self.frame.ndim)),
            ndim=self.frame.ndim,
            name=f"{self._title} points",
            size=max(self.frame.shape) / 40,
            face_color=POSITIVE,
            border_color="white",
            border_width=0.15,
            canvas_size_limits=(9, 16),
            **self.frame.transform,
        )

    def _make_boxes(self) -> Shapes:
        return Shapes(
            ndim=self.frame.ndim,
            name=f"{self._title} boxes",
            edge_color=BOX,
            face_color="transparent",
            edge_width=max(self.frame.shape) / 200,
            **self.frame.transform,
        )

    def _make_preview(self) -> Labels:
        # Of the zeros only the pages that are drawn on ever take memory.
        return Labels(
            np.zeros(self.frame.as_layer_array(np.broadcast_to(False, self.frame.shape)).shape, dtype=np.uint8),
            name=f"{self._title} preview",
            opacity=0.5,
            colormap=DirectLabelColormap(color_dict={None: PREVIEW, 0: "transparent", 1: PREVIEW}),
            **self.frame.transform,
        )

    def _make_labels(self, labels: NDArray[np.uint16], metadata: dict[str, Any]) -> Labels:
        # A copy: the user may paint on the layer, and the session alone writes to its own labels.
        return Labels(
            self.frame.as_layer_array(labels).copy(),
            name=f"{self._title} labels",
            opacity=0.6,
            colormap=level_colormap(),
            metadata=metadata,
            **self.frame.transform,
        )

    def _make_grid(self, cells: list[NDArray[np.float64]], names: list[str], key: SliceKey) -> Shapes:
        return Shapes(
            cells,
            shape_type="rectangle",
            name=f"{self._title} grid",
            edge_color=GRID,
            face_color="transparent",
            edge_width=self._line_width(key) / 2,
            features={"cell": names},
            text={"string": "{cell}", "color": GRID, "size": 9, "anchor": "center"},
            opacity=0.7,
            **self.frame.transform,
        )

    def _line_width(self, key: SliceKey) -> float:
        return max(np.delete(self.frame.shape, walking_axis(key.axis))) / 200

    def _is_empty(self, kind: str) -> bool:
        """Whether a layer of prompts holds none, or is not there."""
        layer = self._layers.get(kind)
        return layer is None or not len(layer.data)

    def _get_or_make(self, kind: str, make: Callable[[], Any]) -> Any:
        if kind not in self._layers:
            layer = make()
            layer.visible = kind not in self._hidden or kind == "grid"
            self._layers[kind] = layer
            self._add(kind, layer)
            # napari makes shapes editable again when they come into a viewer.
            layer.editable = kind not in ("preview", "grid")
            self._on_made(kind, layer)
        return self._layers[kind]

    def _add(self, kind: str, layer: Layer) -> None:
        """Add a layer at its place among the others, without taking the selection from the user."""
        layers = self._viewer.layers
        active = layers.selection.active
        self._viewer.add_layer(layer)
        above = [layers.index(self._layers[k]) for k in _ORDER[_ORDER.index(kind) + 1 :] if k in self._layers]
        if above:
            layers.move(layers.index(layer), min(above))
        if active is not None:
            layers.selection.active = active

    def _remove(self, kind: str) -> None:
        layer = self._layers.pop(kind, None)
        if layer is not None and layer in self._viewer.layers:
            self._viewer.layers.remove(layer)


def level_colormap() -> CyclicLabelColormap:
    """Colours of the labels: stable for every vertebral level, and far apart for neighbours.

    The hues walk round the colour circle by the golden angle, lighter and darker in turn.
    """
    golden = (5**0.5 - 1) / 2
    colours = np.zeros((max(VERSE.values()) + 1, 4))
    for place, level in enumerate(LEVELS):
        colours[VERSE[level]] = (*colorsys.hsv_to_rgb(place * golden % 1, 0.55 if place % 2 else 0.75, 1.0), 1.0)
    # VerSe leaves this integer free; a label of the user's own may well have it.
    colours[_UNUSED] = (0.8, 0.8, 0.8, 1.0)
    return CyclicLabelColormap(colors=colours)


class _Drawing:
    """While inside, changes of the layers are the plugin's own."""

    def __init__(self, layers: OwnedLayers) -> None:
        self._layers = layers

    def __enter__(self) -> None:
        self._before, self._layers.drawing = self._layers.drawing, True

    def __exit__(self, *_: object) -> None:
        self._layers.drawing = self._before


def _slice_of(array: NDArray[Any], key: SliceKey) -> NDArray[Any]:
    return np.moveaxis(array, walking_axis(key.axis), 0)[key.index]


def _corners(box: Box) -> list[tuple[float, float]]:
    return [(box.y0, box.x0), (box.y0, box.x1), (box.y1, box.x1), (box.y1, box.x0)]
