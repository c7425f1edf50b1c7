"""Which image something belongs to, told by its grid and its voxels: files are moved, renamed and overwritten."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from napari_spinalsam.imaging.volume import Volume

#: Length of the signature in bytes: enough that two images never share it by chance.
_SIGNATURE_BYTES = 16


class ImageIdentity(BaseModel):
    """What an image is known by.

    Parameters
    ----------
    path : str or None
        The file it was read from, as an absolute path; only for the user, two copies of a file are the same image.
    shape : tuple of three int
    affine : tuple of 16 float
        Index -> world mm, row by row.
    signature : str
        BLAKE2b of the voxels, hexadecimal.
    """

    model_config = ConfigDict(frozen=True)

    path: str | None
    shape: tuple[int, int, int]
    affine: tuple[float, ...]
    signature: str

    @classmethod
    def of(cls, volume: Volume) -> Self:
        """Identify a volume; reads every voxel once."""
        digest = hashlib.blake2b(digest_size=_SIGNATURE_BYTES)
        digest.update(volume.array.dtype.str.encode())
        for plane in volume.array:  # one at a time, so that a volume that is not contiguous is never copied as a whole
            digest.update(np.ascontiguousarray(plane).data)
        return cls(
            path=absolute_path(volume),
            shape=volume.shape,
            affine=_row_by_row(volume),
            signature=digest.hexdigest(),
        )

    @property
    def name(self) -> str:
        """Name of the file, for the user."""
        return "an image without a file" if self.path is None else Path(self.path).name

    def fits(self, volume: Volume) -> bool:
        """Whether ``volume`` has this grid; only the signature tells whether it is the image."""
        return self.shape == volume.shape and self.affine == _row_by_row(volume)


def absolute_path(volume: Volume) -> str | None:
    """Path of the file that a volume was read from, as text, with links followed: one file has one path."""
    return None if volume.path is None else str(volume.path.resolve())


def _row_by_row(volume: Volume) -> tuple[float, ...]:
    return tuple(float(value) for value in volume.affine.ravel())
