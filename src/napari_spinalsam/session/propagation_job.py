"""A propagation under way: what it started from, what it has found, and how to stop it.

A front end takes it in a worker slice by slice and hands it back to the session, which then writes all of it as one
step; without a window the session runs it at once.

Where no bound was asked for the whole structure is meant. On a CT the end plates then bound the body, and once the mask
is carried to its ends the three views vote on it; what has run out into muscle is cut off before and after.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import Propagate
from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.segmentation.end_plates import find_end_plates
from napari_spinalsam.segmentation.leaks import without_leaks
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.segmentation.propagation import Answer, Propagation, slices_ahead
from napari_spinalsam.segmentation.view_vote import ViewVote
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.scene import Scene
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.two_boxes import two_boxes

Mask = NDArray[np.bool_]

#: Thicker slices show too little of a vertebra's shape across them for the other views to have a say.
_THICKEST_MM: Final = 5.0


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
    previews : tuple of Preview
        The previews that this is made of, none if it is in the labels already.
    within : (n0, n1, n2) bool or None
        Voxels that it may reach, where the user has said so by boxes.
    """

    volume: Volume
    key: SliceKey
    mask: Mask
    label: int
    previews: tuple[Preview, ...] = ()
    within: Mask | None = None


class PropagationJob:
    """One PROPAGATE; made in the main thread, iterated in any one thread.

    Parameters
    ----------
    operation : Propagate
    start : Start
    segmenter : Segmenter

    Attributes
    ----------
    masks : dict of int to (rows, columns) bool
        What was found so far, by slice of the start's axis, the start not included.
    reasons : list of str
        Why each way ended, for the user.
    looked_at : int
        Slices that the network has answered so far.

    Raises
    ------
    OperationError
        If the operation leads nowhere: no such slice, or none that way.
    """

    def __init__(self, operation: Propagate, start: Start, segmenter: Segmenter) -> None:
        self.operation = operation
        self.start = start
        self.masks: dict[int, Mask] = {}
        self.reasons: list[str] = []
        self.looked_at = 0
        self._segmenter = segmenter
        self._stopped = threading.Event()
        self._ways = [way for way in _ways(operation, start) if len(way)]
        self._voting: ViewVote | None = None
        self._before_vote = 0
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
        previews = (preview,) if preview else ()
        return cls(operation, Start(opened.volume, key, mask, label, previews), scene.segmenter)

    @classmethod
    def of_two_boxes(cls, scene: Scene) -> PropagationJob:
        """Make the job of a vertebra that was boxed in two views: it is carried on within both boxes.

        Raises
        ------
        ImageError
            If no image is open.
        OperationError
            If there are no masks made of one box each in two views.
        PromptError
            If the boxes do not meet.
        """
        opened = scene.need()
        first, second, within = two_boxes(opened.volume, scene.document.previews)
        start = Start(opened.volume, first.key, first.mask, scene.document.label, (first, second), within)
        return cls(Propagate(), start, scene.segmenter)

    @property
    def most(self) -> int:
        """Slices that it looks at, at most, for a progress bar; fewer once the views vote."""
        if self._voting is not None:
            return self._before_vote + self._voting.slices()
        return sum(len(way) for way in self._ways)

    @property
    def is_voting(self) -> bool:
        """Whether the mask was carried to its ends, and the views vote on it."""
        return self._voting is not None

    @property
    def stopped(self) -> bool:
        """Whether it was stopped."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Stop after the slice that is under way; from any thread."""
        self._stopped.set()

    def run(self) -> Iterator[SliceKey]:
        """Carry the mask on, one slice each time.

        Yields
        ------
        SliceKey
            The slice that was looked at. Its mask is in `masks` while the mask is carried on; when the views vote there
            is none before the end.

        Raises
        ------
        WeightsError
            If the weights are missing or damaged.
        """
        within = self._within()
        for key in self._carry(within):
            self.looked_at += 1
            yield key
            if self.stopped:
                self.reasons.append("stopped as asked")
                return
        if self._is_whole and self.masks:
            yield from self._vote(within)

    @property
    def _is_whole(self) -> bool:
        """Whether the whole structure is meant, and there is a volume to see it in."""
        volume = self.start.volume
        bounded = self.operation.count is not None or self.operation.to is not None
        return not bounded and volume.known_spacing and max(volume.spacing_mm) <= _THICKEST_MM

    def _within(self) -> Mask | None:
        start = self.start
        if start.within is not None or not self._is_whole or start.key.axis != "axial":
            return start.within
        plates = find_end_plates(start.volume, start.key.index, start.mask)
        return plates.within(start.volume) if plates is not None else None

    def _carry(self, within: Mask | None) -> Iterator[SliceKey]:
        start, axis = self.start, self.start.key.axis

        def segment(index: int, prompts: Prompts) -> Answer:
            return self._segment(axis, index, prompts)

        for way in self._ways:
            propagation = Propagation(start.volume, axis, segment, start.key.index, start.mask, way, within=within)
            for step in propagation:
                self.masks[step.index] = step.mask
                yield SliceKey(axis, step.index)
            self.reasons.append(propagation.reason)

    def _vote(self, within: Mask | None) -> Iterator[SliceKey]:
        """Let the views vote; stopped before the end, what was carried on stays as it is."""
        axis = AXES.index(self.start.key.axis)
        whole = np.zeros(self.start.volume.shape, dtype=bool)
        slices = np.moveaxis(whole, axis, 0)
        for index, mask in {**self.masks, self.start.key.index: self.start.mask}.items():
            slices[index] = mask
        whole = self._without_leaks(whole)
        self._voting, self._before_vote = ViewVote(self.start.volume, self._segment, whole, within), self.looked_at
        for asked in self._voting:
            self.looked_at += 1
            yield SliceKey(*asked)
            if self.stopped:
                self.reasons.append("stopped before the views had voted")
                return
        agreed = np.moveaxis(self._without_leaks(self._voting.mask), axis, 0)
        self.masks = {index: agreed[index] for way in self._ways for index in way if agreed[index].any()}
        self.reasons.append("the three views have voted")

    def _without_leaks(self, mask: Mask) -> Mask:
        """Cut off what has run out into muscle, where the image is a CT."""
        volume = self.start.volume
        return without_leaks(volume.array, mask, volume.spacing_mm) if volume.intensity == "hu" else mask

    def _segment(self, axis: Axis, index: int, prompts: Prompts) -> Answer:
        return self._segmenter.segment(self.start.volume, SliceKey(axis, index), prompts)


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
