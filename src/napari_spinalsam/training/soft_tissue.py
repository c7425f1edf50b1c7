"""What surrounds the bones of a synthetic slice, in HU: made up, or a real CT without its bones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.training.fields import smooth_noise
from napari_spinalsam.training.slice_plane import SlicePlane

Array = NDArray[np.float32]


def paint_soft_tissue(rng: np.random.Generator, plane: SlicePlane, centre: NDArray[np.float64]) -> Array:
    """Paint skin, fat, muscle, organs and gas around a spine at ``centre``, HU."""
    muscle = rng.uniform(25.0, 75.0)
    fat = rng.uniform(-125.0, -70.0)
    hu = np.full(plane.shape, muscle, dtype=np.float32)
    behind = plane.points[1] - np.float32(centre[1])
    beside = np.abs(plane.points[2] - np.float32(centre[2]))
    cell = rng.uniform(15.0, 40.0) / plane.pixel_mm
    planes_of_fat = np.abs(smooth_noise(rng, plane.shape, cell)[0])
    width = rng.uniform(0.02, 0.12)
    hu += (fat - muscle) * np.clip(1.0 - planes_of_fat / width, 0.0, 1.0) * np.float32(rng.random() < 0.8)
    _paint_belly(rng, plane, hu, behind + 0.3 * beside, fat)
    _paint_vessels(rng, plane, hu, centre)
    hu += smooth_noise(rng, plane.shape, 10.0 / plane.pixel_mm)[0] * np.float32(rng.uniform(0.0, 8.0))
    _paint_outline(rng, plane, hu, behind, beside, fat)
    return hu


def _paint_belly(rng: np.random.Generator, plane: SlicePlane, hu: Array, behind: Array, fat: float) -> None:
    """In front of the spine: fat with smooth organs in it, sometimes gas."""
    organs = smooth_noise(rng, plane.shape, rng.uniform(20.0, 60.0) / plane.pixel_mm, 2)
    front = behind < -rng.uniform(25.0, 45.0) + 6.0 * organs[1]
    belly = np.where(organs[0] > rng.uniform(-0.8, 0.5), np.float32(rng.uniform(10.0, 90.0)), np.float32(fat))
    if rng.random() < 0.35:
        belly[organs[0] > rng.uniform(1.0, 1.8)] = rng.uniform(-1000.0, -700.0)
    if rng.random() < 0.2:
        belly[organs[0] < -1.5] = rng.uniform(150.0, 500.0)  # contrast agent in the bowel
    hu[front] = belly[front]


def _paint_vessels(rng: np.random.Generator, plane: SlicePlane, hu: Array, centre: NDArray[np.float64]) -> None:
    """Aorta and vena cava along the spine, with or without contrast agent, now and then with calcified walls."""
    contrast = rng.uniform(120.0, 320.0) if rng.random() < 0.3 else rng.uniform(30.0, 55.0)
    for side in (-1.0, 1.0):
        radius = rng.uniform(6.0, 12.0)
        front = plane.points[1] - np.float32(centre[1] - rng.uniform(24.0, 34.0))
        beside = plane.points[2] - np.float32(centre[2] + side * rng.uniform(6.0, 16.0))
        distance = np.sqrt(front**2 + beside**2) - np.float32(radius)
        hu[distance < 0] = contrast
        if rng.random() < 0.25:
            wall = (np.abs(distance) < 1.2) & (smooth_noise(rng, plane.shape, 9.0 / plane.pixel_mm)[0] > 0.8)
            hu[wall] = rng.uniform(300.0, 900.0)


def _paint_outline(
    rng: np.random.Generator, plane: SlicePlane, hu: Array, behind: Array, beside: Array, fat: float
) -> None:
    """Paint the body's outline: fat under the skin, skin, air and sometimes a table."""
    depth, half_width, power = rng.uniform(85.0, 150.0), rng.uniform(125.0, 200.0), rng.uniform(2.0, 3.5)
    middle = rng.uniform(-10.0, 30.0) - depth + rng.uniform(60.0, 80.0)
    norm = (np.abs(behind - middle) / depth) ** power + (beside / half_width) ** power
    inside = (1.0 - norm ** (1.0 / power)) * np.float32(depth)  # about mm under the skin
    thick = rng.uniform(4.0, 30.0)
    wavy = inside + smooth_noise(rng, plane.shape, 30.0 / plane.pixel_mm)[0] * np.float32(0.12 * thick)
    hu[wavy < thick] = fat
    hu[inside < rng.uniform(1.5, 3.0)] = rng.uniform(-20.0, 60.0)
    hu[inside < 0] = rng.uniform(-1024.0, -950.0)
    if rng.random() < 0.4:
        table = behind - (middle + depth + rng.uniform(-6.0, 8.0)) + 0.0008 * beside**2
        hu[(table > 0) & (table < rng.uniform(2.0, 8.0)) & (inside < 0)] = rng.uniform(-600.0, 200.0)


def without_bones(hu: NDArray[np.float32], bone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Fill the bones of a CT from the soft tissue around them.

    Parameters
    ----------
    hu : (n0, n1, n2) float32
        A CT.
    bone : (n0, n1, n2) bool
        Labelled bone; everything brighter than 150 HU counts as bone too.
    """
    missing = ndimage.binary_dilation(bone | (hu > 150.0), iterations=2)
    known = (~missing & (hu > -200.0)).astype(np.float32)
    weight = ndimage.gaussian_filter(known, 4.0)
    filled = ndimage.gaussian_filter(np.where(known > 0, hu, 0.0).astype(np.float32), 4.0) / np.maximum(weight, 1e-3)
    return np.where(missing, np.where(weight > 0.01, filled, 40.0), hu).astype(np.float32)
