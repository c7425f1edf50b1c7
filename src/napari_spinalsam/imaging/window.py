"""Windows: which Hounsfield units a picture shows, from black to white."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ConfigError, ImageError


@dataclass(frozen=True, slots=True)
class Window:
    """Range of intensities that is spread from black to white; everything outside is clamped.

    Parameters
    ----------
    level : float
        Intensity shown as middle grey, in Hounsfield units (or in grey from 0 to 255 for pictures).
    width : float
        From black to white, in the same unit.

    Raises
    ------
    ConfigError
        If a number is not finite or the width is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_spinalsam.imaging.window import PRESETS
    >>> PRESETS["bone"].limits
    (-500.0, 1300.0)
    >>> hu = np.array([-1000, -500, 400, 1300, 2000], dtype=np.int16)  # air, black, middle grey, white, metal
    >>> PRESETS["bone"].apply(hu)
    array([0. , 0. , 0.5, 1. , 1. ], dtype=float32)
    """

    level: float
    width: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.level) and math.isfinite(self.width) and self.width > 0):
            raise ConfigError(
                f"There is no window of level {self.level:g} and width {self.width:g}", "Give a width greater than 0"
            )

    @property
    def limits(self) -> tuple[float, float]:
        """Intensities shown as black and as white."""
        return self.level - self.width / 2, self.level + self.width / 2

    def clip(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Clamp intensities to the window, as float32: in a mean air and metal would outweigh all else."""
        low, high = self.limits
        return np.clip(array.astype(np.float32), low, high)

    def apply(self, array: NDArray[Any]) -> NDArray[np.float32]:
        """Map intensities, of any shape, to float32 from 0 (black) to 1 (white)."""
        low, _ = self.limits
        scaled = (array.astype(np.float32) - np.float32(low)) / np.float32(self.width)
        return np.asarray(np.clip(scaled, 0, 1), dtype=np.float32)


#: The usual windows of CT, in Hounsfield units.
PRESETS: Final[Mapping[str, Window]] = MappingProxyType(
    {
        "bone": Window(level=400.0, width=1800.0),
        "soft_tissue": Window(level=40.0, width=400.0),
        "lung": Window(level=-600.0, width=1500.0),
    }
)


def full(array: NDArray[Any]) -> Window:
    """Make the window that shows an array from its least to its greatest value.

    Raises
    ------
    ImageError
        If the array is empty or holds values that are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> full(np.array([[-1024, 0], [200, 3071]])).limits
    (-1024.0, 3071.0)
    """
    if array.size == 0 or not np.isfinite([array.min(), array.max()]).all():
        raise ImageError("The image is empty or holds NaN or infinite values", "Choose another slice or image")
    low, high = float(array.min()), float(array.max())
    # A constant image has no range; any width shows it as middle grey.
    return Window(level=(low + high) / 2, width=(high - low) or 1.0)
