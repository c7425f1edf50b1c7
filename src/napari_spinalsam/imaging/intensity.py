"""What voxel values mean, and the types they are held in."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError

#: Hounsfield units, or the grey of a picture from 0 to 255.
Intensity = Literal["hu", "grey"]


def as_hu(data: NDArray[Any]) -> NDArray[Any]:
    """Hold the values as int16 where that is what they are, else as float32.

    Raises
    ------
    ImageError
        If a value is not finite.
    """
    if data.dtype.kind in "biu":
        limits = np.iinfo(np.int16)
        if limits.min <= data.min() and data.max() <= limits.max:
            return data.astype(np.int16, copy=False)
        return data.astype(np.float32)
    check_finite(data)
    return data.astype(np.float32, copy=False)


def whole_as_int16(data: NDArray[Any]) -> NDArray[Any]:
    """Floats that are whole int16 numbers after all (slope 1, intercept -1024) as int16, at half the memory."""
    if data.dtype.kind != "f" or not np.isfinite(data).all():
        return data
    limits = np.iinfo(np.int16)
    if limits.min <= data.min() and data.max() <= limits.max and np.array_equal(data, np.rint(data)):
        return data.astype(np.int16)
    return data


def to_0_255(data: NDArray[Any]) -> NDArray[np.float32]:
    """Values of a picture as float32 from 0 to 255.

    uint8 stays; wider unsigned integers are scaled by their type's range; booleans and floats in 0..1 are multiplied by
    255. Everything else has no range of its own and is stretched from its least to its greatest value.

    Raises
    ------
    ImageError
        If a value is not finite.
    """
    if data.dtype.kind == "u":
        return data.astype(np.float32) * np.float32(255 / np.iinfo(data.dtype).max)
    if data.dtype.kind == "b":
        return data.astype(np.float32) * np.float32(255)
    check_finite(data)
    low, high = float(data.min()), float(data.max())
    if data.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    return ((data.astype(np.float32) - np.float32(low)) * np.float32(255 / max(high - low, 1e-12))).astype(np.float32)


def check_finite(data: NDArray[Any]) -> None:
    """Refuse values that are not finite.

    Raises
    ------
    ImageError
        If there are any, with how many.
    """
    bad = int(data.size - np.count_nonzero(np.isfinite(data)))
    if bad:
        raise ImageError(f"{bad} of {data.size} voxels are NaN or infinite", "Replace them, e.g. by -1024 (air)")
