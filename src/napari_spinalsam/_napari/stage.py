"""One image under work in the viewer, and everything that is drawn over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_spinalsam._napari.display import Display
from napari_spinalsam._napari.frame import LayerFrame
from napari_spinalsam._napari.image_source import contrast_limits
from napari_spinalsam._napari.layer_data import METADATA_KEY
from napari_spinalsam._napari.layers import OwnedLayers
from napari_spinalsam.commands.operations import AcceptMask
from napari_spinalsam.errors import LabelsError, OperationError
from napari_spinalsam.imaging.volume import AXES

if TYPE_CHECKING:
    from collections.abc import Callable

    import napari
    from napari.layers import Image, Labels, Layer
    from numpy.typing import ArrayLike, NDArray

    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.session.outcome import Outcome
    from napari_spinalsam.session.session import Session
    from napari_spinalsam.session.view import View


class Stage:
    """Draws a session over its image layer.

    Parameters
    ----------
    viewer : napari.Viewer
    image : Image
    volume : Volume
        The image's, which the session has open.
    session : Session
    on_layer : callable
        Called with the kind and the layer whenever one of the plugin's layers was made.
    """

    def __init__(
        self,
        viewer: napari.Viewer,
        image: Image,
        volume: Volume,
        session: Session,
        on_layer: Callable[[str, Layer], None],
    ) -> None:
        self.image = image
        self._volume = volume
        self._session = session
        self.frame = LayerFrame.of(volume, image)
        self.layers = OwnedLayers(viewer, self.frame, image.name, on_layer)
        self.display = Display(viewer, self.frame)

    def draw_all(self) -> None:
        """Draw everything, e.g. after another image or other labels were opened."""
        self.display.show(self._session)
        self._draw_prompts()
        self._draw_grid()
        self._draw_visibility()

    def draw(self, outcome: Outcome, before: View) -> None:
        """Draw what an operation changed.

        Parameters
        ----------
        outcome : Outcome
        before : View
            What was on display before.
        """
        changed, session = outcome.changed, self._session
        if changed & {"view", "slice"}:
            self.display.show(session)
        if "view" in changed:
            self.display.fit()
        elif "camera" in changed:
            self.display.zoom(before.zoom, session.display.zoom, session)
        if "labels" in changed or isinstance(outcome.operation, AcceptMask):
            # Accepting the same mask again changes nothing, but the user may have removed the layer.
            self.draw_labels(outcome)
        if changed & {"points", "boxes", "preview", "slice", "view"}:
            self._draw_prompts()
        if changed & {"slice", "view", "camera", "visibility"}:
            self._draw_grid()
        if "visibility" in changed:
            self._draw_visibility()
        if "window" in changed:
            self._draw_window()
        if changed & {"label", "labels"}:
            self._draw_current_label()

    def draw_labels(self, outcome: Outcome) -> None:
        """Write the changed region of the session's labels into the labels layer."""
        labels = self._session.labels
        if labels is not None:
            self.layers.show_labels(labels, outcome.data.get("region"), {METADATA_KEY: self._volume})

    def draw_saved_labels(self) -> None:
        """Draw the labels that the session has begun with, if there are any."""
        labels = self._session.labels
        if labels is not None and labels.any():
            self.layers.show_labels(labels, None, {METADATA_KEY: self._volume})
            self._draw_current_label()

    def labels_differ(self) -> bool:
        """Whether the labels layer shows other labels on the slice on display than the session has."""
        shown, labels, key = self.layers.label_values(), self._session.labels, self._session.key
        if shown is None or labels is None:
            return False
        walk = AXES.index(key.axis)
        return not np.array_equal(np.take(shown, key.index, walk), np.take(labels, key.index, walk))

    def draw_prompts_again(self) -> None:
        """Take back what the user did to the prompt layers and the session refused."""
        self._draw_prompts()

    def pixel_at(self, position: ArrayLike) -> tuple[float, float] | None:
        """Find the pixel (x, y) of the slice on display under a world position; None beside the slice."""
        row, column = self.frame.world_to_pixels(position, self._session.axis)[0]
        rows, columns = self._volume.slice_shape(self._session.axis)
        if not (-0.5 <= row <= rows - 0.5 and -0.5 <= column <= columns - 0.5):
            return None
        return max(round(float(column), 1), 0.0), max(round(float(row), 1), 0.0)

    def painted(self) -> NDArray[np.integer] | None:
        """Labels as the user may have painted them, in the volume's shape."""
        return self.layers.label_values()

    def adopt(self, layer: Labels | None) -> None:
        """Make a labels layer the target, or None for a new one."""
        self.layers.adopt_labels(layer)
        self._draw_current_label()

    def check_label_fits(self, value: int) -> None:
        """Refuse a label that the target layer's type cannot hold.

        Raises
        ------
        LabelsError
            If it is too large.
        """
        target = self.layers.label_values()
        if target is not None and target.dtype.kind in "iu" and value > np.iinfo(target.dtype).max:
            raise LabelsError(
                f"Label {value} is too large for the labels layer, which holds {target.dtype}",
                "Choose a smaller label, or a new labels layer in the dock",
            )

    def check_window(self) -> None:
        """Refuse a window for colours.

        Raises
        ------
        OperationError
            If the image layer is a colour picture.
        """
        if self.image.rgb:
            raise OperationError("A colour picture has no window", "Convert the layer to grey in napari first")

    def _draw_prompts(self) -> None:
        session = self._session
        self.layers.show_points(session.points, session.key)
        self.layers.show_boxes(session.boxes, session.key)
        self.layers.show_preview(session.preview.mask if session.preview else None, session.key)

    def _draw_grid(self) -> None:
        shown = self._session.is_visible("grid") and self._session.view != "3d"
        self.layers.show_grid(self._session.grid if shown else None, self._session.key)

    def _draw_visibility(self) -> None:
        self.image.visible = self._session.is_visible("image")
        self.layers.show_visibility(self._session.display.hidden)

    def _draw_window(self) -> None:
        window = self._session.window
        if window is not None and not self.image.rgb:
            self.image.contrast_limits_range = _wider(
                self.image.contrast_limits_range, contrast_limits(self.image, self._volume, window)
            )
            self.image.contrast_limits = contrast_limits(self.image, self._volume, window)

    def _draw_current_label(self) -> None:
        labels, value = self.layers.get("labels"), self._session.label_value
        if labels is not None and value <= np.iinfo(labels.data.dtype).max:
            labels.selected_label = value


def _wider(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Return the range that holds both; napari would cut a window off at its slider's ends."""
    return min(first[0], second[0]), max(first[1], second[1])
