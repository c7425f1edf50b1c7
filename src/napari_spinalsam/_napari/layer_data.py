"""Layer data of volumes and their labels: what readers and sample data hand to napari.

Every layer carries the whole affine, and in its metadata the `Volume` it came from, so that labels made on it can be
saved onto the grid of its own file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.imaging.window import PRESETS, full

#: Key of a layer's metadata under which its `Volume` is kept.
METADATA_KEY = "napari_spinalsam"

LayerData = tuple[NDArray[Any], dict[str, Any], str]


def image_layer(volume: Volume, name: str) -> LayerData:
    """Layer data of an image, shown in the bone window where it is in Hounsfield units."""
    window = PRESETS["bone"] if volume.intensity == "hu" else full(volume.array)
    return volume.array, _attributes(volume, name) | {"contrast_limits": window.limits, "colormap": "gray"}, "image"


def labels_layer(labels: NDArray[np.uint16], volume: Volume, name: str) -> LayerData:
    """Layer data of labels on the grid of a volume."""
    return labels, _attributes(volume, name), "labels"


def volume_of(metadata: dict[str, Any]) -> Volume | None:
    """Return the volume that a layer's metadata keeps, if there is one."""
    volume = metadata.get(METADATA_KEY)
    return volume if isinstance(volume, Volume) else None


def _attributes(volume: Volume, name: str) -> dict[str, Any]:
    return {"name": name, "affine": volume.napari_affine, "metadata": {METADATA_KEY: volume}}
