"""A vertebra boxed in two views: together the boxes say where it ends on every side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import OperationError, PromptError
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.slice_key import SliceKey

#: The view that a mask is carried on in, the best first: on axial slices a vertebra is in the fewest pieces.
_PREFERRED: Final[tuple[Axis, ...]] = ("axial", "sagittal", "coronal")

_HINT: Final = "Draw one box round the vertebra on an axial slice and one on a sagittal slice"


def two_boxes(volume: Volume, previews: Mapping[SliceKey, Preview]) -> tuple[Preview, Preview, NDArray[np.bool_]]:
    """Find the masks that were made of one box each in two views, and the voxels that both boxes allow.

    Parameters
    ----------
    volume : Volume
    previews : Mapping of SliceKey to Preview
        Every mask preview there is.

    Returns
    -------
    first, second : Preview
        The first is the one to carry on.
    within : (n0, n1, n2) bool
        Along an axis that both views show, as far as either box reaches.

    Raises
    ------
    OperationError
        If there is not exactly one such mask in each of two views.
    PromptError
        If the boxes do not meet.
    """
    boxed = [preview for preview in previews.values() if len(preview.prompts.boxes) == 1]
    boxed.sort(key=lambda preview: _PREFERRED.index(preview.key.axis))
    axes = [preview.key.axis for preview in boxed]
    if len(boxed) != 2 or axes[0] == axes[1]:
        raise OperationError("There are no masks made of a box each in two views", _HINT)
    within = np.zeros(volume.shape, dtype=bool)
    within[tuple(_span(boxed, i, n) for i, n in enumerate(volume.shape))] = True
    return boxed[0], boxed[1], within


def _span(boxed: list[Preview], axis: int, n: int) -> slice:
    """Voxels along an array axis that the boxes allow."""
    spans = [_side(preview, axis) for preview in boxed if AXES.index(preview.key.axis) != axis]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    if len(spans) == 2 and max(span[0] for span in spans) > min(span[1] for span in spans):
        raise PromptError("The two boxes are beside each other", _HINT)
    for preview in boxed:
        if AXES.index(preview.key.axis) == axis and not low <= preview.key.index <= high:
            raise PromptError(f"The box on {preview.key} is beside the other one", _HINT)
    return slice(max(int(np.ceil(low)), 0), min(int(np.floor(high)) + 1, n))


def _side(preview: Preview, axis: int) -> tuple[float, float]:
    """Where a box begins and ends along an array axis."""
    box = preview.prompts.boxes[0]
    rows = min(i for i in range(3) if i != AXES.index(preview.key.axis))
    return (box.y0, box.y1) if axis == rows else (box.x0, box.x1)
