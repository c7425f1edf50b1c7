"""Voxels of a labels volume and the values they were set to, as the journal keeps them.

A `LabelPatch` holds differences, for which every step before it must be there. A writing holds values, so that one
that is damaged on the disk does not spoil those after it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.session.label_patch import LabelPatch, Region, bounding_box

#: Byte order and type on the disk, whatever the machine's own is.
_STORED = np.dtype("<u2")


@dataclass(frozen=True)
class LabelWriting:
    """Values for some voxels.

    Parameters
    ----------
    region : tuple of three slices
        Bounding box of the voxels.
    packed : bytes
        zlib stream of one bit for every voxel of the box (C order, padded to bytes), set where it is written to, and
        then their values, uint16, little endian.
    """

    region: Region
    packed: bytes

    @classmethod
    def of(cls, patch: LabelPatch, labels: NDArray[np.uint16]) -> Self:
        """Return what ``patch`` writes when it is applied to ``labels``, which stay as they are."""
        difference = patch.difference
        return cls._pack(patch.region, difference != 0, labels[patch.region] ^ difference)

    @classmethod
    def of_all(cls, labels: NDArray[np.uint16]) -> Self | None:
        """Write down all labels, None if there is none."""
        box = bounding_box(labels != 0)
        return None if box is None else cls._pack(box, labels[box] != 0, labels[box])

    def write_into(self, labels: NDArray[np.uint16]) -> None:
        """Set the voxels.

        Raises
        ------
        ValueError, zlib.error
            If the bytes do not fit the region, or the region does not fit the labels.
        """
        part = labels[self.region]
        if part.shape != tuple(s.stop - s.start for s in self.region):
            raise ValueError(f"{self.region} is outside of labels of shape {labels.shape}")
        raw = np.frombuffer(zlib.decompress(self.packed), dtype=np.uint8)
        n_bytes = -(-part.size // 8)
        written = np.unpackbits(raw[:n_bytes], count=part.size).astype(bool).reshape(part.shape)
        part[written] = raw[n_bytes:].view(_STORED)

    @classmethod
    def _pack(cls, region: Region, written: NDArray[np.bool_], values: NDArray[np.uint16]) -> Self:
        raw = np.packbits(written).tobytes() + values[written].astype(_STORED).tobytes()
        return cls(region, zlib.compress(raw, level=1))
