"""A volume from an array on display, whoever opened it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.intensity import Intensity, as_hu, to_0_255
from napari_spinalsam.imaging.volume import Volume, oriented


def volume_from_array(
    array: ArrayLike,
    napari_affine: NDArray[np.float64] | None = None,
    *,
    intensity: Intensity | None = None,
    path: Path | None = None,
    known_spacing: bool | None = None,
) -> Volume:
    """Make a volume of an array on display, e.g. of an image layer that another program opened.

    Parameters
    ----------
    array : (n0, n1, n2) or (rows, columns) of real numbers
    napari_affine : (n + 1, n + 1) float64, optional
        Index -> world (z to the feet, y to the back, x to the patient's left), with as many axes as `array`; identity
        where it is missing. Axes may be flipped or swapped by it: `Volume.to_file_orientation` leads labels back to
        `array`'s own layout.
    intensity : {"hu", "grey"}, optional
        What the values mean; guessed where it is missing: below -100 there is only air, so those are Hounsfield units,
        everything else is a picture, whose values are brought to 0..255.
    known_spacing : bool, optional
        Whether the affine is in mm; True where it is missing, unless the image is a picture with an identity affine.

    Raises
    ------
    ImageError
        If the array is empty, not finite, has another number of axes, or the affine does not fit or is not invertible.
    """
    data = np.asarray(array)
    if data.ndim not in (2, 3) or data.size == 0:
        raise ImageError(
            f"An image of shape {data.shape} cannot be used", "Choose a picture or a volume of one channel"
        )
    affine = np.eye(data.ndim + 1) if napari_affine is None else np.asarray(napari_affine, dtype=np.float64)
    if affine.shape != (data.ndim + 1, data.ndim + 1):
        raise ImageError(f"An affine of shape {affine.shape} does not fit an image with {data.ndim} axes", "Mend it")
    if data.ndim == 2:
        data, affine = data[None], _with_slice_axis(affine)
    voxels, meaning = _voxels(data, intensity)
    known = meaning == "hu" or not np.allclose(affine[:3, :3], np.eye(3)) if known_spacing is None else known_spacing
    return oriented(voxels, geometry.RAS_TO_IPL @ affine, meaning, path=path, known_spacing=known)


def _with_slice_axis(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4, 4) affine of a picture's one slice from the (3, 3) affine of its rows and columns."""
    full = np.eye(4)
    full[1:, 1:] = affine
    return full


def _voxels(data: NDArray[Any], intensity: Intensity | None) -> tuple[NDArray[Any], Intensity]:
    if data.dtype.kind not in "biuf":
        raise ImageError(f"Voxels of type {data.dtype} are no intensities", "Choose an image of real numbers")
    if intensity is None:
        intensity = "hu" if data.min() < -100 else "grey"
    if intensity == "grey":
        return to_0_255(data), intensity
    return as_hu(data), intensity
