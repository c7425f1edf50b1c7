"""The sample: a synthetic CT of a lumbar spine with its true labels, drawn from formulas and a seed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.sample_grid import Grid, smooth_noise
from napari_spinalsam.imaging.sample_spine import Bones, build_bones
from napari_spinalsam.imaging.sample_tissue import paint_tissue
from napari_spinalsam.imaging.signed_distance import Field
from napari_spinalsam.imaging.volume import Volume

GRID: Final = Grid(shape=(124, 256, 256), spacing_mm=(2.0, 0.85, 0.85))

#: Standard deviation of the noise in HU, as a routine abdominal protocol with a standard kernel has it.
_NOISE_HU: Final = 13.0


def sample_ct(seed: int = 0) -> tuple[Volume, NDArray[np.uint16]]:
    """Make a CT of the lumbar spine: T12 to the sacrum, 124 slices of 2 mm with pixels of 0.85 mm.

    Parameters
    ----------
    seed : int
        The same seed gives the same patient; another seed varies sizes, surfaces, bowel and noise.

    Returns
    -------
    volume : Volume
        int16 Hounsfield units.
    labels : (124, 256, 256) uint16
        T12 to L5 and S1 (the sacrum as far as it is in the picture) in VerSe's integers; ribs and pelvis have none.
    """
    rng = np.random.default_rng(seed)
    bones = build_bones(GRID, rng)
    surface = bones.surface()
    grain = _grain(rng, GRID.shape)
    hu, skin = paint_tissue(GRID, bones, grain, rng)
    _paint_bone(hu, bones, surface, grain, rng)
    # Slices average over their thickness, pixels over the detector's width.
    hu = ndimage.gaussian_filter(hu, (0.35, 0.55, 0.55), truncate=3.0)
    hu += _scanner_noise(rng, GRID.shape, skin)
    labels = np.where(surface < 0, bones.which, 0).astype(np.uint16)
    return Volume(np.clip(np.rint(hu), -1024, 3071).astype(np.int16), _affine(GRID), "hu"), labels


def _affine(grid: Grid) -> NDArray[np.float64]:
    """Index -> world mm (RAS+) with the world's origin in the middle of the picture."""
    napari_affine = np.diag([*grid.spacing_mm, 1.0])
    napari_affine[:3, 3] = [-(n - 1) / 2 * s for n, s in zip(grid.shape, grid.spacing_mm, strict=True)]
    return np.asarray(geometry.RAS_TO_IPL @ napari_affine)


def _grain(rng: np.random.Generator, shape: tuple[int, int, int]) -> Field:
    """Make unit noise with grains of two or three pixels, the texture of trabeculae and muscle fibres."""
    white = rng.standard_normal(shape, dtype=np.float32)
    grain = ndimage.gaussian_filter(white, (0.6, 0.8, 0.8), truncate=2.5)
    return np.asarray(grain / grain[::4].std(), dtype=np.float32)


def _paint_bone(hu: Field, bones: Bones, surface: Field, grain: Field, rng: np.random.Generator) -> None:
    """Cortical shell around spongy bone, by depth below the surface; thicker and denser behind the bodies."""
    near = surface < 1.5
    depth = -surface[near]
    arch = np.clip((bones.behind[near] - 1) / 6, 0, 1)
    patches = smooth_noise(rng, hu.shape, GRID.spacing_mm, 6.0)[near]
    spongy = 185 + 45 * arch + (42 + 30 * arch) * grain[near] + (22 + 25 * arch) * patches
    cortex = 640 + 400 * arch + 60 * patches
    shell_mm = 0.9 + 0.75 * arch + 0.15 * patches
    shell = np.clip((shell_mm - depth) / 0.9 + 0.5, 0, 1)
    bone = spongy + shell * (cortex - spongy)
    share = np.clip(0.5 + depth / 1.0, 0, 1)
    hu[near] += (share * (bone - hu[near])).astype(np.float32)


def _scanner_noise(rng: np.random.Generator, shape: tuple[int, int, int], skin: Field) -> Field:
    """Noise as filtered back projection leaves it: correlated within the slice, without its lowest frequencies.

    Outside the body there is less of it, as nothing there dims the beam.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    fine = ndimage.gaussian_filter(white, (0, 0.75, 0.75), truncate=2.5)
    noise = fine - np.float32(0.8) * ndimage.gaussian_filter(white, (0, 1.7, 1.7), truncate=2.0)
    deviation = _NOISE_HU * np.clip(1 - skin / 30, 0.55, 1.0)
    return np.asarray(noise * (deviation / noise[::4].std()), dtype=np.float32)
