"""One slice as the predictor takes it: the volume's own values, never what is on display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.intensity import Intensity
from napari_spinalsam.imaging.volume import Axis, Volume
from napari_spinalsam.imaging.window import Window

#: Pictures are grey already, from 0 to 255.
_PICTURE: Window = Window(level=127.5, width=255.0)


@dataclass(frozen=True, eq=False)
class SliceImage:
    """A slice that can be segmented.

    Parameters
    ----------
    values : (rows, columns) float32
        Hounsfield units, or grey from 0 to 255.
    spacing : (float, float)
        Row and column spacing, in mm; only their ratio matters to the network.
    intensity : {"hu", "grey"}

    Raises
    ------
    ImageError
        If the slice is empty, holds a value that is not finite, or is the same everywhere.
    """

    values: NDArray[np.float32]
    spacing: tuple[float, float] = (1.0, 1.0)
    intensity: Intensity = "hu"

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.size == 0:
            raise ImageError(f"An image of shape {self.values.shape} is no slice", "Choose another image")
        # A NaN or infinity anywhere is one in the least or the greatest value.
        low, high = float(self.values.min()), float(self.values.max())
        if not np.isfinite([low, high]).all():
            raise ImageError("The slice holds NaN or infinite values", "Replace them, e.g. by -1024 (air)")
        if low == high:
            raise ImageError(f"The slice is {low:g} everywhere, there is nothing to segment", "Choose another slice")

    def grey(self, window: Window) -> NDArray[np.float32]:
        """Grey levels from 0 to 1 as the network sees them.

        Parameters
        ----------
        window : Window
            The model's window in Hounsfield units. Pictures are used as they are.

        Raises
        ------
        ImageError
            If the window shows nothing, as in a slice that is all air.
        """
        grey = (window if self.intensity == "hu" else _PICTURE).apply(self.values)
        if grey.min() == grey.max():
            raise ImageError("The slice shows neither bone nor soft tissue", "Choose another slice")
        return grey


def model_slice(volume: Volume, axis: Axis, index: int) -> SliceImage:
    """Take one slice of a volume.

    Raises
    ------
    ImageError
        If there is no such slice, or it is one that `SliceImage` refuses.
    """
    return SliceImage(volume.slice(axis, index), volume.slice_spacing_mm(axis), volume.intensity)
