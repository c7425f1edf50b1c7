"""Filling in the slices between annotated ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.volume import AXES
from napari_spinalsam.segmentation.interpolation import gaps, interpolate_masks
from napari_spinalsam.session.handlers.writing import label_slices
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import label_name


def fill_between(scene: Scene) -> Effect:
    """Interpolate the current label on the slices of the view that lie between slices with it.

    Raises
    ------
    ImageError
        If no image is open.
    OperationError
        If there are no slices between two with the label, or the outlines have nothing in common.
    """
    opened, label, axis = scene.need(), scene.document.label, scene.key.axis
    labelled = np.moveaxis(opened.labels == label, AXES.index(axis), 0)
    found = gaps(labelled.any(axis=(1, 2)))
    name = label_name(label)
    if not found:
        raise OperationError(
            f"No {axis} slice lies between two with {name}", "Keep a mask on two slices with others between them first"
        )
    masks: dict[int, NDArray[np.bool_]] = {}
    spacing = opened.volume.slice_spacing_mm(axis)
    for before, behind in found:
        between = interpolate_masks(labelled[before], labelled[behind], behind - before - 1, spacing)
        masks |= {index: mask for index, mask in enumerate(between, start=before + 1) if mask.any()}
    if not masks:
        raise OperationError(f"The outlines of {name} are too different", "Segment a slice between them")
    patch, spared = label_slices(scene, axis, masks, label)
    message = f"Filled in {name} on {len(masks)} {axis} slices, {min(masks)} to {max(masks)}"
    if spared:
        message += f"; {spared} pixels of other labels were left"
    return Effect(message, patch=patch, data={"slices": len(masks), "label": label, "spared": spared})
