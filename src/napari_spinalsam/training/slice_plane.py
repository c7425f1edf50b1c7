"""Where a synthetic slice lies in the spine: axial, sagittal, coronal or oblique, bent by a smooth random warp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.training.fields import smooth_noise
from napari_spinalsam.training.spine_shapes import SpineShape

Array = NDArray[np.float32]
View = Literal["axial", "sagittal", "coronal"]
#: How often a slice is laid over the sacrum, and how often a sagittal one ends within it, as lumbar scans do.
_SACRUM_SHARE = 0.2
_LUMBOSACRAL_SHARE = 0.45
_ROWS_COLUMNS: dict[View, tuple[int, int]] = {"axial": (1, 2), "sagittal": (0, 1), "coronal": (0, 2)}


@dataclass(frozen=True, eq=False)
class SlicePlane:
    """Positions of the pixels of one slice.

    Parameters
    ----------
    view : "axial", "sagittal" or "coronal"
        The nearest standard view.
    points : (3, rows, columns) float32
        In the spine's mm (see ``SpineShape``), warped.
    pixel_mm : float
        Side of a pixel.
    """

    view: View
    points: Array
    pixel_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.points.shape[1], self.points.shape[2]


def random_plane(rng: np.random.Generator, spine: SpineShape, size: int) -> SlicePlane:
    """Choose a slice through the spine with its longest side ``size`` pixels."""
    view: View = rng.choice(["axial", "sagittal", "coronal"], p=[0.46, 0.34, 0.20])
    last = len(spine.centres) - 1
    over_sacrum = rng.random() < _SACRUM_SHARE
    level = last if over_sacrum else int(rng.integers(0, last + 1))
    centre = spine.centres[level].copy()
    if over_sacrum:
        centre[0] += rng.uniform(10.0, 80.0)
    extent, shape = _extent_and_shape(rng, view, size)
    pixel = extent / size
    lumbosacral = view == "sagittal" and rng.random() < _LUMBOSACRAL_SHARE
    if lumbosacral:
        level, centre = last, _centre_above_sacrum(rng, spine, pixel * shape[0])
    frame = _turned_frame(rng, view, spine, level)
    normal = np.cross(frame[0], frame[1])
    depths = {"axial": rng.uniform(-22.0, 30.0), "sagittal": rng.normal(0.0, 11.0), "coronal": rng.normal(4.0, 17.0)}
    shift = 0.09 * extent * rng.normal(size=2)
    if lumbosacral:
        shift[0] = 0.0
    if view == "axial":
        shift[0] += 15.0  # the vertebra's middle is behind its body's
    centre = centre + depths[view] * normal + shift[0] * frame[0] + shift[1] * frame[1]
    rows = (np.arange(shape[0]) - (shape[0] - 1) / 2) * pixel
    columns = (np.arange(shape[1]) - (shape[1] - 1) / 2) * pixel
    points = centre[:, None, None] + frame[0][:, None, None] * rows[:, None] + frame[1][:, None, None] * columns
    stretch = np.exp(rng.normal(0.0, 0.1, 3))
    fixed = spine.centres[level][:, None, None]
    points = fixed + (points - fixed) * stretch[:, None, None]
    points = points.astype(np.float32) + _warp(rng, shape, pixel)
    return SlicePlane(view, points, pixel)


def _centre_above_sacrum(rng: np.random.Generator, spine: SpineShape, height: float) -> NDArray[np.float64]:
    """Centre of a slice ``height`` mm tall whose lower edge cuts the sacrum: below the last real vertebra."""
    centre: NDArray[np.float64] = spine.centres[-1].copy()
    centre[0] += rng.uniform(25.0, 105.0) - height / 2
    return centre


def _extent_and_shape(rng: np.random.Generator, view: View, size: int) -> tuple[float, tuple[int, int]]:
    """Longest side in mm and the slice's shape in pixels."""
    if view == "axial":
        extent = float(np.exp(rng.uniform(np.log(75.0), np.log(230.0 if rng.random() < 0.8 else 420.0))))
        ratio = rng.uniform(0.65, 1.0)
        shape = (int(size * ratio), size) if rng.random() < 0.8 else (size, int(size * ratio))
        return extent, shape
    extent = float(np.exp(rng.uniform(np.log(75.0), np.log(230.0 if rng.random() < 0.55 else 460.0))))
    ratio = rng.uniform(0.35, 1.0) if view == "sagittal" else rng.uniform(0.5, 1.0)
    longest_down = rng.random() < (0.7 if view == "sagittal" else 1.0)
    return extent, (size, int(size * ratio)) if longest_down else (int(size * max(ratio, 0.5)), size)


def _turned_frame(rng: np.random.Generator, view: View, spine: SpineShape, level: int) -> NDArray[np.float64]:
    """Return unit vectors along rows and columns: the standard view, tilted and turned a little."""
    axes = np.eye(3)
    if view == "axial" and rng.random() < 0.5:  # square to the spine instead of to the scanner
        along = spine.axis_at(level)
        axes[0] = along
        axes[1] -= along * along[1]
        axes[1] /= np.linalg.norm(axes[1])
        axes[2] = np.cross(axes[0], axes[1])
    angles = np.deg2rad(rng.normal(0.0, 25.0 if rng.random() < 0.1 else 7.0, 3))
    for a, (i, j) in zip(angles, ((0, 1), (1, 2), (0, 2)), strict=True):
        turn = np.eye(3)
        turn[i, i] = turn[j, j] = np.cos(a)
        turn[i, j], turn[j, i] = -np.sin(a), np.sin(a)
        axes = turn @ axes
    row, column = _ROWS_COLUMNS[view]
    frame: NDArray[np.float64] = axes[[row, column]]
    return frame


def _warp(rng: np.random.Generator, shape: tuple[int, int], pixel: float) -> Array:
    """Displacements in mm: a broad bend and a finer one."""
    broad = smooth_noise(rng, shape, 60.0 / pixel, 3) * np.float32(rng.uniform(0.0, 6.0))
    fine = smooth_noise(rng, shape, 18.0 / pixel, 3) * np.float32(rng.uniform(0.0, 1.3))
    result: Array = broad + fine
    return result
