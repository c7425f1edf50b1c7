"""The simple methods that a network given a box has to beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.morphology import disk

from napari_spinalsam.segmentation.prompts import Box

#: Radius of the closing after Otsu's threshold, in pixels.
_CLOSING = 2


def filled_box(grey: NDArray[np.float32], box: Box) -> NDArray[np.bool_]:
    """Everything inside the box.

    Parameters
    ----------
    grey : (rows, columns) float32
        The slice.
    box : Box

    Returns
    -------
    (rows, columns) bool
    """
    mask = np.zeros(grey.shape, dtype=bool)
    mask[_inside(box)] = True
    return mask


def otsu_in_box(grey: NDArray[np.float32], box: Box) -> NDArray[np.bool_]:
    """Otsu's threshold (1979) of the pixels in the box, then closing with a disc and filling of holes.

    Parameters
    ----------
    grey : (rows, columns) float32
        The slice.
    box : Box

    Returns
    -------
    (rows, columns) bool
        Empty where the box is of one grey.
    """
    mask = np.zeros(grey.shape, dtype=bool)
    part = grey[_inside(box)]
    if part.min() < part.max():
        bright = np.pad(part > threshold_otsu(part), _CLOSING)  # so that closing does not see the box's sides
        closed = ndimage.binary_closing(bright, structure=disk(_CLOSING))[_CLOSING:-_CLOSING, _CLOSING:-_CLOSING]
        mask[_inside(box)] = ndimage.binary_fill_holes(closed)
    return mask


def _inside(box: Box) -> tuple[slice, slice]:
    """Pixels whose centre is in the box."""
    return (
        slice(int(np.ceil(box.y0)), int(np.floor(box.y1)) + 1),
        slice(int(np.ceil(box.x0)), int(np.floor(box.x1)) + 1),
    )
