"""Carrying a mask from slice to slice: each part of it becomes the box of the same part on the next slice.

Every connected part of the mask is prompted on its own, so that parts may split, merge and end one by one. A part ends
where the network is not sure of it, where it changes its size or place too much, or where it no longer stands out from
what surrounds it as the first mask did: a vertebral body passes into the disc, which has the same outline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.segmentation.prompts import Box, Prompts

Mask = NDArray[np.bool_]

#: Pixels that touch by an edge or a corner belong together.
_NEIGHBOURS: Final = np.ones((3, 3), dtype=bool)

#: Width in pixels of the band round a mask that it is compared with.
_BAND: Final = 2


class Answer(Protocol):
    """What is needed of ``segmentation.predictor.Prediction``."""

    @property
    def masks(self) -> NDArray[np.bool_]:
        """(n, rows, columns), the best first."""
        ...

    @property
    def predicted_iou(self) -> NDArray[np.float32]:
        """(n,) float32."""
        ...


#: Segments one slice, given its index and prompts.
SegmentSlice = Callable[[int, Prompts], Answer]


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a mask is carried.

    Parameters
    ----------
    margin : float
        Pixels by which a part's box is wider than the part was on the slice before, on each side.
    reach : float
        How far a part may grow sideways from one slice to the next, in distances between slices (at least one pixel).
    min_score : float
        Predicted IoU below which a part ends.
    max_area_change : float
        A part ends if it becomes this many times larger or smaller.
    min_overlap : float
        A part ends if it covers less than this share of where it was (or of itself, if it has shrunk).
    min_brightness : float
        A part ends if it is darker than this share of the way from the first mask's surroundings to the brightest mask.
    min_share : float
        Carrying ends where all parts together are smaller than this share of the largest mask before.
    min_pixels : int
        Smaller parts end.
    max_tail_mm : float
        Distance, at most, for which less than half of the largest mask is carried on, as a vertebra's processes reach
        beyond its body.
    max_mm : float
        Distance one way, at most (in slices where the spacing is not known).
    """

    margin: float = 1.0
    reach: float = 1.0
    min_score: float = 0.45
    max_area_change: float = 3.0
    min_overlap: float = 0.4
    min_brightness: float = 0.4
    min_share: float = 0.1
    min_pixels: int = 3
    max_tail_mm: float = 20.0
    max_mm: float = 45.0


@dataclass(frozen=True, slots=True)
class Step:
    """One slice that a mask was carried to.

    Parameters
    ----------
    index : int
    mask : (rows, columns) bool
    score : float
        Predicted IoU, the mean over the parts, weighted by their pixels.
    """

    index: int
    mask: Mask
    score: float


class Propagation:
    """A mask on its way through neighbouring slices, one way; iterate to carry it, stop iterating to cancel.

    Parameters
    ----------
    volume : Volume
    axis : {"axial", "coronal", "sagittal"}
    segment : callable
        Segments one slice of that axis.
    start : int
        Slice of `mask`.
    mask : (rows, columns) bool
    indices : iterable of int
        Slices to carry it to, in order, the first one next to `start`.
    rule : Rule, optional
    within : (n0, n1, n2) bool, optional
        Voxels that it may reach; all by default.

    Attributes
    ----------
    reason : str
        Why it stopped, for the user; "" while it runs or if iterating was given up.

    Raises
    ------
    OperationError
        If the mask is empty.
    """

    def __init__(
        self,
        volume: Volume,
        axis: Axis,
        segment: SegmentSlice,
        start: int,
        mask: Mask,
        indices: Iterable[int],
        rule: Rule | None = None,
        within: Mask | None = None,
    ) -> None:
        if not mask.any():
            raise OperationError("The mask to carry on is empty", "Segment the slice first")
        self.reason = ""
        self._volume = volume
        self._axis: Axis = axis
        self._segment = segment
        self._mask = mask
        self._indices = indices
        self._rule = rule or Rule()
        self._within = within
        self._dark, self._bright = levels(self._pixels(start), mask)
        self._start = start
        self._slice_mm = volume.spacing_mm[AXES.index(axis)]

    def __iter__(self) -> Iterator[Step]:
        """Carry the mask on, one slice each time.

        Raises
        ------
        WeightsError
            If the weights are missing or damaged.
        """
        mask = self._mask
        largest, last_main = np.count_nonzero(mask), self._start
        for index in self._indices:
            if abs(index - self._start) * self._slice_mm > self._rule.max_mm:
                self.reason = f"{self._rule.max_mm:g} mm are the most that is carried at once"
                return
            if abs(index - last_main) * self._slice_mm > self._rule.max_tail_mm:
                self.reason = f"{self._rule.max_tail_mm:g} mm beyond its main part"
                return
            try:
                step, why = self._carry(mask, index)
            except ImageError as error:  # an empty or constant slice
                step, why = None, error.message
            if step is not None and np.count_nonzero(step.mask) < self._rule.min_share * largest:
                step, why = None, "only specks are left"
            if step is None:
                self.reason = f"{self._axis} slice {index}: {why}"
                return
            yield step
            mask = step.mask
            largest = max(largest, np.count_nonzero(mask))
            if 2 * np.count_nonzero(mask) >= largest:
                last_main = index
                # The end plate is the brightest slice of a vertebra, and next to it lies the disc.
                self._bright = max(self._bright, float(self._pixels(index)[mask].mean()))
        self.reason = "that is as far as was asked"

    def _carry(self, mask: Mask, index: int) -> tuple[Step | None, str]:
        """Find the mask on the next slice, or why there is none."""
        pixels = self._pixels(index)
        if self._within is not None:
            mask = mask & np.take(self._within, index, AXES.index(self._axis))
        found: list[tuple[Mask, float]] = []
        reasons: list[str] = []
        for part in parts_of(mask):
            if np.count_nonzero(part) < self._rule.min_pixels:
                continue
            answer = self._segment(index, Prompts(boxes=(box_round(part, self._rule.margin),)))
            new = _attached(np.asarray(answer.masks[0], dtype=bool) & self._near(part, index), part)
            score = float(answer.predicted_iou[0])
            why = self._ends(part, new, score, pixels)
            if why:
                reasons.append(why)
            else:
                found.append((new, score))
        if not found:
            return None, reasons[0] if reasons else "only specks are left"
        weights = [np.count_nonzero(new) for new, _ in found]
        score = float(np.average([score for _, score in found], weights=weights))
        return Step(index, np.any([new for new, _ in found], axis=0), score), ""

    def _ends(self, before: Mask, after: Mask, score: float, pixels: NDArray[np.float32]) -> str:
        """Why a part ends here; "" if it goes on."""
        rule = self._rule
        old, new = np.count_nonzero(before), np.count_nonzero(after)
        if new < rule.min_pixels:
            return "nothing of it is left"
        if score < rule.min_score:
            return f"the model is not sure of it (predicted IoU {score:.2f})"
        if not 1 / rule.max_area_change <= new / old <= rule.max_area_change:
            return f"its area changes from {old} to {new} pixels"
        if np.count_nonzero(before & after) < rule.min_overlap * min(old, new):
            return "it has moved too far"
        mean = float(pixels[after].mean())
        if (mean - self._dark) < rule.min_brightness * (self._bright - self._dark):
            return f"it is too dark ({mean:.0f} instead of {self._bright:.0f})"
        return ""

    def _near(self, part: Mask, index: int) -> Mask:
        """Pixels of a slice that are near enough to where the part was, and that it may reach."""
        spacing = self._volume.slice_spacing_mm(self._axis)
        away = ndimage.distance_transform_edt(~part, sampling=spacing)
        near = np.asarray(away <= max(self._rule.reach * self._slice_mm, *spacing) * 1.001)
        return near if self._within is None else near & np.take(self._within, index, AXES.index(self._axis))

    def _pixels(self, index: int) -> NDArray[np.float32]:
        pixels = self._volume.slice(self._axis, index)
        return PRESETS["bone"].clip(pixels) if self._volume.intensity == "hu" else pixels


def slices_ahead(start: int, n_slices: int, forward: bool, count: int | None = None, to: int | None = None) -> range:
    """Slices to carry a mask to, one way.

    Parameters
    ----------
    start : int
        Slice that the mask is on.
    n_slices : int
        Slices that there are.
    forward : bool
        Towards higher indices, or lower ones.
    count : int, optional
        How many slices at most.
    to : int, optional
        Last slice; nothing is ahead if it lies the other way.
    """
    end = n_slices - 1 if forward else 0
    if to is not None:
        end = min(to, end) if forward else max(to, end)
    if count is not None:
        end = min(start + count, end) if forward else max(start - count, end)
    return range(start + 1, end + 1) if forward else range(start - 1, end - 1, -1)


def parts_of(mask: Mask) -> list[Mask]:
    """Take a mask apart into its connected parts, the largest first."""
    numbered, n = ndimage.label(mask, _NEIGHBOURS)
    parts: list[Mask] = [numbered == number for number in range(1, n + 1)]
    return sorted(parts, key=np.count_nonzero, reverse=True)


def box_round(part: Mask, margin: float) -> Box:
    """Box round a part, `margin` pixels away from its outermost pixels' edges, within the slice."""
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    last_row, last_column = part.shape[0] - 0.5, part.shape[1] - 0.5
    edge = margin + 0.5
    return Box(
        max(columns[0] - edge, -0.5),
        max(rows[0] - edge, -0.5),
        min(columns[-1] + edge, last_column),
        min(rows[-1] + edge, last_row),
    )


def levels(pixels: NDArray[np.float32], mask: Mask) -> tuple[float, float]:
    """Mean value of a band of two pixels round a mask, and of the mask itself.

    Parameters
    ----------
    pixels : (rows, columns) float32
    mask : (rows, columns) bool
        Not empty.
    """
    band = ndimage.binary_dilation(mask, _NEIGHBOURS, iterations=_BAND) & ~mask
    return float(pixels[band].mean() if band.any() else pixels.min()), float(pixels[mask].mean())


def _attached(mask: Mask, part: Mask) -> Mask:
    """Keep what of a mask hangs together with where the part was: a neighbour in the corner of the box is not meant."""
    numbered, _ = ndimage.label(mask, _NEIGHBOURS)
    kept = np.unique(numbered[part & mask])
    return np.asarray(np.isin(numbered, kept[kept > 0]))
