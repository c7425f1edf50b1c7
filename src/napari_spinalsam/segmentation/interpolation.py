"""Masks of the slices between two annotated ones, by shape-based interpolation.

Raya and Udupa 1990 (Shape-based interpolation of multidimensional objects, IEEE TMI 9(1), section II): between two
slices the signed distance to the outline is interpolated linearly, and the mask is where it is not outside. Where the
structure runs obliquely its two outlines need not overlap, and the distances alone would let it vanish in between; so
both are first moved onto the centroid that the slice in between should have.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import OperationError

Mask = NDArray[np.bool_]

#: A pixel that lies on the outline but for rounding is outside, whichever end is the first.
_TIE: Final = 1e-6


def interpolate_masks(first: Mask, last: Mask, n: int, spacing: tuple[float, float] = (1.0, 1.0)) -> list[Mask]:
    """Masks of `n` evenly spaced slices between two.

    Parameters
    ----------
    first, last : (rows, columns) bool
        Not empty.
    n : int
        Slices between them.
    spacing : (float, float)
        Distance between rows and between columns; only their ratio matters.

    Raises
    ------
    OperationError
        If a mask is empty.
    """
    if not first.any() or not last.any():
        raise OperationError("There is nothing to interpolate from an empty mask", "Segment both slices first")
    ends = [(_signed_distance(mask, spacing), _centroid(mask)) for mask in (first, last)]
    return [_between(ends, (k + 1) / (n + 1)) for k in range(n)]


def gaps(annotated: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Find neighbouring annotated slices with others between them.

    Parameters
    ----------
    annotated : (n,) bool
        Which slices have a mask.

    Returns
    -------
    list of (int, int)
        The slices before and behind each gap.
    """
    found = np.flatnonzero(annotated).tolist()
    return [(a, b) for a, b in pairwise(found) if b - a > 1]


def _between(ends: list[tuple[NDArray[np.float64], NDArray[np.float64]]], share: float) -> Mask:
    """Make the mask a `share` of the way from the first end to the last."""
    weights = (1 - share, share)
    centre = sum(weight * centroid for weight, (_, centroid) in zip(weights, ends, strict=True))
    distance = sum(
        # "nearest" lets the outside go on beyond the border of the slice.
        weight * ndimage.shift(field, centre - centroid, order=1, mode="nearest")
        for weight, (field, centroid) in zip(weights, ends, strict=True)
    )
    return np.asarray(distance < -_TIE)


def _signed_distance(mask: Mask, spacing: tuple[float, float]) -> NDArray[np.float64]:
    """Distance to the outline, which runs half way between pixels: negative inside."""
    # A border of background: a mask that fills the slice has an outline too.
    padded = np.pad(mask, 1)
    inside = ndimage.distance_transform_edt(padded, sampling=spacing)
    outside = ndimage.distance_transform_edt(~padded, sampling=spacing)
    return np.asarray((outside - inside)[1:-1, 1:-1])


def _centroid(mask: Mask) -> NDArray[np.float64]:
    return np.asarray([indices.mean() for indices in np.nonzero(mask)])
