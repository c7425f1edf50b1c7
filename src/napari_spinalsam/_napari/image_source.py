"""Image layers as volumes, whoever opened them, and the window in the layer's own units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_spinalsam._napari.frame import layer_matrix
from napari_spinalsam._napari.layer_data import volume_of
from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.imaging.picture import to_grey

if TYPE_CHECKING:
    from napari.layers import Image
    from numpy.typing import NDArray

    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.imaging.window import Window


def volume_of_layer(layer: Image) -> Volume:
    """Find the volume an image layer was made from, or make one of its pixels and its place in the world.

    Raises
    ------
    ImageError
        If the layer has another number of axes, holds no real numbers, or values that are not finite.
    """
    known = volume_of(layer.metadata)
    if known is not None and _is_unchanged(layer, known):
        return known
    data = layer.data[0] if layer.multiscale else layer.data
    if layer.ndim not in (2, 3):
        raise ImageError(
            f"The layer '{layer.name}' has {layer.ndim} axes", "Choose a picture or one three-dimensional volume"
        )
    array = _grey(np.asarray(data)) if layer.rgb else np.asarray(data)
    path = Path(layer.source.path) if layer.source.path else None
    return volume_from_array(array, layer_matrix(layer), path=path)


def contrast_limits(layer: Image, volume: Volume, window: Window) -> tuple[float, float]:
    """Contrast limits of the layer for a window that is told in the volume's units.

    Hounsfield units are the layer's own values. The grey of a picture was brought to 0..255 when the volume was made;
    the same straight line leads back.
    """
    low, high = window.limits
    if volume.intensity == "hu":
        return low, high
    data = np.asarray(layer.data[0] if layer.multiscale else layer.data)
    (value_low, value_high), (grey_low, grey_high) = _range(data), _range(volume.array)
    slope = (value_high - value_low) / ((grey_high - grey_low) or 1.0)
    return value_low + (low - grey_low) * slope, value_low + (high - grey_low) * slope


def _grey(colours: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey from 0 to 255 of a colour picture, (rows, columns, 3 or 4), or of a stack of them.

    As bytes, which `volume_from_array` keeps: it would stretch floats from their least to their greatest value.
    """
    grey = to_grey(colours) if colours.ndim == 3 else np.stack([to_grey(picture) for picture in colours])
    return np.rint(grey).astype(np.uint8)


def _range(array: NDArray[Any]) -> tuple[float, float]:
    return float(array.min()), float(array.max())


def _is_unchanged(layer: Image, volume: Volume) -> bool:
    """Whether neither the pixels nor the place of the layer were changed since it was made from the volume."""
    return layer.data is volume.array and np.allclose(layer_matrix(layer), volume.napari_affine)
