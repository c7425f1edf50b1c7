"""Shapes as signed distances in mm: negative inside, zero on the surface, positive outside.

Distances to ellipses and squashed capsules are first-order approximations, good near the surface, where they are used.
Coordinates are arrays that broadcast against each other; results are float32 where the coordinates are.
Source: Quilez, "Distance functions" and "Smooth minimum" (iquilezles.org/articles).
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Field: TypeAlias = NDArray[np.float32]
Point3: TypeAlias = tuple[float, float, float]

#: Nearer to an ellipse's centre than this part of its size the gradient vanishes; the half axis is the distance there.
_CENTRE: Final = np.float32(1e-4)


def ellipse(x: Field, y: Field, a: Any, b: Any) -> Field:
    """Distance to an ellipse around the origin with the half axes `a` along x and `b` along y."""
    p, q = x / a, y / b
    k = np.maximum(np.sqrt(p * p + q * q), _CENTRE)
    gradient = np.maximum(np.sqrt((p / a) ** 2 + (q / b) ** 2), _CENTRE / np.minimum(a, b))
    return np.asarray(k * (k - 1) / gradient, dtype=np.float32)


def ellipsoid(x: Field, y: Field, z: Field, half: Point3) -> Field:
    """Distance to an ellipsoid around the origin with the half axes `half`."""
    p, q, r = x / half[0], y / half[1], z / half[2]
    k = np.maximum(np.sqrt(p * p + q * q + r * r), _CENTRE)
    gradient = np.sqrt((p / half[0]) ** 2 + (q / half[1]) ** 2 + (r / half[2]) ** 2)
    return np.asarray(k * (k - 1) / np.maximum(gradient, _CENTRE / min(half)), dtype=np.float32)


def superellipse(x: Field, y: Field, a: Any, b: Any, power: float) -> Field:
    """Distance to a superellipse: an ellipse at power 2, the squarer the higher the power."""
    k = (np.abs(x / a) ** power + np.abs(y / b) ** power) ** (1 / power)
    return np.asarray((k - 1) * np.minimum(a, b), dtype=np.float32)


def capsule(
    x: Field,
    y: Field,
    z: Field,
    start: Point3,
    end: Point3,
    radii: tuple[float, float],
    squash: Point3 = (1.0, 1.0, 1.0),
) -> Field:
    """Distance to a rod with round ends, whose radius changes evenly from start to end.

    Parameters
    ----------
    squash : tuple of three float
        Factor on each coordinate: 0.5 makes the rod's section twice as long that way, with `radii` across.
    """
    p = [c * f - s * f for c, f, s in zip((x, y, z), squash, start, strict=True)]
    axis = [(e - s) * f for e, f, s in zip(end, squash, start, strict=True)]
    length2 = max(sum(c * c for c in axis), 1e-6)
    along = np.clip((p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2]) / np.float32(length2), 0, 1)
    off2 = sum((c - along * np.float32(d)) ** 2 for c, d in zip(p, axis, strict=True))
    return np.asarray(np.sqrt(off2) - (radii[0] + along * np.float32(radii[1] - radii[0])), dtype=np.float32)


def smooth_union(a: Field, b: Field, k: float) -> Field:
    """Join two shapes with a fillet of about `k` mm."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.asarray(np.minimum(a, b) - h * h * np.float32(0.25 / k), dtype=np.float32)


def smooth_intersection(a: Field, b: Field, k: float) -> Field:
    """Keep what two shapes have in common, with an edge rounded by about `k` mm."""
    return -smooth_union(-a, -b, k)
