"""Which slice of the volume something belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from napari_spinalsam.imaging.volume import Axis


@dataclass(frozen=True, slots=True)
class SliceKey:
    """One slice: the axis it is cut across and its index along that axis, from 0."""

    axis: Axis
    index: int

    def __str__(self) -> str:
        return f"{self.axis} slice {self.index}"
