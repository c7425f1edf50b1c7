"""Pictures of CT slices: PNG, JPEG, TIFF, BMP files, or a folder of them, and masks as PNG.

A picture has neither Hounsfield units nor a spacing: values are grey from 0 to 255, distances are pixels.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import imageio.v3 as iio
import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.imaging.intensity import to_0_255
from napari_spinalsam.imaging.volume import Volume

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")

#: Luma of ITU-R BT.601, what Pillow and OpenCV use for grey.
_LUMA: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)

#: What imageio and its readers raise for files that are no pictures, cut short or damaged; RuntimeError is SimpleITK's,
#: which imageio asks too where it is installed.
_READ_ERRORS: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, MemoryError, RuntimeError)


def is_picture(path: Path) -> bool:
    """Whether the file's name says that it is a picture."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path | str) -> Volume:
    """Read a picture as a volume of one slice, or a TIFF of several pages as one slice a page.

    Raises
    ------
    ImageError
        If the file is missing, no picture, or damaged.
    """
    path = Path(path)
    return _volume(_read_grey(path), path)


def read_picture_folder(path: Path | str) -> Volume:
    """Read the pictures of a folder as the slices of a volume, in the natural order of their names (2 before 10).

    Raises
    ------
    ImageError
        If there are none, one cannot be read, or they differ in shape.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ImageError(f"There is no folder {folder}", "Check the path")
    files = sorted((f for f in folder.iterdir() if f.is_file() and is_picture(f)), key=natural_key)
    if not files:
        raise ImageError(f"There are no pictures in {folder}", f"Put files in it that end in {', '.join(SUFFIXES)}")
    slices = [_read_grey(file) for file in files]
    for file, array in zip(files, slices, strict=True):
        if array.shape[1:] != slices[0].shape[1:]:
            raise ImageError(
                f"{file.name} has {_size(array)} pixels, but {files[0].name} has {_size(slices[0])}",
                "Keep pictures of one size in a folder",
            )
    return _volume(np.concatenate(slices), folder)


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Sort key by which numbers in names count as numbers: ``slice2`` comes before ``slice10``."""
    parts = re.split(r"(\d+)", path.stem.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def to_grey(array: NDArray[Any]) -> NDArray[np.float32]:
    """Grey from 0 to 255 of a picture: (rows, columns) or (rows, columns, channels) with 1 to 4 channels.

    Colours become their luma (ITU-R BT.601). Transparency shows black behind the picture, as where there is no tissue;
    where alpha is 0 everywhere it can only be a fault of the export, and is ignored. Unsigned integers are scaled by
    their type's range, so that 16-bit pictures look as bright as 8-bit ones; see `intensity.to_0_255`.

    Raises
    ------
    ImageError
        If the array has another shape, or values that are not finite.
    """
    if array.ndim == 2:
        return to_0_255(array)
    if array.ndim != 3 or not 1 <= array.shape[2] <= 4:
        raise ImageError(f"An array of shape {array.shape} is no picture", "Give rows, columns and up to four channels")
    scaled = to_0_255(array)
    channels = array.shape[2]
    grey = scaled[..., :3] @ _LUMA if channels >= 3 else scaled[..., 0]
    if channels in (2, 4) and scaled[..., -1].any():
        grey = grey * (scaled[..., -1] / np.float32(255))
    return np.asarray(grey, dtype=np.float32)


def write_mask_png(path: Path | str, mask: NDArray[Any]) -> Path:
    """Write a mask, (rows, columns), as an 8-bit PNG with 0 outside and 255 inside; an old file stays whole on failure.

    Raises
    ------
    LabelsError
        If the mask is not two-dimensional or the file cannot be written.
    """
    path = Path(path)
    if mask.ndim != 2 or mask.size == 0:
        raise LabelsError(f"A mask of shape {mask.shape} is no picture", "Save volumes as .nii.gz")
    if path.suffix.lower() != ".png":
        raise LabelsError(f"A mask cannot be saved as {path.name}", "Choose a name that ends in .png")
    content = iio.imwrite("<bytes>", np.where(mask, 255, 0).astype(np.uint8), extension=".png")
    try:
        write_atomically(path, content)
    except OSError as error:
        raise LabelsError(
            f"The mask cannot be written to {path}: {error.strerror or error}", "Save it somewhere else"
        ) from error
    return path


def _read_grey(path: Path) -> NDArray[np.float32]:
    """(pages, rows, columns) grey of a file."""
    if not path.is_file():
        raise ImageError(f"There is no file {path}", "Check the path")
    try:
        array = np.asarray(iio.imread(path))
    except _READ_ERRORS as error:
        raise ImageError(f"{path.name} is no picture, cut short or damaged", "Copy or export it again") from error
    if array.size == 0 or array.ndim < 2 or array.ndim > 4:
        raise ImageError(f"{path.name} of shape {array.shape} is no picture", "Export it as a PNG")
    if array.ndim == 4 or (array.ndim == 3 and array.shape[2] > 4):
        return np.stack([to_grey(page) for page in array])
    return to_grey(array)[None]


def _volume(array: NDArray[np.float32], path: Path) -> Volume:
    # RAS_TO_IPL is its own inverse: as an affine it makes every pixel 1 mm and napari's affine the identity.
    return Volume(array, geometry.RAS_TO_IPL.copy(), "grey", path, known_spacing=False)


def _size(array: NDArray[Any]) -> str:
    return f"{array.shape[2]} x {array.shape[1]}"
