"""The one thread that runs the network, so that the viewer stays alive.

Jobs run one after another: two passes at once would only share the same cores. A job that was superseded before it
began (the user scrolled on) is never started; the result of one that was superseded while it ran is not delivered.
"""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Qt, Signal

from napari_spinalsam.errors import SpinalSamError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(eq=False)
class Job:
    """Work for the inference thread, and what to do with its result in the main thread.

    Parameters
    ----------
    title : str
        What the user reads while it runs.
    work : callable
        Runs in the inference thread.
    on_done : callable
        Gets the result.
    on_error : callable
        Gets a SpinalSamError.
    """

    title: str
    work: Callable[[], Any]
    on_done: Callable[[Any], None]
    on_error: Callable[[SpinalSamError], None]
    stale: bool = False
    future: Future[Any] | None = field(default=None, repr=False)


class InferenceThread(QObject):
    """Runs jobs in order in one persistent thread and delivers their results in the main thread.

    Parameters
    ----------
    parent : QObject, optional
    """

    #: The title of the job that runs now, or "" when there is none left.
    busy_changed = Signal(str)
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spinalsam-inference")
        self._jobs: list[Job] = []
        self._closed = threading.Event()
        # Qt may destroy this object with its window while a job runs; the thread must then not speak to it any more.
        self.destroyed.connect(self._closed.set)
        # Queued even from the main thread: a job that ends at once must not be delivered inside of `submit`.
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._jobs)

    def submit(self, job: Job) -> None:
        """Run a job after those that wait already."""
        if self._closed.is_set():
            return
        self._jobs.append(job)
        job.future = self._executor.submit(job.work)
        job.future.add_done_callback(lambda _: self._announce(job))
        self.busy_changed.emit(self._jobs[0].title)

    def drop(self, job: Job) -> None:
        """Make a job stale: not started if it waits, not delivered if it runs."""
        job.stale = True
        if job.future is not None:
            job.future.cancel()

    def close(self) -> None:
        """Drop everything and let the thread end after the job that runs."""
        self._closed.set()
        for job in self._jobs:
            self.drop(job)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _announce(self, job: Job) -> None:
        """Hand a job that ended over to the main thread; called in whichever thread ended it."""
        if not self._closed.is_set():
            self._ended.emit(job)

    def _deliver(self, job: Job) -> None:
        self._jobs.remove(job)
        self.busy_changed.emit(self._jobs[0].title if self._jobs else "")
        if job.stale or self._closed.is_set() or job.future is None:
            return
        try:
            result = job.future.result()
        except CancelledError:
            return
        except SpinalSamError as error:
            job.on_error(error)
        else:
            job.on_done(result)
