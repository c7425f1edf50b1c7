"""Orientation and coordinates of volumes: which way an array runs through the body, and where a voxel lies in mm.

World coordinates are NIfTI's: mm, RAS+ (x grows to the patient's Right, y to the Anterior, z to the Superior side).
Orientation codes name the side towards which the index of an axis *grows*, as in nibabel: "IPL" is head -> feet,
front -> back, right -> left.

Reorienting permutes and flips axes; it never resamples, so voxels and their world positions stay exactly the same.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from nibabel import orientations
from numpy.typing import ArrayLike, NDArray

#: Orientation in which every volume is held: axial slices are then ``array[k]`` in the radiological layout.
IPL: Final = ("I", "P", "L")

#: World mm (RAS+) -> (to the feet, to the back, to the left) mm; its own inverse.
#: With it napari's axes (z, y, x) show a body upright, seen from the front, the patient's right at the left.
RAS_TO_IPL: Final[NDArray[np.float64]] = np.array(
    [[0.0, 0.0, -1.0, 0.0], [0.0, -1.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
)
RAS_TO_IPL.setflags(write=False)


def is_invertible(affine: NDArray[np.float64]) -> bool:
    """Whether a (4, 4) affine is finite and maps voxels to points of space and back.

    The columns are judged by their direction alone, so that tiny voxels (micro-CT, in mm) are no reason to refuse.
    """
    if affine.shape != (4, 4) or not np.isfinite(affine).all() or not np.array_equal(affine[3], (0, 0, 0, 1)):
        return False
    sizes = spacing_of(affine)
    if min(sizes) <= 0:
        return False
    return bool(abs(np.linalg.det(affine[:3, :3] / sizes)) > 1e-6)


def spacing_of(affine: NDArray[np.float64]) -> tuple[float, float, float]:
    """Distance in mm between neighbouring voxels along each array axis: the lengths of the affine's columns."""
    return tuple(float(size) for size in np.linalg.norm(affine[:3, :3], axis=0))  # type: ignore[return-value]


def orientation_of(affine: NDArray[np.float64]) -> tuple[str, str, str]:
    """Orientation codes of the axes, e.g. ``("R", "A", "S")``; of an oblique affine, the nearest ones."""
    first, second, third = orientations.aff2axcodes(affine)
    return first, second, third


def reorient(
    array: NDArray[Any], affine: NDArray[np.float64], codes: tuple[str, str, str] = IPL
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Permute and flip a volume to an orientation.

    Parameters
    ----------
    array : (n0, n1, n2) array
    affine : (4, 4) float64
        Index -> world mm.
    codes : three letters
        Orientation wanted.

    Returns
    -------
    array, affine
        The same voxels (a view where numpy can make one) and the affine by which each keeps its world position exactly.
    """
    transform = orientations.ornt_transform(orientations.io_orientation(affine), orientations.axcodes2ornt(codes))
    moved: NDArray[Any] = orientations.apply_orientation(array, transform)
    return moved, np.asarray(affine @ orientations.inv_ornt_aff(transform, array.shape), dtype=np.float64)


def index_to_world(affine: NDArray[np.float64], indices: ArrayLike) -> NDArray[np.float64]:
    """World positions in mm, (..., 3), of voxel indices, (..., 3), which may lie between voxels."""
    indices = np.asarray(indices, dtype=np.float64)
    return np.asarray(indices @ affine[:3, :3].T + affine[:3, 3])


def world_to_index(affine: NDArray[np.float64], positions: ArrayLike) -> NDArray[np.float64]:
    """Voxel indices, (..., 3), not rounded, of world positions in mm, (..., 3)."""
    positions = np.asarray(positions, dtype=np.float64)
    return np.asarray(np.linalg.solve(affine[:3, :3], (positions - affine[:3, 3])[..., None])[..., 0])


def nearest_voxel(indices: ArrayLike) -> NDArray[np.int64]:
    """Find the voxel that an index falls into: voxel ``i`` reaches from ``i - 0.5`` (included) to ``i + 0.5``.

    ``numpy.round`` would send halves to the even neighbour, and a click on an edge to a different side on every row.
    """
    return np.floor(np.asarray(indices, dtype=np.float64) + 0.5).astype(np.int64)


def same_grid(
    shape_a: tuple[int, ...],
    affine_a: NDArray[np.float64],
    shape_b: tuple[int, ...],
    affine_b: NDArray[np.float64],
    tolerance: float = 0.05,
) -> bool:
    """Whether two grids have the same shape and every voxel of one lies on its fellow of the other.

    Parameters
    ----------
    tolerance : float
        How far apart fellows may be, as a part of the smallest voxel side. Headers hold float32 and quaternions, so
        that affines of the same grid differ in the last digits.
    """
    if tuple(shape_a) != tuple(shape_b):
        return False
    corners = np.stack(np.meshgrid(*[(0, n - 1) for n in shape_a], indexing="ij"), axis=-1).reshape(-1, 3)
    apart = np.linalg.norm(index_to_world(affine_a, corners) - index_to_world(affine_b, corners), axis=-1)
    return bool(apart.max() <= tolerance * min(spacing_of(affine_a)))
