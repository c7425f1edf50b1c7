"""A change of the labels volume: the bounding box of what changed, as a compressed difference.

The difference is the exclusive or of before and after, so that applying a patch twice restores every voxel bit for
bit, and unchanged voxels inside the box are zeros that compress to almost nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Region = tuple[slice, slice, slice]


@dataclass(frozen=True)
class LabelPatch:
    """A reversible change of a labels volume.

    Parameters
    ----------
    region : tuple of three slices
        Bounding box of the changed voxels.
    shape : tuple of three int
        Shape of the box.
    packed : bytes
        zlib stream of before xor after, uint16 in C order.
    """

    region: Region
    shape: tuple[int, ...]
    packed: bytes

    @classmethod
    def between(
        cls, before: NDArray[np.uint16], after: NDArray[np.uint16], offset: tuple[int, int, int] = (0, 0, 0)
    ) -> Self | None:
        """Make the patch that turns ``before`` into ``after``, or None if they are equal.

        Parameters
        ----------
        before, after : (n0, n1, n2) uint16
            The same part of the volume, before and after.
        offset : tuple of three int
            Index in the volume of the part's first voxel.
        """
        difference = np.bitwise_xor(before, after)
        box = bounding_box(difference != 0)
        if box is None:
            return None
        packed = zlib.compress(np.ascontiguousarray(difference[box]).tobytes(), level=1)
        region = tuple(slice(s.start + o, s.stop + o) for s, o in zip(box, offset, strict=True))
        return cls((region[0], region[1], region[2]), difference[box].shape, packed)

    @property
    def nbytes(self) -> int:
        """Memory the patch takes, in bytes."""
        return len(self.packed)

    @property
    def difference(self) -> NDArray[np.uint16]:
        """Before xor after, for every voxel of the region; unpacked anew each time."""
        return np.frombuffer(zlib.decompress(self.packed), dtype=np.uint16).reshape(self.shape)

    def apply(self, labels: NDArray[np.uint16]) -> None:
        """Change ``labels`` in place; a second time, change it back."""
        labels[self.region] ^= self.difference

    @classmethod
    def composed(cls, patches: Sequence[Self]) -> Self | None:
        """Make one patch of several, whose order does not matter; None if together they change nothing."""
        if len(patches) < 2:
            return patches[0] if patches else None
        region: Region | None = None
        for patch in patches:
            region = merge_regions(region, patch.region)
        if region is None:
            return None
        offset = (region[0].start, region[1].start, region[2].start)
        difference = np.zeros([s.stop - s.start for s in region], dtype=np.uint16)
        for patch in patches:
            inside = tuple(slice(s.start - o, s.stop - o) for s, o in zip(patch.region, offset, strict=True))
            difference[inside] ^= patch.difference
        return cls.between(np.zeros_like(difference), difference, offset)


def merge_regions(first: Region | None, second: Region | None) -> Region | None:
    """Bounding box of two regions."""
    if first is None or second is None:
        return first or second
    a, b, c = (slice(min(f.start, s.start), max(f.stop, s.stop)) for f, s in zip(first, second, strict=True))
    return a, b, c


def bounding_box(mask: NDArray[np.bool_]) -> Region | None:
    """Smallest box that holds every True voxel; None if there is none."""
    spans = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        hit = np.flatnonzero(mask.any(axis=others))
        if not hit.size:
            return None
        spans.append(slice(int(hit[0]), int(hit[-1]) + 1))
    return spans[0], spans[1], spans[2]
