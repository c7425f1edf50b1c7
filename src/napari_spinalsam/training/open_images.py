"""Images that are open in a program, with the labels drawn on them, as files that a training run reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import imageio.v3 as iio
import nibabel as nib
import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import LabelsError, TrainingError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.imaging.volume import Volume, check_labels_shape

IMAGES: Final = "images"
MASKS: Final = "masks"
#: A picture's labels are written as 8 bits.
_MAX_PICTURE_LABEL: Final = 255


@dataclass(frozen=True, eq=False)
class OpenImage:
    """An image with its labels; every one counts as a patient of its own.

    Parameters
    ----------
    name : str
    volume : Volume
    labels : (n0, n1, n2) integers
        Of the volume's shape; every value is a structure, and what has none yet is 0.
    """

    name: str
    volume: Volume
    labels: NDArray[Any]


def write_open_images(folder: Path, images: Sequence[OpenImage]) -> None:
    """Write images and labels into ``images`` and ``masks``, a folder each: NIfTI in HU, or PNG pictures.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    images : sequence of OpenImage

    Raises
    ------
    LabelsError
        If labels are empty, of another shape than their image, or no labels.
    TrainingError
        If a file cannot be written.
    """
    for number, image in enumerate(images, start=1):
        check_labels_shape(image.labels, image.volume)
        if not image.labels.any():
            raise LabelsError(f"The labels on {image.name!r} are empty", "Keep some masks first, or leave it out")
        name = f"{number:02d}-{re.sub(r'[^0-9A-Za-z-]+', '-', image.name)}"
        try:
            for part in (IMAGES, MASKS):
                (folder / part / name).mkdir(parents=True, exist_ok=True)
            (_write_volume if image.volume.intensity == "hu" else _write_pictures)(folder, name, image)
        except OSError as error:
            raise TrainingError(
                f"The images cannot be written to {folder} ({error.strerror or error})",
                "Make room, or choose another folder",
            ) from error


def _write_volume(folder: Path, name: str, image: OpenImage) -> None:
    for part, array in ((IMAGES, image.volume.array), (MASKS, image.labels.astype(np.uint16))):
        content = nib.Nifti1Image(array, image.volume.affine).to_bytes()
        write_atomically(folder / part / name / f"{name}.nii", content)


def _write_pictures(folder: Path, name: str, image: OpenImage) -> None:
    if image.labels.max() > _MAX_PICTURE_LABEL:
        raise LabelsError(
            f"The labels on {image.name!r} reach {image.labels.max()}", f"Use values up to {_MAX_PICTURE_LABEL}"
        )
    grey = np.rint(image.volume.array).astype(np.uint8)
    for part, array in ((IMAGES, grey), (MASKS, image.labels.astype(np.uint8))):
        for number, page in enumerate(array):
            content = iio.imwrite("<bytes>", page, extension=".png")
            write_atomically(folder / part / name / f"{number:04d}.png", content)
