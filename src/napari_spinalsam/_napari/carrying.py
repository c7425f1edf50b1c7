"""Masks carried on in the inference thread: one at a time, told slice by slice, stopped by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Qt, Signal

from napari_spinalsam._napari.workers import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_spinalsam._napari.workers import InferenceThread
    from napari_spinalsam.errors import SpinalSamError
    from napari_spinalsam.session.propagation_job import PropagationJob
    from napari_spinalsam.session.slice_key import SliceKey


class Carrying(QObject):
    """Runs propagation jobs.

    Parameters
    ----------
    inference : InferenceThread
    parent : QObject, optional
    """

    #: PropagationJob: a mask is carried on from now.
    started = Signal(object)
    #: PropagationJob, SliceKey: a slice was looked at.
    stepped = Signal(object, object)
    #: PropagationJob: it ended, was stopped, failed or was dropped.
    ended = Signal(object)
    _looked_at = Signal(object, object)

    def __init__(self, inference: InferenceThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        self._running: tuple[PropagationJob, Job] | None = None
        # From the inference thread to the main thread.
        self._looked_at.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a mask is carried on now."""
        return self._running is not None

    def start(
        self, carried: PropagationJob, done: Callable[[], None], refused: Callable[[SpinalSamError], None]
    ) -> None:
        """Carry a mask on; then call ``done``, or ``refused`` with what went wrong."""

        def work() -> None:
            for key in carried.run():
                self._looked_at.emit(carried, key)

        def ready(_: None) -> None:
            self._end()
            done()

        def refuse(error: SpinalSamError) -> None:
            self._end()
            refused(error)

        job = Job(f"Carrying the mask on from {carried.start.key}", work, ready, refuse)
        self._running = carried, job
        self._inference.submit(job)
        self.started.emit(carried)

    def stop(self) -> None:
        """Stop after the slice that is under way; what was found is handed over."""
        if self._running is not None:
            self._running[0].stop()

    def drop(self) -> None:
        """Stop, and forget what was found."""
        if self._running is not None:
            carried, job = self._running
            carried.stop()
            self._inference.drop(job)
            self._end()

    def _tell(self, carried: PropagationJob, key: SliceKey) -> None:
        # What was dropped may have a slice on its way still.
        if self._running is not None and self._running[0] is carried:
            self.stepped.emit(carried, key)

    def _end(self) -> None:
        if self._running is not None:
            carried, self._running = self._running[0], None
            self.ended.emit(carried)
