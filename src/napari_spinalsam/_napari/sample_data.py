"""The sample in napari's File menu: a synthetic CT of the lumbar spine with its true labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_spinalsam._napari.layer_data import LayerData

NAME = "Synthetic lumbar CT"


def sample_layers() -> list[LayerData]:
    """Make the sample CT and its labels, hidden, under a name of their own so that none of the user's are touched."""
    from napari_spinalsam._napari.layer_data import image_layer, labels_layer
    from napari_spinalsam.imaging.sample import sample_ct

    volume, labels = sample_ct()
    truth, attributes, kind = labels_layer(labels, volume, f"{NAME} (truth)")
    return [image_layer(volume, NAME), (truth, attributes | {"visible": False}, kind)]
