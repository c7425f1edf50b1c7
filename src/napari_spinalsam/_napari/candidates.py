"""The candidate masks with their numbers on the image, so that who says "take the second mask" sees which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from napari.layers import Shapes
from qtpy.QtCore import QObject
from skimage.measure import approximate_polygon, find_contours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam._napari.voice import Voice
    from napari_spinalsam.session.preview import Preview

_COLOURS: Final = ("#00e5ff", "#ff9100", "#e040fb")
#: How exactly outlines are drawn, in pixels.
_TOLERANCE: Final = 0.3
#: Specks of a mask with a shorter outline than this, in pixels, are not drawn.
_SPECK: Final = 8


class NumberedCandidates(QObject):
    """Draws outlines and numbers of the candidates on the slice while voice is in use.

    Parameters
    ----------
    controller : Controller
    voice : Voice
    parent : QObject, optional
    """

    def __init__(self, controller: Controller, voice: Voice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._voice = voice
        self._drawn: Preview | None = None
        self.layer: Shapes | None = None
        controller.done.connect(self.refresh)
        controller.answered.connect(self.refresh)
        controller.image_changed.connect(self.refresh)
        voice.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Draw the candidates of the slice on display, or none."""
        preview = self._wanted()
        if preview is self._drawn:
            return
        self._drawn = preview
        self._remove()
        if preview is not None:
            self._draw(preview)

    def _wanted(self) -> Preview | None:
        session = self._controller.session
        speaking = self._voice.in_use
        if not speaking or self._controller.stage is None or session.view == "3d":
            return None
        preview = session.preview
        return preview if preview is not None and len(preview.masks) > 1 else None

    def _draw(self, preview: Preview) -> None:
        stage, viewer = self._controller.stage, self._controller.viewer
        if stage is None:
            return
        shapes: list[NDArray] = []
        colours: list[str] = []
        numbers: list[str] = []
        for i, mask in enumerate(preview.masks):
            lines = outlines(mask)
            # The number is the text of a line of its own, of no length to speak of.
            dot = number_place(lines, i / len(preview.masks)) + np.array([[0, 0], [0, 0.01]])
            for line, text in ((dot, str(i + 1)), *((line, "") for line in lines)):
                shapes.append(stage.frame.to_layer(line, preview.key))
                colours.append(_COLOURS[i % len(_COLOURS)])
                numbers.append(text)
        active = viewer.layers.selection.active
        self.layer = Shapes(
            shapes,
            shape_type="path",
            name=f"{stage.image.name} candidates",
            edge_color=colours,
            edge_width=max(preview.mask.shape) / 250,
            features={"number": numbers},
            text={"string": "{number}", "color": "white", "size": 16, "anchor": "center"},
            **stage.frame.transform,
        )
        viewer.add_layer(self.layer)
        self.layer.editable = False
        if active is not None:
            viewer.layers.selection.active = active

    def _remove(self) -> None:
        layer, self.layer = self.layer, None
        if layer is not None and layer in self._controller.viewer.layers:
            self._controller.viewer.layers.remove(layer)


def outlines(mask: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Find the outlines of a mask, the longest first, each (n, 2) as row and column."""
    # A rim of background closes outlines at the edge of the slice.
    lines = [line - 1 for line in find_contours(np.pad(mask, 1).astype(float), 0.5)]
    lines = sorted((line for line in lines if len(line) >= _SPECK), key=len, reverse=True)
    return [approximate_polygon(line, _TOLERANCE) for line in lines]


def number_place(lines: list[NDArray[np.float64]], turn: float) -> NDArray[np.float64]:
    """Find a place on the outlines, (row, column), for a number: at the top, and ``turn`` of a full turn on from it.

    So the numbers of nested candidates do not lie on one another.
    """
    points = np.concatenate(lines) if lines else np.zeros((1, 2))
    angle = 2 * np.pi * turn
    direction = np.array([-np.cos(angle), np.sin(angle)])
    place: NDArray[np.float64] = points[np.argmax(points @ direction)]
    return place
