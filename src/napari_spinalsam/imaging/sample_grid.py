"""The grid that the sample CT is drawn on, and drawing on parts of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.imaging.signed_distance import Field

Region: TypeAlias = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Grid:
    """Voxel centres in mm: z to the feet, y to the back, x from the midline to the patient's left.

    Parameters
    ----------
    shape : (n0, n1, n2)
    spacing_mm : (z, y, x)
    """

    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]

    @property
    def axes(self) -> tuple[Field, Field, Field]:
        """Coordinates of the voxel centres along z, y and x, each one-dimensional; x is 0 in the middle."""
        z, y, x = (
            np.arange(n, dtype=np.float32) * np.float32(s) for n, s in zip(self.shape, self.spacing_mm, strict=True)
        )
        return z, y, x - x.mean(dtype=np.float32)

    def region(self, z: tuple[float, float], y: tuple[float, float], x: tuple[float, float]) -> Region:
        """Voxels whose centres lie in a box given in mm; empty where the box misses the grid."""
        found = [
            slice(int(np.searchsorted(axis, low)), int(np.searchsorted(axis, high, side="right")))
            for axis, (low, high) in zip(self.axes, (z, y, x), strict=True)
        ]
        return found[0], found[1], found[2]

    def region_shape(self, region: Region) -> tuple[int, int, int]:
        """Shape of a region."""
        n0, n1, n2 = (part.stop - part.start for part in region)
        return n0, n1, n2

    def coordinates(self, region: Region) -> tuple[Field, Field, Field]:
        """Coordinates in mm of a region's voxels: z (n, 1, 1), y (1, n, 1), x (1, 1, n)."""
        z, y, x = (axis[part] for axis, part in zip(self.axes, region, strict=True))
        return z[:, None, None], y[None, :, None], x[None, None, :]


def paint(hu: Field, region: Region, distance: Field, value: Field | float, softness_mm: float = 0.8) -> None:
    """Mix `value` into `hu` inside a shape, with an edge as wide as a voxel, as partial volume makes it."""
    share = np.clip(np.float32(0.5) - distance / np.float32(2 * softness_mm), 0, 1)
    part = hu[region]
    part += share * (value - part)


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int, int], spacing_mm: tuple[float, float, float], scale_mm: float
) -> NDArray[np.float32]:
    """Random field of about unit size, float32, whose bumps are about `scale_mm` wide.

    Few random numbers are interpolated along one axis after the other, which is much cheaper than filtering many.
    """
    knots = [int(n * s / scale_mm) + 4 for n, s in zip(shape, spacing_mm, strict=True)]
    field = rng.standard_normal(knots, dtype=np.float32)
    for axis, (n, spacing) in enumerate(zip(shape, spacing_mm, strict=True)):
        weights = _spline_weights(n, spacing / scale_mm, knots[axis])
        field = np.moveaxis(np.tensordot(weights, field, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(field * np.float32(1 / 0.692**3))


def _spline_weights(n: int, step: float, knots: int) -> NDArray[np.float32]:
    """(n, knots) weights of the uniform cubic B-spline; along each axis they leave unit noise a deviation of 0.692."""
    at = np.arange(n) * step + 1.0
    apart = np.abs(at[:, None] - np.arange(knots)[None, :])
    near = 2 / 3 - apart**2 + apart**3 / 2
    far = np.maximum(2 - apart, 0) ** 3 / 6
    return np.asarray(np.where(apart < 1, near, far), dtype=np.float32)
