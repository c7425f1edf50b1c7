"""Smooth random fields over a slice, made by upsampling small grids of noise."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

Array = NDArray[np.float32]


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell: float, channels: int = 1) -> Array:
    """Noise of about unit variance with structures of about ``cell`` pixels.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the noise.
    shape : (int, int)
        Rows and columns.
    cell : float
        Size of a grid cell in pixels; at 1 or less the noise is white.
    channels : int
        Independent fields.

    Returns
    -------
    (channels, rows, columns) float32
    """
    if cell <= 1.0:
        return rng.standard_normal((channels, *shape), dtype=np.float32)
    small = tuple(int(np.ceil(n / cell)) + 3 for n in shape)
    noise = torch.from_numpy(rng.standard_normal((1, channels, *small), dtype=np.float32))
    mode = "bicubic" if cell > 6.0 else "bilinear"
    size = [int(np.ceil(n * cell)) for n in small]
    if size[0] * size[1] > 4 * shape[0] * shape[1]:  # few large cells: sample only the part that is needed
        return _sampled(noise, shape, cell, rng)
    large = F.interpolate(noise, size=size, mode=mode, align_corners=False)[0].numpy()
    row, column = (int(rng.integers(0, size[i] - shape[i])) for i in range(2))
    return np.ascontiguousarray(large[:, row : row + shape[0], column : column + shape[1]])


def _sampled(noise: torch.Tensor, shape: tuple[int, int], cell: float, rng: np.random.Generator) -> Array:
    """Sample ``shape`` pixels, ``cell`` pixels a grid cell, from somewhere within the grid."""
    axes = []
    for length, cells in zip(shape, noise.shape[2:], strict=True):
        start = 1.0 + rng.uniform(0.0, max(cells - 2.0 - length / cell, 0.0))
        axes.append((start + np.arange(length) / cell) / cells * 2.0 - 1.0)
    grid = torch.from_numpy(np.stack(np.meshgrid(*axes, indexing="ij")[::-1], axis=-1).astype(np.float32))
    field = F.grid_sample(noise, grid[None], mode="bicubic", padding_mode="border", align_corners=False)
    return field[0].numpy()


def sample_volume(volume: torch.Tensor, points: NDArray[np.float32], voxel_mm: float) -> Array:
    """Sample a (c, n0, n1, n2) volume, trilinearly, at (3, rows, columns) positions in mm from the first voxel."""
    sizes = np.array(volume.shape[1:], dtype=np.float32)[:, None, None]
    normal = points / voxel_mm / (sizes - 1.0) * 2.0 - 1.0
    grid = torch.from_numpy(np.ascontiguousarray(np.moveaxis(normal[::-1], 0, -1)))[None, None]
    sampled = F.grid_sample(volume[None], grid, mode="bilinear", padding_mode="border", align_corners=True)
    return sampled[0, :, 0].numpy()
