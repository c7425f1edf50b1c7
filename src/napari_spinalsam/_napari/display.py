"""The viewer shows what the session says, and the session follows when the user scrolls or rolls the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from napari_spinalsam._napari.frame import in_plane_axes, walking_axis
from napari_spinalsam.commands.operations import BaseOperation, GoToSlice, SetView
from napari_spinalsam.imaging.volume import AXES

if TYPE_CHECKING:
    import napari

    from napari_spinalsam._napari.frame import LayerFrame
    from napari_spinalsam.session.session import Session
    from napari_spinalsam.session.view import Zoom

#: How far from a slice, in world units, the slider may stand and still be on it.
_ON_SLICE = 1e-6

_VIEWS = get_args(SetView.model_fields["axis"].annotation)


class Display:
    """Slice, view and camera of the viewer over one volume.

    Parameters
    ----------
    viewer : napari.Viewer
    frame : LayerFrame
    """

    def __init__(self, viewer: napari.Viewer, frame: LayerFrame) -> None:
        self._viewer = viewer
        self._frame = frame
        self._moving = False

    def show(self, session: Session) -> None:
        """Bring the session's view and slice on display."""
        dims = self._viewer.dims
        self._moving = True
        try:
            # First: coming back from 3D, napari puts the slider into the middle.
            dims.ndisplay = 3 if session.view == "3d" else 2
            if self._frame.ndim == 3:
                dims.order = self._order(walking_axis(session.axis))
                # Where the viewer is on the slice already, setting it again would slice every layer once more. Between
                # two slices napari shows the image of one, but no shape of either: neither the grid nor a box.
                walk = self._offset + walking_axis(session.axis)
                world = self._frame.world_of_slice(session.axis, session.index)
                if abs(dims.point[walk] - world) > _ON_SLICE:
                    dims.set_point(walk, world)
        finally:
            self._moving = False

    def moved(self, session: Session) -> list[BaseOperation]:
        """Operations by which the session follows the viewer; none if they agree, or while `show` moves it."""
        dims = self._viewer.dims
        if self._moving or self._frame.ndim != 3 or dims.ndim < 3:
            return []
        axis = AXES[min(max(dims.order[-3] - self._offset, 0), 2)]
        view = "3d" if dims.ndisplay == 3 else axis
        operations: list[BaseOperation] = []
        if view != session.view:
            operations.append(SetView(axis=view))
        if view != "3d":
            index = self._frame.slice_at_world(axis, dims.point[self._offset + walking_axis(axis)])
            if index != session.display.indices[axis]:
                operations.append(GoToSlice(index=index))
        return operations

    def fit(self) -> None:
        """Fit the whole slice into the canvas."""
        self._viewer.reset_view()

    def zoom(self, before: Zoom, after: Zoom, session: Session) -> None:
        """Move the camera from one magnification to another: by their ratio, so that panning by hand is kept."""
        if before.regions == after.regions and (after.factor != 1 or before.factor == 1):
            self._viewer.camera.zoom *= after.factor / before.factor
            return
        self._viewer.reset_view()
        region = after.region
        if region is not None and session.volume is not None:
            centre = ((region.y0 + region.y1) / 2, (region.x0 + region.x1) / 2)
            ((y, x),) = self._frame.pixels_to_world([centre], session.axis)
            rows, columns = session.volume.slice_shape(session.axis)
            self._viewer.camera.center = (0.0, y, x)
            self._viewer.camera.zoom *= min(rows / (region.y1 - region.y0), columns / (region.x1 - region.x0))
        self._viewer.camera.zoom *= after.factor

    @property
    def _offset(self) -> int:
        """Axes of the viewer in front of the volume's three, brought in by other layers."""
        return self._viewer.dims.ndim - 3

    def _order(self, walk: int) -> tuple[int, ...]:
        in_plane = in_plane_axes(AXES[walk])
        return (*range(self._offset), *(self._offset + i for i in (walk, *in_plane)))
