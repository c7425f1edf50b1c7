"""A propagation under way: what it started from, what it has found, and how to stop it.

A front end takes it in a worker slice by slice and hands it back to the session, which then writes all of it as one
step; without a window the session runs it at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import Propagate
from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.volume import AXES, Volume
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.segmentation.propagation import Answer, Propagation, Step, slices_ahead
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.scene import Scene
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey


@dataclass(frozen=True, eq=False)
class Start:
    """What is carried on.

    Parameters
    ----------
    volume : Volume
    key : SliceKey
        The slice it is on.
    mask : (rows, columns) bool
    label : int
        What the slices are written under.
    preview : Preview or None
        The preview that the mask is, or None if it is in the labels already.
    """

    volume: Volume
    key: SliceKey
    mask: NDArray[np.bool_]
    label: int
    preview: Preview | None


class PropagationJob:
    """One PROPAGATE; made in the main thread, iterated in any one thread.

    Parameters
    ----------
    operation : Propagate
    start : Start
    segmenter : Segmenter

    Attributes
    ----------
    steps : list of Step
        What was found so far, the start not included.
    reasons : list of str
        Why each way ended, for the user.

    Raises
    ------
    OperationError
        If the operation leads nowhere: no such slice, or none that way.
    """

    def __init__(self, operation: Propagate, start: Start, segmenter: Segmenter) -> None:
        self.operation = operation
        self.start = start
        self.steps: list[Step] = []
        self.reasons: list[str] = []
        self._segmenter = segmenter
        self._stopped = threading.Event()
        self._ways = [way for way in _ways(operation, start) if len(way)]
        if not self._ways:
            raise OperationError(f"There is no slice beyond {start.key} that way", "Go the other way")

    @classmethod
    def of(cls, scene: Scene, operation: Propagate) -> PropagationJob:
        """Make the job of an operation: from the preview on display, else from the current label on this slice.

        Raises
        ------
        ImageError
            If no image is open.
        OperationError
            If there is nothing to carry on, or nowhere to carry it.
        """
        opened, key, label = scene.need(), scene.key, scene.document.label
        preview = scene.document.previews.get(key)
        mask = preview.mask if preview else np.take(opened.labels, key.index, AXES.index(key.axis)) == label
        if not mask.any():
            raise OperationError(f"There is no mask to carry on {key}", "Segment this slice first")
        return cls(operation, Start(opened.volume, key, mask, label, preview), scene.segmenter)

    @property
    def most(self) -> int:
        """Slices that there are at most, for a progress bar."""
        return sum(len(way) for way in self._ways)

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Stop after the slice that is under way; from any thread."""
        self._stopped.set()

    def run(self) -> Iterator[Step]:
        """Carry the mask on, one slice each time.

        Raises
        ------
        WeightsError
            If the weights are missing or damaged.
        """
        start = self.start
        for way in self._ways:
            propagation = Propagation(start.volume, start.key.axis, self._segment, start.key.index, start.mask, way)
            for step in propagation:
                self.steps.append(step)
                yield step
                if self.stopped:
                    self.reasons.append("stopped as asked")
                    return
            self.reasons.append(propagation.reason)

    def _segment(self, index: int, prompts: Prompts) -> Answer:
        return self._segmenter.segment(self.start.volume, SliceKey(self.start.key.axis, index), prompts)


def _ways(operation: Propagate, start: Start) -> list[range]:
    """Slices of each way that the operation asks for."""
    index, n_slices = start.key.index, start.volume.n_slices(start.key.axis)
    to, direction = operation.to, operation.direction
    if to is not None and not 0 <= to < n_slices:
        raise OperationError(f"There is no {start.key.axis} slice {to}", f"Choose one from 0 to {n_slices - 1}")
    if to is not None and direction == "both":
        direction = "forward" if to > index else "backward"
    ways = {"forward": (True,), "backward": (False,), "both": (True, False)}[direction]
    return [slices_ahead(index, n_slices, forward, operation.count, to) for forward in ways]
