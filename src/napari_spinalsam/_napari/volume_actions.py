"""What the dock does to whole volumes and the catalogue has no word for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_spinalsam.errors import SpinalSamError
from napari_spinalsam.session.propagation_job import PropagationJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.session.outcome import Outcome


class VolumeActions:
    """Changes of the session that are drawn and told as operations are.

    Parameters
    ----------
    controller : Controller
    """

    def __init__(self, controller: Controller) -> None:
        self._controller = controller

    def fill_between(self) -> None:
        """Interpolate the current label between the slices of the view that have it."""
        self._change(self._controller.session.fill_between)

    def carry_two_boxes(self) -> None:
        """Segment the whole vertebra that is boxed in two views, in the inference thread."""
        controller = self._controller
        session = controller.session
        try:
            carried = PropagationJob.of_two_boxes(session.scene())
            controller.queue.carry(
                carried, lambda: self._change(lambda: session.write_carried(carried)), controller.failed.emit
            )
        except SpinalSamError as error:
            controller.failed.emit(error)

    def _change(self, change: Callable[[], Outcome]) -> None:
        controller = self._controller
        before = controller.session.display
        try:
            controller.painting.take_over()
            outcome = change()
        except SpinalSamError as error:
            controller.failed.emit(error)
            return
        if controller.stage is not None:
            controller.stage.draw(outcome, before)
        controller.done.emit(outcome)
