"""How slices that a scanner sent one by one lie in the body: their order, their spacing, and the affine of the stack.

Source: DICOM PS3.3, C.7.6.2.1.1, "Image Position and Image Orientation". Positions there are LPS+ (x grows to the
patient's Left, y to the Posterior side); the affine made here is RAS+, as everywhere in this project.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError

#: Differences in spacing, as shares of it, that are rounding in the headers, and those that are told but accepted.
#: Beyond the second a voxel would lie a tenth of a slice and more off its place, or a slice is missing.
_ROUNDING: Final = 0.01
_IRREGULAR: Final = 0.1

#: A distance this many times the usual one means that slices are missing.
_MISSING: Final = 1.5

#: How far a direction may be from unit length, from a right angle, or from the other slices' direction.
_DIRECTION: Final = 1e-3

#: Places that an error lists before it only counts the rest.
_LISTED: Final = 5

_LPS_TO_RAS: Final = np.array([-1.0, -1.0, 1.0])


class UnevenSpacingWarning(UserWarning):
    """Slices that are not quite evenly spaced; they are taken as if they were."""


@dataclass(frozen=True, eq=False)
class SlicePlane:
    """Where one slice lies.

    Parameters
    ----------
    position : (3,) float64
        Centre of the first pixel, mm, LPS+.
    along_row, along_column : (3,) float64
        Unit vectors, LPS+: the way the column index grows, and the way the row index grows.
    pixel_spacing : (float, float)
        Distance in mm between rows and between columns.
    thickness : float
        Of the slice, in mm.
    """

    position: NDArray[np.float64]
    along_row: NDArray[np.float64]
    along_column: NDArray[np.float64]
    pixel_spacing: tuple[float, float]
    thickness: float = 1.0

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector across the slice."""
        return np.asarray(np.cross(self.along_row, self.along_column))

    @property
    def height(self) -> float:
        """Position along the normal, in mm."""
        return float(self.normal @ self.position)


def order_of(planes: Sequence[SlicePlane]) -> list[int]:
    """Find the indices that sort parallel slices by their position along the normal.

    Raises
    ------
    ImageError
        If there is no slice, or they are neither parallel nor of one pixel spacing.
    """
    if not planes:
        raise ImageError("There are no slices", "Choose another series")
    _check_alike(planes)
    normal = planes[0].normal
    return sorted(range(len(planes)), key=lambda i: float(normal @ planes[i].position))


def stack_affine(planes: Sequence[SlicePlane]) -> NDArray[np.float64]:
    """Affine of slices that are in order: (column, row, slice) index -> world mm, RAS+.

    Slices that are shifted evenly, as of a tilted gantry, give a sheared affine, which tells their true places.
    Spacing may differ from the median by 1 % in silence and by 10 % with an `UnevenSpacingWarning`.

    Returns
    -------
    (4, 4) float64

    Raises
    ------
    ImageError
        If slices are missing, unevenly spaced, at the same place, or not on a straight line; with their positions.
    """
    first = planes[0]
    if min(first.pixel_spacing) <= 0:
        raise ImageError(f"A pixel spacing of {first.pixel_spacing} mm cannot be", "Export the series again")
    step = first.normal * first.thickness
    if len(planes) > 1:
        _check_spacing([plane.height for plane in planes])
        step = (planes[-1].position - first.position) / (len(planes) - 1)
        _check_straight(planes, step)
    affine = np.eye(4)
    affine[:3, 0] = first.along_row * first.pixel_spacing[1]
    affine[:3, 1] = first.along_column * first.pixel_spacing[0]
    affine[:3, 2] = step
    affine[:3, 3] = first.position
    affine[:3] *= _LPS_TO_RAS[:, None]
    return affine


def _check_alike(planes: Sequence[SlicePlane]) -> None:
    first = planes[0]
    for plane in planes:
        rows, columns = plane.along_row, plane.along_column
        lengths = np.array([rows @ rows, columns @ columns])
        if np.abs(lengths - 1).max() > _DIRECTION or abs(rows @ columns) > _DIRECTION:
            raise ImageError("The directions of a slice's rows and columns are no right angle", "Export it again")
        apart = max(np.abs(rows - first.along_row).max(), np.abs(columns - first.along_column).max())
        if apart > _DIRECTION:
            raise ImageError("The slices of the series are not parallel", "Export the localizers as another series")
        if not np.allclose(plane.pixel_spacing, first.pixel_spacing, rtol=_DIRECTION):
            raise ImageError("The slices of the series differ in pixel spacing", "Export them as separate series")


def _check_spacing(heights: Sequence[float]) -> None:
    distances = np.diff(heights)
    usual = float(np.median(distances))
    same = np.flatnonzero(distances < _DIRECTION)
    if same.size:
        raise ImageError(
            f"{same.size + 1} slices of the series lie where another one does ({_places(heights, same)})",
            "Export each phase or reconstruction as a series of its own",
        )
    gaps = np.flatnonzero(distances > _MISSING * usual)
    if gaps.size:
        missing = int(np.rint(distances[gaps] / usual - 1).sum())
        raise ImageError(
            f"Slices are missing: about {missing}, where others are {usual:.2f} mm apart ({_places(heights, gaps)})",
            "Copy the whole series again",
        )
    off = np.abs(distances - usual) / usual
    if off.max() > _IRREGULAR:
        raise ImageError(
            f"The slices are unevenly spaced, {distances.min():.2f} to {distances.max():.2f} mm apart "
            f"({_places(heights, np.flatnonzero(off > _IRREGULAR))})",
            "Resample the series to even spacing first",
        )
    if off.max() > _ROUNDING:
        warnings.warn(
            f"The slices are {distances.min():.3f} to {distances.max():.3f} mm apart; they are taken as evenly spaced",
            UnevenSpacingWarning,
            stacklevel=2,
        )


def _check_straight(planes: Sequence[SlicePlane], step: NDArray[np.float64]) -> None:
    """Refuse slices that are shifted sideways unevenly; along the normal their spacing was checked already."""
    normal = planes[0].normal
    positions = np.stack([plane.position for plane in planes])
    off = positions - (positions[0] + np.arange(len(planes))[:, None] * step)
    sideways = np.linalg.norm(off - (off @ normal)[:, None] * normal, axis=1)
    if sideways.max() > _IRREGULAR * max(planes[0].pixel_spacing) + _DIRECTION:
        raise ImageError(
            f"The slices do not lie on a straight line, one is {sideways.max():.2f} mm beside it",
            "Export each reconstruction as a series of its own",
        )


def _places(heights: Sequence[float], indices: NDArray[np.intp]) -> str:
    """Where along the normal something is between a slice and the next."""
    told = [f"{heights[i]:.2f} to {heights[i + 1]:.2f} mm" for i in indices[:_LISTED]]
    more = len(indices) - len(told)
    return "at " + ", ".join(told) + (f" and {more} more" if more else "")
