"""What scanners, reconstructions and displays do to a slice: blur, thick slices, noise, streaks, windows, 8 bits."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.training.fields import smooth_noise

Array = NDArray[np.float32]

# (level, width) in HU of windows met in practice, the widest ones as in exported pictures; and how often each is drawn.
_WINDOWS = ((350.0, 1500.0), (200.0, 2500.0), (400.0, 1800.0), (300.0, 1100.0), (400.0, 3200.0), (60.0, 500.0))
_WINDOW_SHARES = (0.26, 0.28, 0.18, 0.08, 0.14, 0.06)


def scan(rng: np.random.Generator, hu: Array, pixel_mm: float, *, reformatted: bool) -> Array:
    """Blur, thicken and disturb a slice.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of all choices.
    hu : (rows, columns) float32
        The ideal slice.
    pixel_mm : float
        Side of a pixel.
    reformatted : bool
        Whether rows run along the patient, where thick slices show.
    """
    blur = rng.uniform(0.0, 0.65) / pixel_mm
    if blur > 0.35:
        hu = ndimage.gaussian_filter(hu, blur)
    if reformatted and rng.random() < 0.5:
        hu = _thick_rows(hu, rng.uniform(0.8, 4.0) / pixel_mm)
    if rng.random() < 0.05:
        hu = hu + _streaks(rng, hu.shape)
    sigma = float(np.exp(rng.uniform(np.log(3.0), np.log(60.0))))
    noise = smooth_noise(rng, (hu.shape[0], hu.shape[1]), rng.choice([1.0, 1.0, 1.5, 2.5, 4.0]))[0]
    return np.asarray(hu + np.float32(sigma) * noise, dtype=np.float32)


def display(rng: np.random.Generator, hu: Array) -> NDArray[np.uint8]:
    """Map HU to 8-bit grey through a random window, with a random gamma and now and then a dim or faded display."""
    level, width = _WINDOWS[rng.choice(len(_WINDOWS), p=_WINDOW_SHARES)]
    level += rng.normal(0.0, 0.06 * width)
    width *= np.exp(rng.normal(0.0, 0.15))
    grey = np.clip((hu - (level - width / 2)) / width, 0.0, 1.0)
    if rng.random() < 0.5:
        grey = grey ** np.exp(rng.normal(0.0, 0.15))
    if rng.random() < 0.25:
        low, high = rng.uniform(0.0, 0.08), rng.uniform(0.8, 1.0)
        grey = low + grey * (high - low)
    return np.asarray(np.rint(grey * 255.0), dtype=np.uint8)


def _thick_rows(hu: Array, thickness: float) -> Array:
    """Average rows over ``thickness`` pixels and interpolate them again, as a reformat of thick slices looks."""
    if thickness <= 1.2:
        return hu
    rows, columns = hu.shape
    few = max(8, round(rows / thickness))
    image = torch.from_numpy(np.ascontiguousarray(hu))[None, None]
    thick = F.interpolate(image, size=(few, columns), mode="area")
    return F.interpolate(thick, size=(rows, columns), mode="bilinear", align_corners=False)[0, 0].numpy()


def _streaks(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Dark and bright rays from a piece of metal."""
    row, column = rng.uniform(0.2, 0.8) * shape[0], rng.uniform(0.2, 0.8) * shape[1]
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    y, x = y - np.float32(row), x - np.float32(column)
    angle = np.arctan2(y, x)
    rays = np.zeros(shape, dtype=np.float32)
    for _ in range(5):
        rays += np.cos(angle * rng.integers(2, 14) + rng.uniform(0.0, 6.28)).astype(np.float32)
    distance = np.hypot(x, y) / np.float32(0.15 * max(shape))
    streaks: Array = (rays * np.float32(rng.uniform(40.0, 150.0)) / (1.0 + distance)).astype(np.float32)
    streaks[distance < rng.uniform(0.05, 0.2)] = 2500.0
    return streaks
