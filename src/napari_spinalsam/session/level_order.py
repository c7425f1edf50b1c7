"""The order of the levels along the spine, and what in it cannot be right."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.vertebrae import LEVELS, VERSE

#: Levels that few people have: nothing is missing without them.
RARE: Final = ("T13", "L6")

#: A second piece of a level is another vertebra if it has at least this share of the largest piece's voxels …
_SECOND_SHARE: Final = 0.25
#: … and lies this far above or below it, in mm, and further so than in front of it or behind: no process does.
_SECOND_MM: Final = 15.0

#: Voxels that are looked at, at most; of larger labels every second or third one along the longest axes is enough.
_ENOUGH: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class OrderNotice:
    """Something about the order that the user should know.

    Parameters
    ----------
    kind : {"gap", "swap", "duplicate"}
    levels : tuple of str
        The levels it is about.
    message : str
    """

    kind: str
    levels: tuple[str, ...]
    message: str


def order_notices(labels: NDArray[np.uint16], spacing: tuple[float, float, float]) -> tuple[OrderNotice, ...]:
    """Check the order of the vertebral levels from head to feet.

    Labels that are no levels are left out.

    Parameters
    ----------
    labels : (n0, n1, n2) uint16
        Axis 0 from head to feet, axis 1 from front to back.
    spacing : tuple of three float
        mm along the axes.

    Returns
    -------
    tuple of OrderNotice
        Levels that are missing between others (T13 and L6 are not missed), levels that lie above one that they should
        lie below, and levels that two vertebrae have.
    """
    step = _step(labels.shape)
    thin = labels[::step, ::step, ::step]
    mm = np.array(spacing) * step
    boxes = ndimage.find_objects(thin)
    heights: dict[str, float] = {}
    notices: list[OrderNotice] = []
    for level in LEVELS:
        value = VERSE[level]
        box = boxes[value - 1] if value <= len(boxes) else None
        if box is None:
            continue
        mask = thin[box] == value
        heights[level] = (float(np.nonzero(mask)[0].mean()) + box[0].start) * mm[0]
        if _is_double(mask, mm):
            notices.append(OrderNotice("duplicate", (level,), f"{level} is in two places one above the other"))
    return (*notices, *_swaps(heights), *_missing(list(heights)))


def _swaps(heights: dict[str, float]) -> list[OrderNotice]:
    return [
        OrderNotice("swap", (upper, lower), f"{lower} lies above {upper}")
        for upper, lower in pairwise(heights)
        if heights[lower] < heights[upper]
    ]


def _missing(found: list[str]) -> list[OrderNotice]:
    notices = []
    for upper, lower in pairwise(found):
        between = [level for level in LEVELS[LEVELS.index(upper) + 1 : LEVELS.index(lower)] if level not in RARE]
        if between:
            which = between[0] if len(between) == 1 else f"{between[0]} to {between[-1]}"
            notices.append(OrderNotice("gap", (upper, *between, lower), f"{which} missing between {upper} and {lower}"))
    return notices


def _is_double(mask: NDArray[np.bool_], mm: NDArray[np.float64]) -> bool:
    """Whether a label is on two vertebrae: pieces of like size, one above the other."""
    numbered, n = ndimage.label(mask, np.ones((3, 3, 3), dtype=bool))
    if n < 2:
        return False
    sizes = np.bincount(numbered.ravel())[1:]
    first, second = (int(i) + 1 for i in np.argsort(sizes)[::-1][:2])
    if sizes[second - 1] < _SECOND_SHARE * sizes[first - 1]:
        return False
    places = np.array(ndimage.center_of_mass(mask, numbered, [first, second])) * mm
    apart = np.abs(places[0] - places[1])
    return bool(apart[0] >= _SECOND_MM and apart[0] > apart[1])


def _step(shape: tuple[int, ...]) -> int:
    """Find how many voxels to skip so that few enough are left; a vertebra is not lost by it."""
    return max(1, int(np.ceil((np.prod(shape, dtype=float) / _ENOUGH) ** (1 / 3))))
