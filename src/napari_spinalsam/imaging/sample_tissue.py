"""Soft tissue of the sample CT: skin, fat, muscles, vessels, kidneys, liver, bowel and the thecal sac."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from napari_spinalsam.imaging.sample_grid import Grid, Region, paint, smooth_noise
from napari_spinalsam.imaging.sample_spine import Bones, Level, discs
from napari_spinalsam.imaging.signed_distance import Field, ellipse, ellipsoid, smooth_union, superellipse

AIR, FAT, SKIN, MUSCLE = -1000.0, -102.0, 30.0, 58.0
_ALL: Final = (slice(None), slice(None), slice(None))


@dataclass(frozen=True)
class SpineLine:
    """The spine's course, one number a slice: centre and half depth of the bodies, rear wall of the canal, in mm."""

    y: Field
    half_depth: Field
    canal_back: Field

    @classmethod
    def of(cls, grid: Grid, levels: tuple[Level, ...]) -> SpineLine:
        """Interpolate between the bodies' centres."""
        z = grid.axes[0]
        at = [level.z for level in levels]

        def along(values: list[float]) -> Field:
            return np.interp(z, at, values).astype(np.float32)[:, None, None]

        return cls(
            along([level.y for level in levels]),
            along([level.depth / 2 for level in levels]),
            along([level.y + level.depth / 2 + 2 * level.canal[1] for level in levels]),
        )


@dataclass
class Tissue:
    """What the soft tissue is painted with.

    Parameters
    ----------
    hu : (n0, n1, n2) float32
        The picture so far.
    grain : (n0, n1, n2) float32
        Fine unit noise that gives tissue its texture.
    """

    grid: Grid
    hu: Field
    grain: Field
    spine: SpineLine
    rng: np.random.Generator

    def column(
        self, x: ArrayLike, y: ArrayLike, half: tuple[ArrayLike, ArrayLike], value: float, mottle: float = 0.0
    ) -> None:
        """Paint an upright structure of elliptic section; its centre and half axes may change from slice to slice."""
        half_x, half_y = (float(np.max(h)) for h in half)
        region = self.grid.region(
            (-np.inf, np.inf),
            (float(np.min(y)) - half_y - 3, float(np.max(y)) + half_y + 3),
            (float(np.min(x)) - half_x - 3, float(np.max(x)) + half_x + 3),
        )
        _, v, u = self.grid.coordinates(region)
        distance = ellipse(u - _single(x), v - _single(y), np.maximum(half[0], 0.5), np.maximum(half[1], 0.5))
        self._fill(region, distance, value, mottle)

    def organ(
        self, centre: tuple[float, float, float], half: tuple[float, float, float], value: float, wobble: float
    ) -> None:
        """Paint an ellipsoid with an uneven surface; centre and half axes along z, y and x."""
        bounds = [(c - 1.25 * h - 3, c + 1.25 * h + 3) for c, h in zip(centre, half, strict=True)]
        region = self.grid.region(*bounds)
        shape = self.grid.region_shape(region)
        if min(shape) == 0:
            return
        z, y, x = self.grid.coordinates(region)
        distance = ellipsoid(x - centre[2], y - centre[1], z - centre[0], (half[2], half[1], half[0]))
        bumps = smooth_noise(self.rng, shape, self.grid.spacing_mm, 14.0)
        self._fill(region, distance + bumps * np.float32(wobble), value, 3.0)

    def _fill(self, region: Region, distance: Field, value: float, mottle: float) -> None:
        colour = value + self.grain[region] * np.float32(mottle) if mottle else value
        paint(self.hu, region, distance, colour)


def _single(values: ArrayLike) -> Field:
    return np.asarray(values, dtype=np.float32)


def paint_tissue(grid: Grid, bones: Bones, grain: Field, rng: np.random.Generator) -> tuple[Field, Field]:
    """Paint everything but bone.

    Returns
    -------
    hu : (n0, n1, n2) float32
        Hounsfield units.
    skin : (n0, n1, n2) float32
        Distance in mm to the body's surface.
    """
    spine = SpineLine.of(grid, bones.levels)
    lobules = smooth_noise(rng, grid.shape, grid.spacing_mm, 9.0)
    tissue = Tissue(grid, FAT + 5 * lobules, grain, spine, rng)
    _abdomen(tissue, bones.levels)
    _muscles(tissue, bones)
    _great_vessels(tissue, bones.levels)
    for region, distance in discs(grid, bones):
        core = np.clip(-distance / 9, 0, 1)
        paint(tissue.hu, region, distance, np.asarray(105 - 28 * core + 5 * grain[region], dtype=np.float32))
    _canal_content(tissue, bones.levels)
    skin = body_surface(grid, spine)
    paint(tissue.hu, _ALL, np.abs(skin + np.float32(1.1)) - np.float32(1.1), SKIN, 0.5)
    paint(tissue.hu, _ALL, -skin, AIR, 0.5)
    return tissue.hu, skin


def body_surface(grid: Grid, spine: SpineLine) -> Field:
    """Distance to the skin of a lying body: wide, flattened at the back, with a furrow along the spine."""
    _, y, x = grid.coordinates(_ALL)
    back = spine.canal_back.mean() + np.float32(0.35) * (spine.canal_back - spine.canal_back.mean()) + 57
    furrow = np.float32(5) * np.exp(-((x / 13) ** 2))
    return superellipse(x, y - (back - 112), 172.0, 112.0, 2.4) + furrow


def _muscles(tissue: Tissue, bones: Bones) -> None:
    """Back muscles, psoas and quadratus lumborum, with streaks of fat in the back muscles."""
    spine = tissue.spine
    z = tissue.grid.axes[0][:, None, None]
    top, bottom = bones.levels[0].z, bones.levels[-1].z
    down = np.clip((z - top) / (bottom - top), 0, 1).astype(np.float32)
    psoas = np.clip(down * 1.25 - 0.05, 0, 1) ** np.float32(0.8)
    lumborum = np.clip(np.sin(np.pi * np.clip((down - 0.02) / 0.78, 0, 1)), 0, 1) ** 0.5
    for side in (-1, 1):
        tissue.column(side * (24 + 14 * psoas), spine.y + 5 - 9 * down, (16 * psoas + 1, 20 * psoas + 1), MUSCLE, 3.0)
        tissue.column(side * 61.0, spine.canal_back - 16, (16 * lumborum, 8.5 * lumborum), MUSCLE, 3.0)
    _back_muscles(tissue, down)
    _iliacus_and_gluteus(tissue, bones)
    _marbling(tissue)


def _back_muscles(tissue: Tissue, down: Field) -> None:
    """Multifidus, longissimus and iliocostalis on both sides as one mass with fat clefts between them."""
    back = tissue.spine.canal_back
    region = tissue.grid.region((-np.inf, np.inf), (float(back.min()) - 22, float(back.max()) + 50), (-84, 84))
    _, y, x = tissue.grid.coordinates(region)
    wave = smooth_noise(tissue.rng, tissue.grid.region_shape(region), tissue.grid.spacing_mm, 15.0)
    u, v = np.abs(x) + wave, y - back - np.float32(0.8) * wave
    multifidus = ellipse(u - 13, v - 14 - 3 * down, 12 + 5 * down, 20 - 1 * down)
    longissimus = ellipse(u - (35 - 2 * down), v - 15 + 2 * down, 20 - 4 * down, 20 - 4 * down)
    iliocostalis = ellipse(u - (57 - 8 * down), v - 8 + 2 * down, 15 - 6 * down, 15 - 8 * down)
    mass = smooth_union(smooth_union(multifidus, longissimus, 9.0), iliocostalis, 9.0)
    paint(tissue.hu, region, mass, MUSCLE + 5 * tissue.grain[region])
    for one, other in ((multifidus, longissimus), (longissimus, iliocostalis)):
        cleft = np.abs(one - other) * np.float32(0.5) - np.float32(0.7)
        paint(tissue.hu, region, np.maximum(np.maximum(cleft, one - 3), mass + 1), -35.0)


def _iliacus_and_gluteus(tissue: Tissue, bones: Bones) -> None:
    """Muscle on both sides of the iliac wings: everything low down that is near to bone without a label."""
    region = tissue.grid.region((bones.levels[-1].z - 42, np.inf), (0, np.inf), (-np.inf, np.inf))
    z, _, x = tissue.grid.coordinates(region)
    low = bones.levels[-1].z - 36 - z
    wing = np.asarray(bones.nearest[region] - np.clip(-low * 0.45, 0, 15), dtype=np.float32)
    distance = np.maximum(np.maximum(wing, low), 48 - np.abs(x))
    paint(tissue.hu, region, np.where(bones.which[region] == 0, distance, np.float32(30)), MUSCLE - 2, 1.2)


def _marbling(tissue: Tissue) -> None:
    """Streaks of fat that run along the back muscles."""
    region = tissue.grid.region((-np.inf, np.inf), (float(tissue.spine.canal_back.min()) - 4, np.inf), (-76, 76))
    streaks = smooth_noise(tissue.rng, tissue.grid.region_shape(region), (0.35, 0.85, 0.85), 4.2)
    share = np.clip((streaks - np.float32(1.15)) * np.float32(0.8), 0, 0.75)
    part = tissue.hu[region]
    part += share * np.minimum(np.float32(FAT + 25) - part, 0)


def _great_vessels(tissue: Tissue, levels: tuple[Level, ...]) -> None:
    """Aorta with a few calcified plaques, vena cava, and below L4 the iliac vessels on their way apart."""
    spine = tissue.spine
    z = tissue.grid.axes[0][:, None, None]
    fork = levels[4].z + 4
    above = np.clip((fork - z) / 10 + 1, 0, 1).astype(np.float32)
    front = spine.y - spine.half_depth
    tissue.column(9.0, front - 13, (9.5 * above, 9.5 * above), 44.0)
    tissue.column(-15.0, front - 11, (12.5 * above, 9.0 * above), 41.0)
    for _ in range(7):
        angle, height = tissue.rng.uniform(0, 2 * np.pi), tissue.rng.uniform(levels[2].z, fork)
        row = int(np.searchsorted(tissue.grid.axes[0], height))
        centre = (height, float(front[row, 0, 0]) - 13 + 9 * np.sin(angle), 9 + 9 * np.cos(angle))
        tissue.organ(centre, (2.6, 1.3, 1.6), 480.0, 0.0)
    for side, radius, value in ((1, 6.0, 44.0), (-1, 6.0, 44.0), (1.5, 7.0, 41.0), (-1.7, 7.0, 41.0)):
        for step in np.arange(0, 64, 3.0):
            row = min(int(np.searchsorted(tissue.grid.axes[0], fork + step)), len(z) - 1)
            centre = (fork + step, float(front[row, 0, 0]) - 11 + abs(side) * 2 + step * 0.1, side * (7 + step * 0.5))
            tissue.organ(centre, (5.0, radius, radius), value, 0.0)


def _canal_content(tissue: Tissue, levels: tuple[Level, ...]) -> None:
    """Epidural fat, thecal sac, the cord's end at L1 and the roots of the cauda equina."""
    spine = tissue.spine
    z = tissue.grid.axes[0][:, None, None]
    middle = (spine.y + spine.half_depth + spine.canal_back) / 2 - 1
    bottom = levels[-1].z + 14
    taper = np.clip((bottom - z) / 40, 0.15, 1).astype(np.float32) ** 0.5
    tissue.column(0.0, middle + 1, (12.0 * taper, 9.0 * taper), -55.0)
    tissue.column(0.0, middle, (9.5 * taper, 7.2 * taper), 22.0)
    cord = np.clip((levels[1].z + 12 - z) / 28, 0, 1).astype(np.float32) ** 0.5
    tissue.column(0.0, middle, (5.0 * cord, 4.0 * cord), 42.0)
    cauda = (1 - cord) * taper
    for side in (-1, 1):
        tissue.column(side * 3.2, middle + 2.5, (3.4 * cauda, 2.2 * cauda), 36.0)
    for level in levels[:-1]:
        for side in (-1, 1):
            for step in np.linspace(0, 1, 7):
                place = (
                    level.z + 10 + 9 * step,
                    level.y + level.depth / 2 + 7 - 5 * step + np.tan(np.radians(level.tilt)) * 12,
                    side * (11 + 16 * step),
                )
                tissue.organ(place, (4.0, 2.6 + 0.6 * step, 3.2), 36.0, 0.0)


def _abdomen(tissue: Tissue, levels: tuple[Level, ...]) -> None:
    """Bowel, and over it the organs that displace it: liver, spleen, and kidneys with their fatty sinus."""
    upper, depth = levels[1].z, float(tissue.spine.y.mean())
    _bowel(tissue, levels, depth)
    tissue.organ((levels[0].z - 8, depth - 62, -102.0), (78.0, 70.0, 58.0), 58.0, 2.0)
    tissue.organ((levels[0].z - 12, depth + 2, 104.0), (46.0, 36.0, 22.0), 50.0, 1.5)
    for side, drop in ((-1, 16.0), (1, 6.0)):
        place = (upper + drop, depth + 16, side * 68.0)
        tissue.organ(place, (52.0, 24.0, 26.0), 34.0, 1.5)
        tissue.organ((place[0], place[1] - 8, side * 58.0), (24.0, 9.0, 9.0), -70.0, 2.0)
        tissue.organ((place[0] + 2, place[1] - 9, side * 56.0), (9.0, 4.5, 5.0), 12.0, 0.5)


def _bowel(tissue: Tissue, levels: tuple[Level, ...], depth: float) -> None:
    """Small bowel, mesenteric vessels, and on both sides the colon; gas lies on top of the content."""
    rng = tissue.rng
    for _ in range(95):
        place = (rng.uniform(5, 245), rng.uniform(-8, depth - 48), rng.uniform(-100, 100))
        half = (rng.uniform(9, 20), rng.uniform(8, 17), rng.uniform(9, 24))
        tissue.organ(place, half, rng.uniform(15, 45), 2.0)
        if rng.random() < 0.3:
            _gas(tissue, place, half)
    for _ in range(90):  # mesenteric vessels
        place = (rng.uniform(5, 245), rng.uniform(0, depth - 30), rng.uniform(-95, 95))
        tissue.organ(place, (rng.uniform(4, 9), rng.uniform(1.5, 2.8), rng.uniform(1.5, 2.8)), 40.0, 0.0)
    for side in (-1, 1):
        for height in np.arange(levels[2].z - 10, 250, 15.0):
            place = (height, depth - 24 + rng.normal(0, 6), side * (92 + rng.normal(0, 5)))
            half = (12.0, rng.uniform(13, 21), rng.uniform(13, 20))
            tissue.organ(place, half, rng.uniform(15, 50), 2.0)
            if rng.random() < 0.45:
                _gas(tissue, place, half)


def _gas(tissue: Tissue, centre: tuple[float, float, float], half: tuple[float, float, float]) -> None:
    """Gas in the upper, that is front, part of a bowel loop, with the level of its content."""
    region = tissue.grid.region(*[(c - h - 2, c + h + 2) for c, h in zip(centre, half, strict=True)])
    if min(tissue.grid.region_shape(region)) == 0:
        return
    z, y, x = tissue.grid.coordinates(region)
    lumen = ellipsoid(x - centre[2], y - centre[1], z - centre[0], (half[2] - 2.5, half[1] - 2.5, half[0] - 2.5))
    level = np.asarray(y - np.float32(centre[1] - 0.15 * half[1]), dtype=np.float32)
    paint(tissue.hu, region, np.maximum(lumen, level), -960.0)
