"""A mask looked over as a whole: what in it is worth a second look, and on which slice.

Nothing here decides that a mask is wrong. A vertebra is one piece without cavities that changes little from slice to
slice; where a mask is not like that, its reviewer should see the slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Kind = Literal["component", "hole", "gap", "jump"]

#: Voxels that touch by a face, an edge or a corner belong together.
_NEIGHBOURS: Final = np.ones((3, 3, 3), dtype=bool)

#: Neighbouring slices with a Dice coefficient below this are a jump.
_MIN_DICE: Final = 0.5

#: Slices of less than this share of the largest one are an end, where the outline may well change quickly.
_MIN_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth a look.

    Parameters
    ----------
    kind : {"component", "hole", "gap", "jump"}
    index : int
        The slice to look at.
    message : str
        What is there, for the user.
    """

    kind: Kind
    index: int
    message: str

    def __str__(self) -> str:
        return f"slice {self.index}: {self.message}"


def check_mask(mask: Mask, axis: int = 0) -> tuple[Finding, ...]:
    """List what is worth a look, by slice.

    Parameters
    ----------
    mask : (n0, n1, n2) bool
    axis : int
        Array axis that the slices are cut across.

    Returns
    -------
    tuple of Finding
        Components apart from the largest, cavities that bone closes in on every side, slices without the mask between
        slices with it, and neighbouring slices that differ in more than half of their pixels. None if all is well or
        the mask is empty.
    """
    if not mask.any():
        return ()
    box = ndimage.find_objects(mask.astype(np.uint8))[0]
    part, first = np.moveaxis(mask[box], axis, 0), box[axis].start
    found = [*_components(part), *_holes(part), *_gaps(part), *_jumps(part)]
    return tuple(
        Finding(each.kind, each.index + first, each.message) for each in sorted(found, key=lambda each: each.index)
    )


def _components(mask: Mask) -> list[Finding]:
    numbered, n = ndimage.label(mask, _NEIGHBOURS)
    if n < 2:
        return []
    sizes = np.bincount(numbered.ravel(), minlength=n + 1)[1:]
    largest = int(sizes.argmax()) + 1
    return _listed(numbered, [i for i in range(1, n + 1) if i != largest], "component", "a separate piece of {}")


def _holes(mask: Mask) -> list[Finding]:
    numbered, n = ndimage.label(ndimage.binary_fill_holes(mask) & ~mask)
    return _listed(numbered, list(range(1, n + 1)), "hole", "a hole of {}")


def _listed(numbered: NDArray[np.int32], wanted: list[int], kind: Kind, message: str) -> list[Finding]:
    """List findings for some of the numbered regions, each on the slice that has most of it."""
    boxes = ndimage.find_objects(numbered)
    found = []
    for i in wanted:
        per_slice = np.count_nonzero(numbered[boxes[i - 1]] == i, axis=(1, 2))
        index = boxes[i - 1][0].start + int(per_slice.argmax())
        found.append(Finding(kind, index, message.format(_counted(int(per_slice.sum()), "voxel"))))
    return found


def _gaps(mask: Mask) -> list[Finding]:
    empty, n = ndimage.label(~mask.any(axis=(1, 2)))
    spans = [span[0] for span in ndimage.find_objects(empty)[:n]]
    return [Finding("gap", span.start, f"{_counted(span.stop - span.start, 'slice')} without it") for span in spans]


def _jumps(mask: Mask) -> list[Finding]:
    areas = np.count_nonzero(mask, axis=(1, 2))
    shared = np.count_nonzero(mask[1:] & mask[:-1], axis=(1, 2))
    least, both = np.minimum(areas[1:], areas[:-1]), areas[1:] + areas[:-1]
    similar = np.divide(2 * shared, both, out=np.ones(len(both)), where=both > 0)
    jumps = (similar < _MIN_DICE) & (least >= _MIN_SHARE * areas.max())
    return [
        Finding("jump", int(i) + 1, f"it changes much from the slice before (Dice {similar[i]:.2f})")
        for i in np.flatnonzero(jumps)
    ]


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
