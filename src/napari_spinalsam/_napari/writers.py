"""Saving a labels layer as NIfTI from napari's own menu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from napari.utils.transforms import Affine
from numpy.typing import NDArray

from napari_spinalsam._napari.layer_data import volume_of
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging import nifti
from napari_spinalsam.imaging.from_array import volume_from_array


def write_labels_layer(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Write a labels layer: onto its image's own grid where it is known, else with the layer's own transform.

    Returns
    -------
    list of str
        The file that was written.

    Raises
    ------
    LabelsError
        If the values are no labels, the layer is neither a picture nor a volume, or the file cannot be written.
    """
    file = Path(path)
    if not nifti.is_nifti(file):
        file = file.with_name(file.name + ".nii.gz")
    labels = np.asarray(data)
    volume = volume_of(attributes.get("metadata", {}))
    if volume is None or volume.shape != labels.shape:
        if labels.ndim not in (2, 3) or labels.size == 0:
            raise LabelsError(f"Labels of shape {labels.shape} cannot be saved as NIfTI", "Save a picture or a volume")
        volume = volume_from_array(np.zeros(labels.shape, dtype=np.int16), world_affine(attributes, labels.ndim))
        labels = volume.from_file_orientation(labels if labels.ndim == 3 else labels[None])
    return [str(nifti.write_labels(file, labels, volume))]


def world_affine(attributes: dict[str, Any], ndim: int) -> NDArray[np.float64]:
    """Compose index -> world, (ndim + 1, ndim + 1), of a layer's scale, rotation, shear, translation and affine."""
    given = {key: attributes[key] for key in ("scale", "rotate", "shear", "translate") if key in attributes}
    to_physical = Affine(**given, ndim=ndim).affine_matrix
    return np.asarray(attributes.get("affine", np.eye(ndim + 1)) @ to_physical, dtype=np.float64)
