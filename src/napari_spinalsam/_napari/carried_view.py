"""A mask that is being carried on, shown in the viewer slice by slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject

from napari_spinalsam.commands.operations import GoToSlice

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.session.propagation_job import PropagationJob
    from napari_spinalsam.session.slice_key import SliceKey


class CarriedView(QObject):
    """Draws what a propagation has found so far, and lets the view walk along with it.

    Parameters
    ----------
    controller : Controller

    Attributes
    ----------
    follow : bool
        Whether the slice on display follows; it is back where it was when the propagation ends.
    """

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self.follow = True
        self._controller = controller
        controller.queue.carrying.stepped.connect(self._show)
        controller.queue.carrying.ended.connect(self._end)

    def _show(self, carried: PropagationJob, key: SliceKey) -> None:
        stage, start = self._controller.stage, carried.start
        if stage is None or start.volume is not self._controller.session.volume or carried.is_voting:
            return
        stage.layers.show_carried(start.key.axis, dict(carried.masks))
        if self.follow:
            self._go_to(key)

    def _end(self, carried: PropagationJob) -> None:
        stage = self._controller.stage
        if stage is None or carried.start.volume is not self._controller.session.volume:
            return
        stage.layers.show_carried(carried.start.key.axis, {})
        if self.follow:
            self._go_to(carried.start.key)

    def _go_to(self, key: SliceKey) -> None:
        """Show a slice, unless the user looks at another view."""
        session, stage = self._controller.session, self._controller.stage
        if stage is None or session.view != key.axis or session.key == key:
            return
        before = session.display
        stage.draw(session.execute(GoToSlice(index=key.index)), before)
