"""Where a mask has run out into the muscle: thick, dim lumps of it that go on, just as dim, outside of it.

Marrow may be as dim as muscle, but a brighter shell lies between the two. A lump that borders on equally dim voxels
outside of the mask over much of its surface has no shell: it is no bone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.imaging.window import PRESETS

Mask = NDArray[np.bool_]

#: Dim is what lies below this share of the way from the mask's surroundings to its mean.
_DIM: Final = 0.4
#: Half the thickness of the thinnest lump that is looked at, in mm: thinner layers are partial volume.
_DEPTH_MM: Final = 3.5
#: Share of a lump's surface that must lie open to dim voxels outside. Measured on the vertebrae of a CT of 3 mm: at
#: most 0.31 for lumps of marrow in the reference, at least 0.52 for lumps of muscle in masks that had run out.
_OPEN: Final = 0.4
#: Standard deviation of the smoothing against noise, in voxels.
_SMOOTHING: Final = 0.5
#: Width in voxels of the band that the surroundings are taken from.
_BAND: Final = 2


def without_leaks(hu: NDArray[np.generic], mask: Mask, spacing: tuple[float, ...]) -> Mask:
    """Cut the lumps off.

    Parameters
    ----------
    hu : (n0, n1, n2) array
        HU.
    mask : (n0, n1, n2) bool
        Not changed.
    spacing : tuple of float
        Of the voxels, in mm.

    Returns
    -------
    (n0, n1, n2) bool
        `mask`, less its leaks. Empty only if `mask` is.
    """
    if not mask.any():
        return mask.copy()
    around = _with_room(mask)
    inner = _lumps_cut(PRESETS["bone"].clip(hu[around]), mask[around], spacing)
    result = mask.copy()
    if inner.any():
        result[around] = inner
    return result


def _with_room(mask: Mask) -> tuple[slice, ...]:
    """Part of the array that holds the mask and what touches it."""
    room = _BAND + 1
    return tuple(slice(max(int(i.min()) - room, 0), int(i.max()) + room + 1) for i in np.nonzero(mask))


def _lumps_cut(values: NDArray[np.float32], mask: Mask, spacing: tuple[float, ...]) -> Mask:
    band = ndimage.binary_dilation(mask, iterations=_BAND) & ~mask
    if not band.any():
        return mask
    dark, bright = float(np.median(values[band])), float(values[mask].mean())
    dim = ndimage.gaussian_filter(values, _SMOOTHING) < dark + _DIM * (bright - dark)
    numbered, n = ndimage.label(_opened(mask & dim, spacing))
    kept = mask.copy()
    for number in range(1, n + 1):
        lump = numbered == number
        grown = ndimage.binary_dilation(lump)
        surface = grown & ~lump
        if np.count_nonzero(surface & dim & ~mask) >= _OPEN * np.count_nonzero(surface):
            kept &= ~(lump | (grown & dim))
    return kept


def _opened(mask: Mask, spacing: tuple[float, ...]) -> Mask:
    """Keep what of a mask is thick: morphological opening by a ball."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=spacing)[(slice(1, -1),) * mask.ndim]
    core = depth >= _DEPTH_MM
    if not core.any():
        return np.zeros_like(mask)
    return np.asarray((ndimage.distance_transform_edt(~core, sampling=spacing) <= _DEPTH_MM) & mask)
