"""Where a vertebral body ends: the planes of its two end plates, found by the dark discs beyond them.

Slice by slice a disc is hard to see on thick axial slices: end plates are tilted, so that a slice cuts body and disc
at once, and both have the same outline. Along the spine it is plain: the mean of the body's column falls from the
dense end plate to the disc. The column is averaged along planes of every likely tilt, because a disc that is crossed
obliquely is smeared; the tilt that shows it darkest is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.imaging.window import PRESETS

Mask = NDArray[np.bool_]

#: Tilts that are tried, in degrees: beyond 40 lies no disc but that of a steep sacrum.
_TILTS: Final = range(-40, 41, 4)
#: Share of the body's depth, round its middle, that the column is averaged over: its rims carry osteophytes.
_COLUMN_SHARE: Final = 0.7
#: How far a disc is looked for, in depths of the body: a vertebra with a disc is about as high as it is deep.
_REACH: Final = 1.15
#: The nearest minimum that is at least this share of the deepest one is the disc.
_NEAREST: Final = 0.6
#: The least fall from end plate to disc, in HU: three times the noise of a slice in a column of a hundred voxels.
_LEAST_FALL: Final = 50.0
#: Radius in mm below which what the slice shows is no body but a process or an arch; cervical bodies have 7.
_LEAST_RADIUS_MM: Final = 6.5
#: End plates nearer to each other than this share of the body's depth are none: the slice cuts no body there.
_LEAST_HEIGHT: Final = 1 / 3
#: How much wider than on its slice a body may be at its end plates, in mm.
_FLARE_MM: Final = 6.0
#: Steps in which the column is read, in slices.
_STEP: Final = 0.25


@dataclass(frozen=True, slots=True)
class Plane:
    """An end plate, as a line in the sagittal plane.

    Parameters
    ----------
    index : float
        Axial slice where it crosses the body's middle row.
    slope : float
        Slices per row.
    """

    index: float
    slope: float


@dataclass(frozen=True, eq=False)
class EndPlates:
    """The two end plates of a body.

    Parameters
    ----------
    body : (rows, columns) bool
        The body on its axial slice.
    row : float
        Its middle row.
    upper, lower : Plane or None
        None where no disc was found.
    """

    body: Mask
    row: float
    upper: Plane | None
    lower: Plane | None

    def within(self, volume: Volume) -> Mask:
        """Voxels that may belong to the vertebra: all but the body's column beyond its end plates.

        The arch and the processes are left free, for they do reach beyond.
        """
        spacing = volume.slice_spacing_mm("axial")
        column = ndimage.distance_transform_edt(~self.body, sampling=spacing) <= _FLARE_MM
        rows, columns = np.nonzero(column)
        allowed = np.ones(volume.shape, dtype=bool)
        slices = np.arange(volume.shape[0])[:, None]
        beyond = np.zeros((len(slices), len(rows)), dtype=bool)
        for plane, sign in ((self.upper, -1), (self.lower, 1)):
            if plane is not None:
                # Half a slice beyond: a voxel is in where its middle is.
                beyond |= sign * (slices - plane.index - plane.slope * (rows - self.row)) > 0.5
        allowed[:, rows, columns] = ~beyond
        return allowed


def find_end_plates(volume: Volume, index: int, mask: Mask) -> EndPlates | None:
    """Find the end plates above and below the body on an axial slice.

    Parameters
    ----------
    volume : Volume
    index : int
        Axial slice.
    mask : (rows, columns) bool
        The vertebra on that slice.

    Returns
    -------
    EndPlates or None
        None where the slice does not cut the body, or the image is no CT with a known spacing.
    """
    if volume.intensity != "hu" or not volume.known_spacing:
        return None
    spacing = volume.slice_spacing_mm("axial")
    body, radius = body_on_slice(mask, spacing)
    if radius < _LEAST_RADIUS_MM:
        return None
    rows, columns = np.nonzero(body)
    depth = float(np.ptp(rows) + 1)
    middle = float(rows.mean())
    inner = np.abs(columns - columns.mean()) * spacing[1] <= radius / 2 + spacing[1] / 2
    first, last = int(columns[inner].min()), int(columns[inner].max())
    slab = PRESETS["bone"].clip(volume.array[:, :, first : last + 1]).mean(axis=2)
    half = _COLUMN_SHARE * depth / 2
    column = slab[:, int(np.ceil(middle - half)) : int(middle + half) + 1]
    offsets = np.arange(column.shape[1]) + np.ceil(middle - half) - middle
    ratio = spacing[0] / volume.spacing_mm[0]
    upper, lower = (_end_plate(column, offsets, index, sign, _REACH * depth * ratio, ratio) for sign in (-1, 1))
    if upper is not None and lower is not None and lower.index - upper.index < _LEAST_HEIGHT * depth * ratio:
        return None
    return EndPlates(body, middle, upper, lower)


def body_on_slice(mask: Mask, spacing: tuple[float, float]) -> tuple[Mask, float]:
    """Separate the vertebral body from the arch on an axial slice: what is left where thin parts are worn away.

    Returns
    -------
    body : (rows, columns) bool
    radius : float
        Of the largest circle in it, in mm.
    """
    depth = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=spacing)[1:-1, 1:-1]
    peak = np.unravel_index(int(depth.argmax()), depth.shape)
    radius = float(depth[peak])
    numbered, _ = ndimage.label(depth > radius / 2)
    core = numbered == numbered[peak]
    grown = ndimage.distance_transform_edt(~core, sampling=spacing) <= radius / 2
    return np.asarray(grown & mask), radius


def _end_plate(
    column: NDArray[np.float32], offsets: NDArray[np.float64], index: int, sign: int, reach: float, ratio: float
) -> Plane | None:
    """Find the end plate on one side: along the tilt at which the disc beyond it is darkest.

    Parameters
    ----------
    column : (slices, rows) float32
    offsets : (rows,) float64
        Of the rows from the body's middle.
    index : int
        Slice to start from.
    sign : {-1, 1}
        Up or down.
    reach : float
        How far to go, in slices.
    ratio : float
        Height of a row in slices.
    """
    slices = np.arange(len(column))
    positions = index + sign * np.arange(0, reach, _STEP)
    positions = positions[(positions >= 0) & (positions <= len(column) - 1)]
    best: tuple[float, Plane] | None = None
    for tilt in _TILTS:
        slope = float(np.tan(np.deg2rad(tilt))) * ratio
        profile = np.mean(
            [
                np.interp(positions + slope * offset, slices, values)
                for offset, values in zip(offsets, column.T, strict=True)
            ],
            axis=0,
        )
        edge = _edge_of_disc(profile)
        if edge is not None and (best is None or edge[1] > best[0]):
            best = edge[1], Plane(float(positions[edge[0]]), slope)
    return best[1] if best is not None and best[0] >= _LEAST_FALL else None


def _edge_of_disc(profile: NDArray[np.float64]) -> tuple[int, float] | None:
    """Where a profile has fallen half way from the end plate to the nearest disc, and how far it falls."""
    fall = np.maximum.accumulate(profile) - profile
    minima = np.flatnonzero((profile[1:-1] <= profile[:-2]) & (profile[1:-1] < profile[2:])) + 1
    minima = minima[fall[minima] >= _NEAREST * fall.max(initial=0.0)]
    if not minima.size:
        return None
    disc = int(minima[0])
    plate = int(profile[: disc + 1].argmax())
    half = (profile[plate] + profile[disc]) / 2
    above = np.flatnonzero(profile[plate:disc] >= half)
    return plate + int(above[-1]), float(fall[disc])
