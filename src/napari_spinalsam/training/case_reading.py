"""Reading a case: the image, and its mask as labels."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging.nifti import is_nifti, read_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.training.cases import Case

#: What the values of a mask mean: one structure and a mask of several is an error; several, each of its own; several,
#: taken together.
Classes = Literal["binary", "each", "union"]
CLASSES: Final[tuple[Classes, ...]] = get_args(Classes)

_LOSSY: Final = (".jpg", ".jpeg")
_NAMES_TOLD: Final = 5


def read_case(case: Case, classes: Classes = "binary") -> tuple[Volume, NDArray[np.uint16]]:
    """Read an image and its mask.

    Parameters
    ----------
    case : Case
    classes : {"binary", "each", "union"}

    Returns
    -------
    volume : Volume
    labels : (n0, n1, n2) uint16
        Of the volume's shape; 0 and 1, or for "each" the values of the mask.

    Raises
    ------
    ImageError
        If a file cannot be read.
    LabelsError
        If the mask has another size or grid than the image, holds several classes where one is meant, or is a volume's
        and empty. The mask of a picture may be empty: it is one slice of many.
    """
    volume = read_volume(case.image)
    labels = read_labels(case.mask, volume)[0] if is_nifti(case.mask) else _picture_labels(case, volume)
    if not labels.any() and is_nifti(case.mask):
        raise LabelsError(f"The mask {case.mask.name} is empty", "Draw it, or take the image and the mask out")
    if classes == "each":
        return volume, labels
    values = np.unique(labels[labels != 0])
    if classes == "binary" and values.size > 1:
        told = ", ".join(map(str, values[:_NAMES_TOLD])) + ", …" * (values.size > _NAMES_TOLD)
        raise LabelsError(
            f"The mask {case.mask.name} holds {values.size} classes ({told}), not one",
            "Choose classes each (every class is a structure) or union (all together)",
        )
    return volume, (labels != 0).astype(np.uint16)


def read_mask_picture(case: Case, volume: Volume) -> NDArray[Any]:
    """Read a mask that is a picture: grey levels of the volume's shape, as `read_volume` gives them.

    Raises
    ------
    ImageError
        If it cannot be read.
    LabelsError
        If it has another size than its image.
    """
    grey = read_volume(case.mask).array
    if grey.shape != volume.shape:
        raise LabelsError(
            f"The mask {case.mask.name} has {_size(grey)} pixels, its image {_size(volume.array)}",
            "Give the mask that was drawn on this image",
        )
    return grey


def _picture_labels(case: Case, volume: Volume) -> NDArray[np.uint16]:
    grey = read_mask_picture(case, volume)
    if case.mask.suffix.lower() in _LOSSY:  # compression left grey at the outline
        return np.asarray(grey > 127, dtype=np.uint16)
    if 0 < grey.max() < 1:  # small numbers in 16 bits, which reading has scaled to 0..255
        grey = grey * 257
    return np.asarray(np.rint(grey), dtype=np.uint16)


def _size(array: NDArray[Any]) -> str:
    slices, rows, columns = array.shape
    return f"{columns}×{rows}" + (f"×{slices}" if slices > 1 else "")
