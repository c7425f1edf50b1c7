"""A mask in a volume looked at again along all three axes, where the views vote.

What one view cannot tell apart another one can: on an axial slice the facets of two vertebrae are one, on a sagittal
slice they lie one above the other. So each part of the mask on each slice of each view becomes a box there, and a voxel
belongs to the result where two of the three views say so (as the planes of a 2.5D network are fused: Roth et al. 2014,
A new 2.5D representation for lymph node detection, MICCAI; Prasoon et al. 2013, MICCAI).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.segmentation.propagation import Answer, box_round, parts_of

Mask = NDArray[np.bool_]

#: Segments one slice of any view.
SegmentAny = Callable[[Axis, int, Prompts], Answer]

#: Voxels that touch by a face, an edge or a corner belong together.
_NEIGHBOURS: Final = np.ones((3, 3, 3), dtype=bool)


@dataclass(frozen=True, slots=True)
class VoteRule:
    """How the views are asked.

    Parameters
    ----------
    rounds : int
        How often; later rounds start from the boxes of the result before.
    margin : float
        Pixels by which a part's box is wider than the part, on each side.
    min_pixels : int
        Smaller parts of a slice are not asked about.
    reach_mm : float
        How far beyond the mask a view may go in one round.
    """

    rounds: int = 1
    margin: float = 1.0
    min_pixels: int = 3
    reach_mm: float = 6.0


class ViewVote:
    """The vote on a mask; iterate to hold it, stop iterating to cancel.

    Parameters
    ----------
    volume : Volume
    segment : callable
        Segments one slice, given its axis, index and prompts.
    mask : (n0, n1, n2) bool
        Not changed.
    within : (n0, n1, n2) bool, optional
        Voxels that may belong to it; all by default.
    rule : VoteRule, optional

    Attributes
    ----------
    mask : (n0, n1, n2) bool
        The result of the last round that was finished.
    """

    def __init__(
        self,
        volume: Volume,
        segment: SegmentAny,
        mask: Mask,
        within: Mask | None = None,
        rule: VoteRule | None = None,
    ) -> None:
        self.mask = mask
        self._volume = volume
        self._segment = segment
        self._within = within
        self._rule = rule or VoteRule()

    def __iter__(self) -> Iterator[tuple[Axis, int]]:
        """Ask slice by slice; each time the slice that was asked about.

        Raises
        ------
        WeightsError
            If the weights are missing or damaged.
        """
        for _ in range(self._rule.rounds):
            yield from self._round()

    def slices(self) -> int:
        """Slices of one round, for a progress bar."""
        return sum(int(np.count_nonzero(_occupied(self.mask, axis))) for axis in AXES)

    def _round(self) -> Iterator[tuple[Axis, int]]:
        votes = np.zeros(self.mask.shape, dtype=np.uint8)
        for axis in AXES:
            of_view, masks = np.moveaxis(votes, AXES.index(axis), 0), np.moveaxis(self.mask, AXES.index(axis), 0)
            for index in np.flatnonzero(_occupied(self.mask, axis)).tolist():
                of_view[index] += self._ask(axis, index, masks[index])
                yield axis, index
        agreed = votes >= 2
        if self._within is not None:
            agreed &= self._within
        largest = _largest(agreed)
        if largest is not None:
            self.mask = largest

    def _ask(self, axis: Axis, index: int, mask: Mask) -> Mask:
        """Ask for the boxes round the parts of the mask on one slice; where that fails the mask itself stands."""
        parts = [part for part in parts_of(mask) if np.count_nonzero(part) >= self._rule.min_pixels]
        if not parts:
            return mask
        boxes = tuple(box_round(part, self._rule.margin) for part in parts)
        try:
            answer = self._segment(axis, index, Prompts(boxes=boxes))
        except ImageError:  # an empty or constant slice
            return mask
        spacing = self._volume.slice_spacing_mm(axis)
        near = ndimage.distance_transform_edt(~mask, sampling=spacing) <= max(self._rule.reach_mm, *spacing)
        return np.asarray(answer.masks[0] & near, dtype=bool)


def _occupied(mask: Mask, axis: Axis) -> Mask:
    """Which slices of a view have some of a mask."""
    others = tuple(i for i in range(3) if i != AXES.index(axis))
    return np.asarray(mask.any(axis=others))


def _largest(mask: Mask) -> Mask | None:
    """Keep the largest connected piece; None of an empty mask."""
    numbered, n = ndimage.label(mask, _NEIGHBOURS)
    if n == 0:
        return None
    return np.asarray(numbered == int(np.bincount(numbered.ravel())[1:].argmax()) + 1)
