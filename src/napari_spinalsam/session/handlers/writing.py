"""Masks into labels, by the one rule of what happens to voxels of other labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.imaging.volume import AXES, Axis
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.scene import Scene


def label_slices(
    scene: Scene, axis: Axis, masks: Mapping[int, NDArray[np.bool_]], label: int
) -> tuple[LabelPatch | None, int]:
    """Make the patch that writes masks of some slices under a label.

    Voxels of other labels are taken over or left, as ``session.overlap`` says.

    Parameters
    ----------
    scene : Scene
    axis : Axis
    masks : Mapping of int to (rows, columns) bool
        By slice; at least one.
    label : int

    Returns
    -------
    patch : LabelPatch or None
        None if nothing changes.
    spared : int
        Voxels of other labels that were left.
    """
    array_axis, first = AXES.index(axis), min(masks)
    place: list[slice] = [slice(None)] * 3
    place[array_axis] = slice(first, max(masks) + 1)
    before = scene.need().labels[tuple(place)]
    inside = np.zeros(before.shape, dtype=bool)
    slices = np.moveaxis(inside, array_axis, 0)
    for index, mask in masks.items():
        slices[index - first] = mask
    spared = inside & (before != 0) & (before != label) & (scene.overlap == "keep")
    after = np.where(inside & ~spared, np.uint16(label), before)
    offset = [0, 0, 0]
    offset[array_axis] = first
    return LabelPatch.between(before, after, (offset[0], offset[1], offset[2])), int(np.count_nonzero(spared))
