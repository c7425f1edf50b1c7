"""Bones of the sample CT: the lumbar spine from T12 to the sacrum, the last ribs and the pelvis' edge.

Sizes are close to the means of adult morphometry (Panjabi et al. 1992, Spine 17:299-306); the shapes are our own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.imaging.sample_grid import Grid, Region, smooth_noise
from napari_spinalsam.imaging.signed_distance import (
    Field,
    capsule,
    ellipse,
    ellipsoid,
    smooth_intersection,
    smooth_union,
    superellipse,
)
from napari_spinalsam.vertebrae import VERSE

#: Half-width of the cartilage that keeps two bones of a joint apart, in mm.
_JOINT_MM: Final = 0.8
_FAR: Final = np.float32(60)
#: Ribs and pelvis have the thick cortex of the vertebral arch, which lies this far behind the bodies, in mm.
_ARCH: Final = 20.0


@dataclass(frozen=True)
class Level:
    """One vertebra: its sizes, the disc below it and its place, in mm and degrees.

    Parameters
    ----------
    width, depth, height : float
        Of the vertebral body.
    disc : float
        Height of the disc below.
    tilt : float
        Angle by which the body's axis leans to the back on its way down.
    pedicle : float
        Half-width of the pedicle.
    transverse : float
        How far the transverse process reaches from the midline.
    canal : tuple of two float
        Half-width and half-depth of the vertebral canal.
    spinous, droop : float
        Length of the spinous process behind the canal; how far it hangs, as a part of the body's height.
    stout : tuple of two float
        Half-thickness of the transverse process at its root and at its tip.
    forward : float
        How far its tip lies behind the middle of the canal.
    wedge : float
        By how much the body is lower behind than in front, as a slope of its lower end plate.
    y, z : float
        Centre of the body.
    """

    name: str
    width: float
    depth: float
    height: float
    disc: float
    tilt: float
    pedicle: float
    transverse: float
    canal: tuple[float, float] = (12.5, 7.6)
    spinous: float = 30.0
    droop: float = 0.46
    stout: tuple[float, float] = (4.6, 3.0)
    forward: float = 8.0
    wedge: float = 0.0
    y: float = 0.0
    z: float = 0.0


_LEVELS: Final = (
    Level("T12", 41.0, 30.0, 26.0, 7.0, -15.0, 4.2, 27.0, droop=0.75),
    Level("L1", 42.5, 31.0, 27.0, 8.0, -13.0, 4.2, 37.0),
    Level("L2", 44.0, 32.0, 28.0, 9.5, -9.0, 4.5, 43.0),
    Level("L3", 46.0, 33.0, 28.0, 10.5, -3.0, 5.2, 48.0),
    Level("L4", 48.0, 34.0, 28.0, 12.0, 6.0, 6.3, 46.0),
    Level("L5", 50.5, 34.5, 27.5, 11.0, 20.0, 8.0, 47.0, (13.5, 7.6), 23.0, 0.46, (6.5, 4.2), 2.0, 0.05),
    Level("S1", 51.0, 33.0, 30.0, 3.0, 40.0, 8.0, 0.0, (14.0, 7.2)),
)


@dataclass
class Bones:
    """Distances to the bones on the whole grid.

    Parameters
    ----------
    nearest, second : (n0, n1, n2) float32
        Distance in mm to the nearest bone and to the next one.
    which : (n0, n1, n2) uint8
        Label of the nearest bone; 0 also for bones without a label.
    behind : (n0, n1, n2) float32
        How far, in mm, behind the back wall of the vertebral bodies: there cortex is thicker.
    """

    nearest: Field
    second: Field
    which: NDArray[np.uint8]
    behind: Field
    levels: tuple[Level, ...] = ()

    @classmethod
    def none(cls, shape: tuple[int, int, int]) -> Bones:
        """No bones yet."""
        return cls(
            np.full(shape, _FAR), np.full(shape, _FAR), np.zeros(shape, dtype=np.uint8), np.zeros(shape, np.float32)
        )

    def add(self, region: Region, distance: Field, label: int, behind: Field | float) -> None:
        """Add a bone, known within a region."""
        nearest, second = self.nearest[region], self.second[region]
        closer = distance < nearest
        self.which[region][closer] = label
        self.behind[region] = np.where(closer, np.asarray(behind, dtype=np.float32), self.behind[region])
        second[...] = np.minimum(np.maximum(nearest, distance), second)
        nearest[...] = np.minimum(nearest, distance)

    def surface(self) -> Field:
        """Distance to the bones with a joint space wherever two of them would touch."""
        return np.maximum(self.nearest, (self.nearest - self.second) / 2 + np.float32(_JOINT_MM))


def build_bones(grid: Grid, rng: np.random.Generator) -> Bones:
    """Place the spine upright on the grid, T12 at the upper end, and add ribs and pelvis."""
    bones = Bones.none(grid.shape)
    bones.levels = place_levels(rng)
    for level in bones.levels[:-1]:
        _add_vertebra(bones, grid, level, rng)
    _add_sacrum(bones, grid, bones.levels[-1], rng)
    _add_ilium(bones, grid, bones.levels[-1], rng)
    _add_ribs(bones, grid, bones.levels[0])
    return bones


def place_levels(rng: np.random.Generator) -> tuple[Level, ...]:
    """Vary the sizes a little and stack the vertebrae along the lordosis."""
    y, z = 118.0, 17.0
    placed: list[Level] = []
    for level in _LEVELS:
        width, depth, height, disc = (
            size * rng.normal(1, 0.02) for size in (level.width, level.depth, level.height, level.disc)
        )
        tilt = level.tilt + rng.normal(0, 1)
        if placed:
            above = placed[-1]
            for tilted, length in (
                (above.tilt, above.height / 2),
                ((above.tilt + tilt) / 2, above.disc),
                (tilt, height / 2),
            ):
                y, z = y + length * np.sin(np.radians(tilted)), z + length * np.cos(np.radians(tilted))
        placed.append(
            replace(level, width=width, depth=depth, height=height, disc=disc, tilt=tilt, y=float(y), z=float(z))
        )
    return tuple(placed)


def local_frame(grid: Grid, region: Region, level: Level) -> tuple[Field, Field, Field]:
    """Coordinates (to the left, to the back, down) in mm from a body's centre, along the body's own axes."""
    z, y, x = grid.coordinates(region)
    cos, sin = np.float32(np.cos(np.radians(level.tilt))), np.float32(np.sin(np.radians(level.tilt)))
    y, z = y - np.float32(level.y), z - np.float32(level.z)
    return x, y * cos - z * sin, z * cos + y * sin


def _warped(grid: Grid, region: Region, level: Level, rng: np.random.Generator, size_mm: float) -> list[Field]:
    """`local_frame` with smooth irregularities, without which bones look turned on a lathe."""
    coarse = local_frame(grid, region, level)
    shape = grid.region_shape(region)
    fine = [smooth_noise(rng, shape, grid.spacing_mm, 7.0) * np.float32(0.28) for _ in range(3)]
    return [
        c + smooth_noise(rng, shape, grid.spacing_mm, 18.0) * np.float32(size_mm) + f
        for c, f in zip(coarse, fine, strict=True)
    ]


def _body(x: Field, y: Field, z: Field, level: Level) -> Field:
    """Vertebral body: waisted, kidney-shaped through the canal's cut, with hollow end plates and rims."""
    a, b, half = level.width / 2, level.depth / 2, level.height / 2
    up = np.clip(z / half, -1.1, 1.1)
    waist = np.float32(1) - np.float32(0.11) * (1 - up * up)
    wall = superellipse(x, y, a * waist, b * waist, 2.5)
    rim = np.clip((wall + 9) / 9, 0, 1)
    plate = np.abs(z) - (half - 1.6 + 1.6 * rim - level.wedge * y * (z > 0))
    return smooth_intersection(wall, np.asarray(plate, dtype=np.float32), 2.5)


def _arch(x: Field, y: Field, z: Field, level: Level) -> Field:
    """Pedicles, articular and transverse processes, laminae and spinous process (x counted from the midline)."""
    side = np.abs(x)
    b, h = level.depth / 2, level.height
    cw, cd = level.canal
    back = b + 2 * cd  # rear wall of the canal
    pillar = (cw + level.pedicle + 0.5, b + cd + 4.5)
    root = (pillar[0], b - 3.0, -0.2 * h)
    joint = (*pillar, -0.12 * h)
    squat = (1.0, 0.9, level.pedicle / 7.6)
    shape = capsule(side, y, z, root, joint, (level.pedicle, level.pedicle + 0.3), squat)
    # Superior articular process, pars, inferior articular process.
    upper = capsule(side, y, z, joint, (pillar[0] + 2.5, pillar[1] + 1.0, -0.74 * h), (5.6, 4.4), (1.0, 0.85, 1.0))
    pars = capsule(side, y, z, joint, (cw + 1.5, back + 1.5, 0.42 * h), (5.2, 4.6), (1.0, 1.1, 0.9))
    lower = capsule(side, y, z, (cw + 1.5, back + 1.5, 0.3 * h), (cw - 0.5, back + 4.0, 0.86 * h), (4.8, 4.6))
    lamina = capsule(
        side, y, z, (cw + 1.0, back - 2.5, 0.1 * h), (0.0, back + 5.5, 0.32 * h), (3.1, 3.4), (1.0, 1.0, 0.46)
    )
    spine_end = (0.0, back + level.spinous, level.droop * h)
    spinous = capsule(side, y, z, (0.0, back + 5.0, 0.3 * h), spine_end, (2.9, 3.9), (1.0, 0.9, 0.46))
    tip = (level.transverse, b + cd + level.forward, -0.28 * h)
    transverse = capsule(side, y, z, (*pillar, -0.1 * h), tip, level.stout, (1.0, 1.15, 0.75))
    for part, fillet in ((upper, 3.0), (pars, 3.0), (lower, 3.0), (lamina, 3.5), (spinous, 4.0), (transverse, 4.0)):
        shape = smooth_union(shape, part, fillet)
    return shape


def canal(x: Field, y: Field, level: Level) -> Field:
    """Distance to the vertebral canal, a rounded triangle that ends behind in the laminae's angle."""
    cw, cd = level.canal
    behind = y - np.float32(level.depth / 2 + cd - 1.0)
    narrowed = np.float32(cw) * (1 - np.float32(0.022) * np.clip(behind, -4, 9))
    return ellipse(x, behind, narrowed, cd)


def _add_vertebra(bones: Bones, grid: Grid, level: Level, rng: np.random.Generator) -> None:
    y, z = (level.y - 32, level.y + 92), (level.z - 48, level.z + 50)
    region = grid.region(z, y, (-56, 56))
    x, v, w = _warped(grid, region, level, rng, 0.9)
    distance = smooth_union(_body(x, v, w, level), _arch(x, v, w, level), 3.0)
    distance = smooth_intersection(distance, -canal(x, v, level), 1.5)
    bones.add(region, distance, VERSE[level.name], v - np.float32(level.depth / 2))


def _add_sacrum(bones: Bones, grid: Grid, level: Level, rng: np.random.Generator) -> None:
    """Sacrum as far as it is in the picture; all of it is labelled S1."""
    region = grid.region((level.z - 45, grid.axes[0][-1]), (level.y - 32, level.y + 95), (-66, 66))
    x, v, w = _warped(grid, region, level, rng, 1.0)
    side, b, h = np.abs(x), level.depth / 2, level.height
    cw, cd = level.canal
    a = level.width / 2 - np.clip(w + h / 2, 0, 60) * np.float32(0.22)
    wall = superellipse(x, v, a, np.maximum(b - np.clip(w + h / 2, 0, 60) * np.float32(0.12), 8), 2.1)
    body = smooth_intersection(wall, np.asarray(-w - h / 2, dtype=np.float32), 2.5)
    ala = capsule(side, v, w, (14, b - 4, 0), (43, b + 3, 13), (14.5, 14.5), (1.0, 1.0, 0.75))
    lower = capsule(side, v, w, (14, b, 18), (22, b + 2, 60), (12.0, 9.0))
    roof = capsule(side, v, w, (cw + 2, b + 2 * cd - 1, 2), (0, b + 2 * cd + 4, 14), (3.4, 3.6), (1.0, 1.0, 0.22))
    crest = capsule(side, v, w, (0, b + 2 * cd + 3, 14), (0, b + 2 * cd + 9, 40), (3.4, 3.4))
    pillar = capsule(side, v, w, (cw + 7, b + cd + 3, 0), (cw + 9, b + cd + 4, -0.62 * h), (6.4, 4.8), (1.0, 0.85, 1.0))
    distance = smooth_union(body, ala, 6.0)
    for part in (lower, roof, crest, pillar):
        distance = smooth_union(distance, part, 4.0)
    # Anterior sacral foramina of S1 and S2.
    for down in (20.0, 44.0):
        hole = capsule(side, v, w, (22 - down / 12, b - 22, down), (18, b + 12, down - 3), (4.2, 4.0))
        distance = smooth_intersection(distance, -hole, 2.0)
    distance = smooth_intersection(distance, -canal(x, v, level), 1.5)
    bones.add(region, distance, VERSE[level.name], v - np.float32(level.depth / 2))


def _add_ilium(bones: Bones, grid: Grid, sacrum: Level, rng: np.random.Generator) -> None:
    """Both iliac wings: curved plates, thick at the crest and at the joint with the sacrum."""
    top = sacrum.z - 48
    region = grid.region((top - 8, grid.axes[0][-1]), (0, sacrum.y + 75), (-109, 109))
    z, y, x = grid.coordinates(region)
    bump = smooth_noise(rng, grid.region_shape(region), grid.spacing_mm, 16.0)
    side = np.abs(x) + bump * np.float32(0.8)
    forward = np.float32(sacrum.y + 48) - y  # from the posterior spine to the front
    below = z - np.float32(top)
    # The wing leans outwards to the front and to the top, and is a little hollow inside.
    sheet = 45 + np.float32(0.74) * forward - np.float32(0.0012) * forward**2 - np.float32(0.16) * (below - 40)
    lean = np.float32(1 / np.sqrt(1 + 0.62**2 + 0.16**2))
    crest = np.asarray(below - 3 - np.float32(0.0068) * (forward - 62) ** 2, dtype=np.float32)
    thick = 2.6 + 4.2 * np.exp(-(((crest - 4) / 9) ** 2)) + 4.5 * np.exp(-(((forward - 16) / 20) ** 2))
    plate = np.asarray(np.abs(side - sheet) * lean - thick, dtype=np.float32)
    ends = np.asarray(np.maximum(-forward, -crest), dtype=np.float32)
    distance = smooth_intersection(plate, ends, 5.0)
    bones.add(region, distance, 0, _ARCH)


def _add_ribs(bones: Bones, grid: Grid, t12: Level) -> None:
    """Ribs 11 and 12, rods of three pieces; they have no label."""
    twelfth = ((27.0, 22.0, -2.0), (52.0, 38.0, 8.0), (82.0, 36.0, 30.0), (104.0, 22.0, 48.0))
    eleventh = ((58.0, 44.0, -22.0), (84.0, 38.0, -8.0), (106.0, 18.0, 12.0), (122.0, -8.0, 34.0))
    for rib, radius in ((twelfth, 3.6), (eleventh, 4.4)):
        region = grid.region((t12.z - 30, t12.z + 56), (t12.y - 15, t12.y + 55), (-109, 109))
        z, y, x = grid.coordinates(region)
        place = np.abs(x), y - np.float32(t12.y), z - np.float32(t12.z)
        pieces = [
            capsule(*place, start, end, (radius, radius * 0.95), (1.0, 1.0, 0.62)) for start, end in pairwise(rib)
        ]
        distance = smooth_union(smooth_union(pieces[0], pieces[1], 2.0), pieces[2], 2.0)
        bones.add(region, distance, 0, _ARCH)


def discs(grid: Grid, bones: Bones) -> list[tuple[Region, Field]]:
    """Distances to the discs, which fill the space between neighbouring bodies and slightly bulge."""
    found = []
    for above, below in pairwise(bones.levels):
        y, z = _between(above, below)
        middle = replace(
            above,
            width=(above.width + below.width) / 2 + 1.5,
            depth=(above.depth + below.depth) / 2 + 1.0,
            height=above.disc + 8.0,
            tilt=(above.tilt + below.tilt) / 2,
            y=y,
            z=z,
        )
        region = grid.region((middle.z - 22, middle.z + 22), (middle.y - 28, middle.y + 28), (-34, 34))
        u, v, w = local_frame(grid, region, middle)
        side = superellipse(u, v, middle.width / 2, middle.depth / 2, 2.5)
        side = smooth_intersection(side, -ellipsoid(u, v - (middle.depth / 2 + 8.2), w, (14.0, 8.5, 60.0)), 1.5)
        found.append((region, smooth_intersection(side, np.asarray(np.abs(w) - middle.height / 2, np.float32), 2.0)))
    return found


def _between(above: Level, below: Level) -> tuple[float, float]:
    """Middle of the gap between two bodies, (y, z)."""
    ends = []
    for level, sign in ((above, 1), (below, -1)):
        half, angle = sign * level.height / 2, np.radians(level.tilt)
        ends.append((level.y + half * np.sin(angle), level.z + half * np.cos(angle)))
    return float((ends[0][0] + ends[1][0]) / 2), float((ends[0][1] + ends[1][1]) / 2)
