"""Prompts as a user might give them: a structure to point at, a box or a click, then corrective clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.training.spine_shapes import PELVIS

Mask = NDArray[np.bool_]

_MIN_PIXELS = 40
#: How much more often a part is drawn that fills little of its box than one that fills all of it.
_MOST_OFTEN = 5.0


@dataclass(frozen=True, eq=False)
class Target:
    """One structure and the first prompt for it, in pixels of the array it was drawn from.

    Parameters
    ----------
    mask : (rows, columns) bool
        The structure.
    box : (x0, y0, x1, y1) or None
        The box prompt.
    points : (k, 2) float32
        Clicks, x and y.
    positive : (k,) bool
        Whether each belongs to the structure.
    """

    mask: Mask
    box: tuple[float, float, float, float] | None
    points: NDArray[np.float32]
    positive: NDArray[np.bool_]


def sample_targets(
    rng: np.random.Generator, labels: NDArray[np.uint8], n: int, point_share: float = 0.2
) -> list[Target]:
    """Draw structures of a label map and a first prompt for each.

    Most targets are connected parts of all vertebrae together, as one sees them in a slice, or a whole vertebra of
    several parts; some are the largest part of a single vertebra, or another bone. A click alone may mean any of these,
    or all vertebrae.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of all choices.
    labels : (rows, columns) uint8
        0 background, others as in ``spine_shapes``.
    n : int
        How many; fewer come back where the slice holds nothing large enough.
    point_share : float
        Share of targets prompted by a click instead of a box.
    """
    vertebrae = (labels > 0) & (labels < PELVIS)
    parts, n_parts = ndimage.label(vertebrae)
    sizes = np.bincount(parts.ravel(), minlength=n_parts + 1)
    large = np.flatnonzero(sizes[1:] >= _MIN_PIXELS) + 1
    shares = _shares(parts, sizes, large)
    targets = []
    for _ in range(n):
        with_point = rng.random() < point_share
        mask = _choose_mask(rng, labels, parts, large, shares, whole_spine=with_point)
        if mask is not None:
            targets.append(_point_target(rng, mask) if with_point else _box_target(rng, mask))
    return targets


def _choose_mask(
    rng: np.random.Generator,
    labels: NDArray[np.uint8],
    parts: NDArray[np.int32],
    large: NDArray[np.intp],
    shares: NDArray[np.float64],
    *,
    whole_spine: bool,
) -> Mask | None:
    kind = rng.random()
    if kind < 0.06:
        return _one_of(rng, labels, np.unique(labels[labels >= PELVIS]), connected=True)
    if not large.size:
        return None
    if kind < 0.16:
        return _one_of(rng, labels, np.unique(labels[(labels > 0) & (labels < PELVIS)]), connected=True)
    if kind < 0.42:
        return _one_of(rng, labels, np.unique(labels[(labels > 0) & (labels < PELVIS)]), connected=False)
    if whole_spine and kind < 0.55:
        return parts > 0
    return np.asarray(parts == rng.choice(large, p=shares))


def _shares(parts: NDArray[np.int32], sizes: NDArray[np.intp], large: NDArray[np.intp]) -> NDArray[np.float64]:
    """How often each part is drawn: the less of its box it fills, the harder it is, and the more often."""
    boxes = ndimage.find_objects(parts)
    areas = np.array([np.prod([side.stop - side.start for side in boxes[i - 1]]) for i in large], dtype=np.float64)
    weights = (areas / sizes[large]).clip(1.0, _MOST_OFTEN) if large.size else areas
    return np.asarray(weights / weights.sum())


def _one_of(
    rng: np.random.Generator, labels: NDArray[np.uint8], values: NDArray[np.uint8], *, connected: bool
) -> Mask | None:
    """One label's pixels, or their largest connected part."""
    if not values.size:
        return None
    mask = np.asarray(labels == rng.choice(values))
    if connected:
        parts, _ = ndimage.label(mask)
        mask = np.asarray(parts == np.bincount(parts.ravel())[1:].argmax() + 1)
    return mask if mask.sum() >= _MIN_PIXELS else None


def tight_box(mask: Mask) -> tuple[float, float, float, float]:
    """Return the box (x0, y0, x1, y1) through the outermost pixels' centres."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])


def jitter_box(
    rng: np.random.Generator, box: tuple[float, float, float, float], share: float, shape: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Move every side by up to ``share`` of the box's own size, within the slice."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0 + 1.0, y1 - y0 + 1.0
    left, right = rng.uniform(-share, share, 2) * width
    top, bottom = rng.uniform(-share, share, 2) * height
    x = np.clip([x0 + left, x1 + right], -0.5, shape[1] - 0.5)
    y = np.clip([y0 + top, y1 + bottom], -0.5, shape[0] - 0.5)
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])


def _box_target(rng: np.random.Generator, mask: Mask) -> Target:
    share = 0.0 if rng.random() < 0.35 else rng.uniform(0.0, 0.12)
    x0, y0, x1, y1 = jitter_box(rng, tight_box(mask), share, (mask.shape[0], mask.shape[1]))
    edge = rng.uniform(0.0, 1.0)  # whether a user means pixel centres or edges
    box = (x0 - edge, y0 - edge, x1 + edge, y1 + edge)
    return Target(mask, box, np.zeros((0, 2), np.float32), np.zeros(0, bool))


def _point_target(rng: np.random.Generator, mask: Mask) -> Target:
    point = _inner_point(rng, mask)
    return Target(mask, None, np.array([point], np.float32), np.ones(1, bool))


def corrective_click(rng: np.random.Generator, predicted: Mask, truth: Mask) -> tuple[float, float, bool] | None:
    """Click into the largest connected region where a prediction is wrong.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides between the region's deepest point and any point well inside.
    predicted, truth : (rows, columns) bool
        Masks.

    Returns
    -------
    (x, y, positive) or None
        None where nothing is wrong.
    """
    best: Mask | None = None
    size, positive = 0, True
    for wrong, sign in ((truth & ~predicted, True), (predicted & ~truth, False)):
        parts, n = ndimage.label(wrong)
        if n:
            sizes = np.bincount(parts.ravel())
            largest = int(sizes[1:].argmax()) + 1
            if sizes[largest] > size:
                best, size, positive = parts == largest, int(sizes[largest]), sign
    if best is None:
        return None
    x, y = _inner_point(rng, best)
    return x, y, positive


def _inner_point(rng: np.random.Generator, mask: Mask) -> tuple[float, float]:
    """Return a point of the mask: its deepest, or any at least half as deep."""
    x0, y0, x1, y1 = (int(v) for v in tight_box(mask))
    part = np.pad(mask[y0 : y1 + 1, x0 : x1 + 1], 1)
    depth = ndimage.distance_transform_edt(part)
    level = depth.max() * (1.0 if rng.random() < 0.4 else rng.uniform(0.2, 0.9))
    found = np.argwhere(depth >= level)
    row, column = found[rng.integers(0, len(found))]
    return float(column - 1 + x0), float(row - 1 + y0)
