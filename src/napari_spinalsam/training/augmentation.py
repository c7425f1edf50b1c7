"""Changes that another patient on another table and scanner might have brought, and that keep the anatomy.

A little turned, larger or smaller, moved; brighter, of other contrast, noisier. Nothing is mirrored: the head stays up
and the patient's right stays on its side.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from napari_spinalsam.training.dataset import FramedSample

_ANGLE = math.radians(10.0)
_ZOOM = 0.1
_SHIFT = 0.05
_CONTRAST = 0.1
_BRIGHTNESS = 8.0
_NOISE = 5.0


def augment(rng: np.random.Generator, sample: FramedSample) -> tuple[Tensor, NDArray[np.uint8]]:
    """Vary a slice and its labels alike.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : FramedSample

    Returns
    -------
    image : (rows, columns) float32 tensor
        Grey levels 0..255, without the padding.
    labels : (rows, columns) uint8
    """
    image, labels = unpadded(sample)
    rows, columns = image.shape
    angle, zoom = rng.uniform(-_ANGLE, _ANGLE), math.exp(rng.uniform(-_ZOOM, _ZOOM))
    shift = rng.uniform(-_SHIFT, _SHIFT, 2)
    # The grid's coordinates run from -1 to 1 along both sides: a turn in pixels needs the sides' ratio.
    cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
    matrix = torch.tensor(
        [[cos, -sin * rows / columns, 2 * shift[0]], [sin * columns / rows, cos, 2 * shift[1]]], dtype=torch.float32
    )
    grid = F.affine_grid(matrix[None], [1, 1, rows, columns], align_corners=False)
    moved = F.grid_sample(image[None, None], grid, mode="bilinear", padding_mode="zeros", align_corners=False)[0, 0]
    both = torch.from_numpy(labels.astype(np.float32))[None, None]
    moved_labels = F.grid_sample(both, grid, mode="nearest", padding_mode="zeros", align_corners=False)[0, 0]
    gain, offset = math.exp(rng.normal(0.0, _CONTRAST)), rng.normal(0.0, _BRIGHTNESS)
    noise = rng.standard_normal((rows, columns), dtype=np.float32) * rng.uniform(0.0, _NOISE)
    varied = (moved * gain + offset + torch.from_numpy(noise.astype(np.float32))).clamp(0.0, 255.0)
    return varied, moved_labels.numpy().astype(np.uint8)


def unpadded(sample: FramedSample) -> tuple[Tensor, NDArray[np.uint8]]:
    """Return a slice as it is: (rows, columns) float32 grey levels 0..255, and its labels."""
    rows, columns = sample.scaled
    return torch.from_numpy(sample.image[:rows, :columns].astype(np.float32)), sample.labels[:rows, :columns]
