"""What is on display: slice, view, window, visibility, zoom. Not undoable (``document`` tells why)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Self, get_args

from napari_spinalsam.commands.operations import Layer
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.slice_key import SliceKey

if TYPE_CHECKING:
    from napari_spinalsam.imaging.window import Window

LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)

#: One step of "zoom in".
ZOOM_STEP: Final = 1.5


@dataclass(frozen=True)
class Zoom:
    """How far the camera is moved in.

    Parameters
    ----------
    factor : float
        Magnification relative to the whole slice, or to the innermost region.
    regions : tuple of Box
        The cells that were zoomed to, outermost first; edges of pixels, in pixels of the slice.
    """

    factor: float = 1.0
    regions: tuple[Box, ...] = ()

    @property
    def region(self) -> Box | None:
        """The part of the slice that the grid covers; None is the whole slice."""
        return self.regions[-1] if self.regions else None


@dataclass(frozen=True)
class View:
    """Where the user looks, and how.

    Parameters
    ----------
    axis : Axis
        The axis the slice on display is cut across; in 3D the one that was shown before.
    indices : Mapping of Axis to int
        The slice last shown across each axis.
    three_d : bool
        Whether the volume is shown in 3D.
    window : Window or None
        The window on display; None is the full range. The network has a window of its own.
    hidden : frozenset of Layer
        The layers that are not shown.
    zoom : Zoom
    """

    axis: Axis = "axial"
    indices: Mapping[Axis, int] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(AXES, 0)))
    three_d: bool = False
    window: Window | None = None
    hidden: frozenset[Layer] = frozenset({"grid"})
    zoom: Zoom = Zoom()

    @classmethod
    def of(cls, volume: Volume, window: Window | None) -> Self:
        """Make the view on a volume that was just opened: its middle axial slice."""
        return cls(
            indices=MappingProxyType({axis: volume.n_slices(axis) // 2 for axis in AXES}),
            window=window,
        )

    @property
    def key(self) -> SliceKey:
        """The slice on display."""
        return SliceKey(self.axis, self.indices[self.axis])

    @property
    def name(self) -> Literal["axial", "coronal", "sagittal", "3d"]:
        """The view as the user calls it."""
        return "3d" if self.three_d else self.axis

    def at(self, index: int) -> Self:
        """Return the view on another slice across the same axis."""
        return replace(self, indices=MappingProxyType({**self.indices, self.axis: index}))
