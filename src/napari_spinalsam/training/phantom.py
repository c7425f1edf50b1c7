"""Synthetic CT slices of spines: label-map shapes, cut, bent and painted with random intensities.

Domain randomisation (Tobin et al. 2017; Billot et al. 2023, SynthSeg, for label maps): when intensities vary more in
training than between scanners, a real scan is one more variation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from napari_spinalsam.training.fields import sample_volume, smooth_noise
from napari_spinalsam.training.scanner import display, scan
from napari_spinalsam.training.slice_plane import SlicePlane, random_plane
from napari_spinalsam.training.soft_tissue import paint_soft_tissue, without_bones
from napari_spinalsam.training.spine_shapes import GRID_MM, SACRUM, SpineShape, read_ipl, spine_shape

Array = NDArray[np.float32]

VERSE_MASK = "verse/sub-verse004_seg-vert_msk.nii.gz"
TOTALSEGMENTATOR_CT = "totalsegmentator/example_ct.nii.gz"
TOTALSEGMENTATOR_VERTEBRAE = "totalsegmentator/example_ct_vertebrae.nii.gz"
_TOTALSEGMENTATOR_S1 = 26
#: Made-up sacra to each of the two spines: a spine comes again with another one.
_SACRA = (9, 4)
_VERSE_SHARE, _CT_SHARE = 0.62, 0.24


@dataclass(frozen=True, eq=False)
class Stage:
    """Everything that slices are cut from.

    Parameters
    ----------
    spines : sequence of SpineShape
        Shapes; the last one is that of ``ct``.
    shares : sequence of float
        How often each is drawn.
    ct, ct_without_bones : (1, n0, n1, n2) float32 tensors
        A real CT, HU, as it is and with its bones filled.
    ct_voxel_mm : float
        Its isotropic voxel size.
    """

    spines: Sequence[SpineShape]
    shares: Sequence[float]
    ct: torch.Tensor
    ct_without_bones: torch.Tensor
    ct_voxel_mm: float


class LabelMap(NamedTuple):
    """A vertebra label map, oriented IPL, and its voxel size in mm."""

    array: Array
    voxel_mm: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Phantom:
    """A painted slice.

    Parameters
    ----------
    image : (rows, columns) uint8
        Grey levels.
    labels : (rows, columns) uint8
        0 background; vertebrae from 1; ``SACRUM``, ``PELVIS`` and ``RIBS`` of ``spine_shapes``.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def load_stage(data: Path, seed: int, sacra: tuple[int, int] = _SACRA) -> Stage:
    """Read the label maps and the CT and build the spines.

    Parameters
    ----------
    data : Path
        Folder that holds ``verse/`` and ``totalsegmentator/``.
    seed : int
        Of the made-up sacra, pelves and ribs.
    sacra : tuple of (int, int)
        How many each of the two spines gets, the second at least two.

    Raises
    ------
    ImageError
        If a file is missing or cannot be read.
    """
    verse = LabelMap(*read_ipl(data / VERSE_MASK))
    vertebrae = LabelMap(*read_ipl(data / TOTALSEGMENTATOR_VERTEBRAE))
    vertebrae.array[vertebrae.array == _TOTALSEGMENTATOR_S1] = 0  # only the top of a sacrum: a whole one follows
    ct, _ = read_ipl(data / TOTALSEGMENTATOR_CT)
    of_verse, others = sacra[0], sacra[1] - 1
    shares = (
        *((_VERSE_SHARE / of_verse,) * of_verse),
        *(((1.0 - _VERSE_SHARE - _CT_SHARE) / others,) * others),
        _CT_SHARE,
    )
    return build_stage((verse,) * of_verse + (vertebrae,) * sacra[1], shares, ct, seed)


def build_stage(maps: Sequence[LabelMap], shares: Sequence[float], ct: Array, seed: int) -> Stage:
    """Build the spines.

    Parameters
    ----------
    maps : sequence of LabelMap
        One spine each; a map that comes again gets another sacrum. The last one has isotropic voxels and is
        ``ct``'s.
    shares : sequence of float
        How often each is drawn; they add up to 1.
    ct : (n0, n1, n2) float32
        HU, on the grid of the last map.
    seed : int
        Of the made-up sacrum, pelvis and ribs.
    """
    rng = np.random.default_rng(seed)
    spines = [spine_shape(each.array, each.voxel_mm, rng) for each in maps]
    filled = without_bones(ct, maps[-1].array > 0)
    tensors = torch.from_numpy(ct)[None], torch.from_numpy(filled)[None]
    return Stage(spines, shares, *tensors, float(maps[-1].voxel_mm[0]))


def make_phantom(stage: Stage, seed: Sequence[int], size: int = 512) -> Phantom:
    """Paint one slice.

    Parameters
    ----------
    stage : Stage
        Where shapes come from.
    seed : sequence of int
        The same seed gives the same slice.
    size : int
        Longest side in pixels.
    """
    rng = np.random.default_rng(seed)
    spine = stage.spines[rng.choice(len(stage.spines), p=stage.shares)]
    plane = random_plane(rng, spine, size)
    centre = spine.centres[_nearest_level(spine, plane)]
    distances, labels = _cut(rng, spine, plane)
    occupied = np.clip(0.5 - distances / plane.pixel_mm, 0.0, 1.0)
    if spine is stage.spines[-1] and rng.random() < 0.3:
        in_ct = plane.points + spine.offset[:, None, None].astype(np.float32)
        hu = sample_volume(stage.ct, in_ct, stage.ct_voxel_mm)[0]
        labels[labels >= SACRUM] = 0  # the made-up bones are not in the real CT
    else:
        around = _background(rng, stage, plane, centre)
        _paint_disc_and_canal(rng, around, distances)
        bone = _paint_bone(rng, plane, distances.min(axis=0), centre)
        share = occupied.max(axis=0)
        hu = around + (bone - around) * share
    hu = scan(rng, hu, plane.pixel_mm, reformatted=plane.view != "axial")
    return _turned(rng, Phantom(display(rng, hu), labels))


def _nearest_level(spine: SpineShape, plane: SlicePlane) -> int:
    middle = plane.points[:, plane.shape[0] // 2, plane.shape[1] // 2]
    return int(np.linalg.norm(spine.centres - middle, axis=1).argmin())


def _cut(rng: np.random.Generator, spine: SpineShape, plane: SlicePlane) -> tuple[Array, NDArray[np.uint8]]:
    """Distances (3, rows, columns) in the slice, kept a joint space apart, and the label of every pixel."""
    distances = sample_volume(spine.distances, plane.points, GRID_MM)
    rough = smooth_noise(rng, plane.shape, 5.0 / plane.pixel_mm)[0]
    distances += np.float32(rng.uniform(-0.7, 0.5)) + rough * np.float32(rng.uniform(0.0, 0.35))
    gap = np.float32(rng.uniform(0.3, 2.0))
    first, second = distances[0].copy(), distances[1].copy()
    distances[0] = np.maximum(first, (first - second + gap) / 2)
    distances[1] = np.maximum(second, (second - first + gap) / 2)
    distances[2] = np.maximum(distances[2], gap - np.minimum(first, second))
    labels = np.zeros(plane.shape, dtype=np.uint8)
    for channel in range(3):
        inside = distances[channel] < 0
        index = np.rint(plane.points[:, inside] / GRID_MM).astype(int)
        for axis in range(3):
            index[axis].clip(0, spine.labels.shape[axis + 1] - 1, out=index[axis])
        labels[inside] = spine.labels[channel][tuple(index)]
    return distances, labels


def _background(rng: np.random.Generator, stage: Stage, plane: SlicePlane, centre: NDArray[np.float64]) -> Array:
    if rng.random() < 0.6:
        return paint_soft_tissue(rng, plane, centre)
    owner = stage.spines[-1]
    other = owner.centres[rng.integers(0, len(owner.centres))] + owner.offset
    shift = (other - centre).astype(np.float32)[:, None, None]
    return np.asarray(sample_volume(stage.ct_without_bones, plane.points + shift, stage.ct_voxel_mm)[0])


def _paint_disc_and_canal(rng: np.random.Generator, hu: Array, distances: Array) -> None:
    """Between two vertebrae: disc and joint, a little denser than muscle."""
    reach = rng.uniform(4.0, 9.0)
    between = np.clip(1.0 - np.maximum(distances[0], distances[1]) / reach, 0.0, 1.0) * (distances.min(axis=0) > 0)
    hu += (np.float32(rng.uniform(50.0, 120.0)) - hu) * np.minimum(2.0 * between, 1.0) * np.float32(rng.random() < 0.9)


def _paint_bone(rng: np.random.Generator, plane: SlicePlane, distance: Array, centre: NDArray[np.float64]) -> Array:
    """HU of bone everywhere: a cortical shell of varying thickness around a spongy core."""
    px = plane.pixel_mm
    varying = smooth_noise(rng, plane.shape, rng.uniform(6.0, 20.0) / px, 2)
    faint = rng.random() < 0.6
    thickness = np.exp(rng.uniform(np.log(0.5 if faint else 0.7), np.log(2.2))) * np.exp(0.35 * varying[0])
    if rng.random() < 0.6:  # arches and processes are denser than bodies
        behind = np.clip((plane.points[1] - np.float32(centre[1]) - 14.0) / 8.0, 0.0, 1.0)
        thickness *= 1.0 + behind * np.float32(rng.uniform(0.2, 1.6))
    softness = max(0.25 * px, float(rng.uniform(0.1, 0.45)))
    shell = np.clip(0.5 + (thickness + distance) / (2.0 * softness), 0.0, 1.0)
    cortical = np.float32(np.exp(rng.uniform(np.log(420.0), np.log(1500.0)))) * np.exp(0.15 * varying[1])
    spongy = _faint_spongy(rng, plane, centre) if faint else _spongy(rng, plane)
    bone: Array = (spongy + (np.maximum(cortical, spongy) - spongy) * shell).astype(np.float32)
    return bone


def _spongy(rng: np.random.Generator, plane: SlicePlane) -> Array:
    """Mean, slow variation and trabeculae of the spongy core, HU."""
    px = plane.pixel_mm
    mean = rng.uniform(30.0, 180.0) if rng.random() < 0.6 else rng.uniform(100.0, 350.0)
    hu = np.full(plane.shape, mean, dtype=np.float32)
    hu += smooth_noise(rng, plane.shape, rng.uniform(6.0, 20.0) / px)[0] * np.float32(rng.uniform(5.0, 60.0))
    grain = smooth_noise(rng, plane.shape, rng.uniform(0.6, 1.8) / px)[0]
    dots = np.maximum(grain, 0.0) ** 2 if rng.random() < 0.6 else grain
    hu += dots * np.float32(np.exp(rng.uniform(np.log(10.0), np.log(140.0))))
    return hu


def _faint_spongy(rng: np.random.Generator, plane: SlicePlane, centre: NDArray[np.float64]) -> Array:
    """Spongy core hardly denser than muscle but for its trabeculae, and fatty, darker than muscle, beside and behind.

    The least contrast there is between a vertebra and what is around it: only its thin shell tells them apart.
    """
    px = plane.pixel_mm
    hu = np.full(plane.shape, rng.uniform(20.0, 170.0), dtype=np.float32)
    hu += smooth_noise(rng, plane.shape, rng.uniform(8.0, 30.0) / px)[0] * np.float32(rng.uniform(5.0, 35.0))
    clustered = np.clip(0.6 + smooth_noise(rng, plane.shape, rng.uniform(5.0, 15.0) / px)[0], 0.0, 2.0)
    behind = np.clip((plane.points[1] - np.float32(centre[1] + rng.uniform(-4.0, 12.0))) / 8.0, 0.0, 1.0)
    beside = np.clip(
        (np.abs(plane.points[2] - np.float32(centre[2])) - np.float32(rng.uniform(8.0, 20.0))) / 8.0, 0.0, 1.0
    )
    patches = np.clip(smooth_noise(rng, plane.shape, rng.uniform(8.0, 25.0) / px)[0], 0.0, 1.0)
    fatty = np.maximum(
        np.maximum(behind, beside) * np.float32(rng.random() < 0.75), patches * np.float32(rng.random() < 0.5)
    )
    hu += (np.minimum(hu, np.float32(rng.uniform(-70.0, 60.0))) - hu) * fatty
    grain = smooth_noise(rng, plane.shape, rng.uniform(0.7, 2.2) / px)[0]
    dots = (
        np.maximum(grain - np.float32(rng.uniform(0.0, 0.8)), 0.0)
        * clustered
        * (1.0 - np.float32(rng.uniform(0.2, 0.9)) * fatty)
    )
    hu += dots * np.float32(np.exp(rng.uniform(np.log(20.0), np.log(160.0))))
    return hu


def _turned(rng: np.random.Generator, phantom: Phantom) -> Phantom:
    """Flip the slice as other conventions show it."""
    image, labels = phantom.image, phantom.labels
    if rng.random() < 0.5:
        image, labels = image[:, ::-1], labels[:, ::-1]
    if rng.random() < 0.12:
        image, labels = image[::-1], labels[::-1]
    return Phantom(np.ascontiguousarray(image), np.ascontiguousarray(labels))
