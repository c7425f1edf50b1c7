"""Shapes of real spines as signed-distance volumes, with a made-up sacrum, pelvis and ribs around them.

Neighbouring vertebrae are kept in two volumes, every second one in each, so that a joint narrower than a voxel still
has two sides after any resampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import ImageError
from napari_spinalsam.training.sacrum import arc_frame, sacrum_distance

Array = NDArray[np.float32]

GRID_MM = 1.25
REACH_MM = 15.0  # distances are kept up to here
_MARGIN_MM = (20.0, 25.0, 30.0)  # room around the label map: head and feet, front and back, right and left
_BELOW_MM = 110.0  # room for the sacrum
SACRUM, PELVIS, RIBS = 60, 61, 62


@dataclass(frozen=True, eq=False)
class SpineShape:
    """One spine, oriented head to feet, front to back, right to left ("IPL").

    Parameters
    ----------
    distances : (3, n0, n1, n2) float32 tensor
        Signed distance in mm, negative inside: every second vertebra, the others, and bones that are no vertebrae.
    labels : (3, n0, n1, n2) uint8
        The label that each distance belongs to: 1.. from the head, ``SACRUM``, ``PELVIS``, ``RIBS``.
    centres : (n, 3) float64
        Centres of the vertebral bodies in mm from the first voxel's centre, from the head.
    offset : (3,) float64
        Added to a position it gives mm from the first voxel's centre of the label map.
    """

    distances: torch.Tensor
    labels: NDArray[np.uint8]
    centres: NDArray[np.float64]
    offset: NDArray[np.float64]

    def axis_at(self, level: int) -> NDArray[np.float64]:
        """Direction of the spine, head to feet, at a level: a unit vector."""
        low, high = max(level - 1, 0), min(level + 1, len(self.centres) - 1)
        direction: NDArray[np.float64] = self.centres[high] - self.centres[low]
        return direction / np.linalg.norm(direction)


def read_ipl(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Read a NIfTI as (array oriented IPL, voxel size in mm).

    Raises
    ------
    ImageError
        If the file cannot be read.
    """
    try:
        image = nib.Nifti1Image.from_filename(path)
        wanted = nib.orientations.axcodes2ornt("IPL")
        turned = image.as_reoriented(nib.orientations.ornt_transform(nib.io_orientation(image.affine), wanted))
        array = np.asarray(turned.dataobj, dtype=np.float32)
    except (OSError, EOFError, nib.filebasedimages.ImageFileError) as error:
        raise ImageError(f"{path} cannot be read: {error}", "Give the folder that holds the label maps") from error
    return array, np.asarray(turned.header.get_zooms()[:3], dtype=np.float64)


def spine_shape(label_map: NDArray[np.float32], voxel_mm: NDArray[np.float64], rng: np.random.Generator) -> SpineShape:
    """Turn a vertebra label map into a spine with sacrum, pelvis and ribs.

    Parameters
    ----------
    label_map : (n0, n1, n2) array
        IPL; 0 is background, every other value one vertebra.
    voxel_mm : (3,) array
        Voxel size.
    rng : numpy.random.Generator
        Chooses the made-up bones' sizes.
    """
    values = [int(v) for v in np.unique(label_map) if v > 0]
    values = [v for v in values if (label_map == v).sum() * voxel_mm.prod() > 5000.0]
    bodies = {v: _body_centre(label_map == v, voxel_mm) for v in values}
    values.sort(key=lambda v: float(bodies[v][0]))
    found = np.argwhere(np.isin(label_map, values))
    origin = np.array(_MARGIN_MM) - found.min(axis=0) * voxel_mm
    extent = np.ptp(found, axis=0) * voxel_mm + 2 * np.array(_MARGIN_MM) + np.array([_BELOW_MM, 0.0, 0.0])
    shape = tuple(int(n) for n in np.ceil(extent / GRID_MM))
    distances = np.full((3, *shape), REACH_MM, dtype=np.float32)
    labels = np.zeros((3, *shape), dtype=np.uint8)
    for order, value in enumerate(values, start=1):
        distance = _distance_on_grid(label_map == value, voxel_mm, origin, shape)
        _add_bone(distances, labels, order % 2, distance, order)
    centres = np.array([bodies[v] + origin for v in values])
    grid = [np.arange(n, dtype=np.float32) * np.float32(GRID_MM) for n in shape]
    points = np.stack(np.meshgrid(*grid, indexing="ij"))
    _add_sacrum_and_pelvis(distances, labels, points, centres, rng)
    _add_ribs(distances, labels, points, centres, rng)
    return SpineShape(torch.from_numpy(distances), labels, centres, -origin)


def _body_centre(mask: NDArray[np.bool_], voxel_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centre of the thickest third of a vertebra, its body, in mm."""
    padded = np.pad(mask, 1)
    depth = ndimage.distance_transform_edt(padded, voxel_mm)[1:-1, 1:-1, 1:-1]
    thick = np.argwhere(depth > 0.6 * depth.max())
    centre: NDArray[np.float64] = thick.mean(axis=0) * voxel_mm
    return centre


def _distance_on_grid(
    mask: NDArray[np.bool_], voxel_mm: NDArray[np.float64], origin: NDArray[np.float64], shape: tuple[int, ...]
) -> Array:
    """Signed distance of one bone on the common grid, smoothed a little."""
    pad = np.ceil(REACH_MM / voxel_mm).astype(int) + 1
    found = np.argwhere(mask)
    low, high = found.min(axis=0), found.max(axis=0) + 1
    part = np.pad(mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))], [(p, p) for p in pad])
    signed = ndimage.distance_transform_edt(~part, voxel_mm) - ndimage.distance_transform_edt(part, voxel_mm)
    signed = ndimage.gaussian_filter(signed.astype(np.float32), 0.5 / voxel_mm * np.minimum(voxel_mm, 1.5))
    start = (low - pad) * voxel_mm + origin  # position of the part's first voxel, mm
    first = np.maximum(np.ceil(start / GRID_MM), 0).astype(int)
    end = np.minimum(np.floor((start + (np.array(part.shape) - 1) * voxel_mm) / GRID_MM) + 1, shape).astype(int)
    offset = (first * GRID_MM - start) / voxel_mm
    resampled = ndimage.affine_transform(
        signed, GRID_MM / voxel_mm, offset, output_shape=tuple(end - first), order=1, mode="nearest"
    )
    whole = np.full(shape, REACH_MM, dtype=np.float32)
    whole[tuple(slice(a, b) for a, b in zip(first, end, strict=True))] = resampled.clip(-REACH_MM, REACH_MM)
    return whole


def _add_bone(distances: Array, labels: NDArray[np.uint8], channel: int, distance: Array, label: int) -> None:
    nearer = distance < distances[channel]
    distances[channel][nearer] = distance[nearer]
    labels[channel][nearer] = label


def _ellipsoid(points: Array, centre: NDArray[np.float64], radii: tuple[float, float, float]) -> Array:
    """Approximate signed distance to an ellipsoid along the axes of ``points``, in mm."""
    scaled = [(points[i] - np.float32(centre[i])) / np.float32(radii[i]) for i in range(3)]
    norm = np.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2)
    result: Array = ((norm - 1.0) * np.float32(min(radii))).astype(np.float32)
    return result


def _add_sacrum_and_pelvis(
    distances: Array, labels: NDArray[np.uint8], points: Array, centres: NDArray[np.float64], rng: np.random.Generator
) -> None:
    direction = centres[-1] - centres[-2]
    step = float(np.linalg.norm(direction))
    angle = np.arctan2(direction[1], direction[0]) + rng.uniform(0.25, 0.85)
    along = np.array([np.cos(angle), np.sin(angle), 0.0])
    size = rng.uniform(0.85, 1.15)
    top = centres[-1] + (0.95 * step - 15.0 * size) * along
    frame = arc_frame(points, top, angle, rng.uniform(0.7, 1.5), size, rng.normal(0.0, 0.12))
    sacrum = sacrum_distance(frame, rng) * np.float32(size)
    for side in (-1.0, 1.0):
        _add_ilium(distances, labels, points, centres[-1], side, sacrum, rng)
    # The sacrum is the next vertebra; its first segment replaces a real one where the label map had it.
    channel = (len(centres) + 1) % 2
    _add_bone(distances, labels, channel, sacrum.clip(-REACH_MM, REACH_MM), SACRUM)


def _add_ilium(
    distances: Array,
    labels: NDArray[np.uint8],
    points: Array,
    last_body: NDArray[np.float64],
    side: float,
    sacrum: Array,
    rng: np.random.Generator,
) -> None:
    """Add a curved plate beside the sacrum, a joint space apart."""
    centre = last_body + np.array([rng.uniform(35.0, 50.0), rng.uniform(10.0, 25.0), side * rng.uniform(47.0, 55.0)])
    turn = side * rng.uniform(0.3, 0.6)
    local = points.copy()
    local[1] = (points[1] - centre[1]) * np.cos(turn) + (points[2] - centre[2]) * np.sin(turn)
    local[2] = -(points[1] - centre[1]) * np.sin(turn) + (points[2] - centre[2]) * np.cos(turn)
    local[2] -= side * (local[1] / 40.0) ** 2 * 6.0
    local[0] = points[0] - centre[0]
    plate = _ellipsoid(local, np.zeros(3), (62.0, 55.0, rng.uniform(8.0, 12.0)))
    plate = np.maximum(plate, rng.uniform(1.5, 3.5) - sacrum)
    _add_bone(distances, labels, 2, plate.clip(-REACH_MM, REACH_MM), PELVIS)


def _add_ribs(
    distances: Array, labels: NDArray[np.uint8], points: Array, centres: NDArray[np.float64], rng: np.random.Generator
) -> None:
    """Add a pair of ribs at every level five or more above the last vertebra: short arcs of tubes."""
    vertebrae = np.minimum(distances[0], distances[1])
    for centre in centres[: max(len(centres) - 5, 0)]:
        radius = rng.uniform(3.5, 5.5)
        for side in (-1.0, 1.0):
            arc = np.linspace(0.0, 1.0, 24)
            path = np.stack(
                [
                    centre[0] - 8.0 + arc * rng.uniform(15.0, 30.0),
                    centre[1] + 14.0 + 22.0 * np.sin(arc * np.pi * 0.9),
                    centre[2] + side * (20.0 + arc * 60.0),
                ],
                axis=1,
            )
            _add_tube(distances, labels, points, path, radius, vertebrae)


def _add_tube(
    distances: Array,
    labels: NDArray[np.uint8],
    points: Array,
    path: NDArray[np.float64],
    radius: float,
    vertebrae: Array,
) -> None:
    reach = radius + 8.0
    low = np.maximum((path.min(axis=0) - reach) / GRID_MM, 0).astype(int)
    high = ((path.max(axis=0) + reach) / GRID_MM).astype(int) + 1
    window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    part = points[(slice(None), *window)]
    nearest = np.full(part.shape[1:], np.inf, dtype=np.float32)
    for point in path.astype(np.float32):
        squared = sum((part[i] - point[i]) ** 2 for i in range(3))
        np.minimum(nearest, squared, out=nearest)
    distance = np.maximum(np.sqrt(nearest) - np.float32(radius), 1.5 - vertebrae[window]).astype(np.float32)
    _add_bone(distances[(slice(None), *window)], labels[(slice(None), *window)], 2, distance.clip(max=REACH_MM), RIBS)
