"""How well two masks agree, in two or three dimensions.

What empty masks give: two empty masks agree perfectly (Dice and IoU 1, distances 0); where one alone is empty there is
no agreement (Dice and IoU 0) and no finite distance (infinity).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import LabelsError

Mask = NDArray[np.bool_]


def dice(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Dice coefficient, ``2 |A ∩ B| / (|A| + |B|)`` (Dice 1945).

    Parameters
    ----------
    a, b : array of bool
        Of the same shape; anything but 0 counts as inside.

    Returns
    -------
    float
        From 0 to 1; 1 if both are empty, 0 if one is.

    Raises
    ------
    LabelsError
        If the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> dice(np.array([[1, 1, 0]]), np.array([[0, 1, 0]]))
    0.6666666666666666
    """
    a, b = _pair(a, b)
    total = int(np.count_nonzero(a)) + int(np.count_nonzero(b))
    return 2 * int(np.count_nonzero(a & b)) / total if total else 1.0


def iou(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Intersection over union, ``|A ∩ B| / |A ∪ B|`` (Jaccard 1912).

    Parameters
    ----------
    a, b : array of bool
        Of the same shape; anything but 0 counts as inside.

    Returns
    -------
    float
        From 0 to 1; 1 if both are empty, 0 if one is.

    Raises
    ------
    LabelsError
        If the shapes differ.
    """
    a, b = _pair(a, b)
    union = int(np.count_nonzero(a | b))
    return int(np.count_nonzero(a & b)) / union if union else 1.0


class SurfaceDistances(NamedTuple):
    """Both distances between two surfaces, in the unit of the spacing.

    Parameters
    ----------
    mean : float
        As `mean_surface_distance`.
    hausdorff95 : float
        As `hausdorff95`.
    """

    mean: float
    hausdorff95: float


def surface_distances(a: NDArray[Any], b: NDArray[Any], spacing: Sequence[float] | None = None) -> SurfaceDistances:
    """Compute `mean_surface_distance` and `hausdorff95` from the same distance transforms, which take most of the time.

    Parameters
    ----------
    a, b : array of bool
        Of the same shape.
    spacing : sequence of float, optional
        Distance between elements along each axis, in mm; 1 (so that the result is in pixels) by default.

    Returns
    -------
    SurfaceDistances
        0 and 0 if both masks are empty, infinity if one is.

    Raises
    ------
    LabelsError
        If the shapes differ.
    """
    to_b, to_a = _surface_distances(a, b, spacing)
    if not to_b.size and not to_a.size:
        return SurfaceDistances(0.0, 0.0)
    if np.isinf(to_b).any() or np.isinf(to_a).any():
        return SurfaceDistances(float("inf"), float("inf"))
    mean = float(np.concatenate([to_b, to_a]).mean())
    return SurfaceDistances(mean, float(max(np.percentile(to_b, 95), np.percentile(to_a, 95))))


def mean_surface_distance(a: NDArray[Any], b: NDArray[Any], spacing: Sequence[float] | None = None) -> float:
    """Average symmetric surface distance (Heimann et al. 2009, IEEE TMI 28(8), equation 3).

    The distances of every surface element of each mask to the other's surface, averaged over both together. A surface
    element is an element of the mask that has a face neighbour outside it; what lies outside the image is outside the
    mask. Parameters, result and errors are those of `surface_distances`.
    """
    return surface_distances(a, b, spacing).mean


def hausdorff95(a: NDArray[Any], b: NDArray[Any], spacing: Sequence[float] | None = None) -> float:
    """Compute the 95th percentile Hausdorff distance: the greater of the two directions' percentiles.

    Parameters, result and errors are those of `surface_distances`.
    """
    return surface_distances(a, b, spacing).hausdorff95


def _surface_distances(
    a: NDArray[Any], b: NDArray[Any], spacing: Sequence[float] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance of every surface element of ``a`` to the surface of ``b``, and the other way round."""
    a, b = _pair(a, b)
    if not a.any() or not b.any():
        return np.full(int(a.any()), np.inf), np.full(int(b.any()), np.inf)
    # Nothing outside the box round both matters, and the distance transform is the slow part.
    box = ndimage.find_objects((a | b).astype(np.uint8))[0]
    surface_a, surface_b = _surface(a[box]), _surface(b[box])
    return _distances_to(surface_b, spacing)[surface_a], _distances_to(surface_a, spacing)[surface_b]


def _surface(mask: Mask) -> Mask:
    inner: Mask = ndimage.binary_erosion(mask, border_value=0)
    return mask & ~inner


def _distances_to(surface: Mask, spacing: Sequence[float] | None) -> NDArray[np.float64]:
    distances: NDArray[np.float64] = ndimage.distance_transform_edt(~surface, sampling=spacing)
    return distances


def _pair(a: NDArray[Any], b: NDArray[Any]) -> tuple[Mask, Mask]:
    if a.shape != b.shape:
        raise LabelsError(f"Masks of shape {a.shape} and {b.shape} cannot be compared", "Give masks of one image")
    return a != 0, b != 0
