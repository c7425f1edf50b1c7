"""NIfTI files and DICOM series that are dropped on napari or opened from its menu.

Pictures are left to napari's own reader: the dock turns any image layer into a volume.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from napari_spinalsam.imaging import dicom, nifti

if TYPE_CHECKING:
    from napari_spinalsam._napari.layer_data import LayerData


def get_reader(path: str | list[str]) -> Callable[[str], list[LayerData]] | None:
    """Return `read_layers` for a NIfTI file, a DICOM file or a folder of such, None for everything else.

    Lists are stacks, and volumes do not stack.
    """
    return read_layers if isinstance(path, str) and (nifti.is_nifti(Path(path)) or _is_dicom(Path(path))) else None


def read_layers(path: str) -> list[LayerData]:
    """Read a file or series as an image layer, or as a labels layer if a NIfTI's header or name says that it is one.

    Raises
    ------
    ImageError, LabelsError
        If it cannot be read; napari shows the message.
    """
    from napari_spinalsam._napari import layer_data

    file = Path(path)
    if not nifti.is_nifti(file):
        return [layer_data.image_layer(dicom.read_dicom(file), file.name)]
    name = file.name[: file.name.lower().rindex(".nii")]
    if nifti.says_labels(file):
        labels, volume = nifti.read_labels_volume(file)
        return [layer_data.labels_layer(labels, volume, name)]
    return [layer_data.image_layer(nifti.read_nifti(file), name)]


def _is_dicom(path: Path) -> bool:
    return dicom.holds_dicom(path) if path.is_dir() else dicom.is_dicom_file(path)
