"""DICOM series: the files of a folder that make up one volume, in Hounsfield units.

One image a file, as CT scanners send them; files are put in order by their position in the body, never by their names.
How uneven the slices may be is told in `imaging.slice_stack`. Enhanced multi-frame files are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.misc import is_dicom
from pydicom.pixels.processing import apply_modality_lut

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.dicom_header import READ_ERRORS, DicomHeader, read_header
from napari_spinalsam.imaging.intensity import Intensity, as_hu, to_0_255, whole_as_int16
from napari_spinalsam.imaging.slice_stack import order_of, stack_affine
from napari_spinalsam.imaging.volume import Volume, oriented

#: The usual ending of the names; many exports have none.
SUFFIX: Final = ".dcm"


def is_dicom_file(path: Path) -> bool:
    """Whether a file says that it is DICOM by its name or, as most do, by its first bytes."""
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        return path.is_file() and is_dicom(path)
    except OSError:
        return False


def holds_dicom(folder: Path) -> bool:
    """Whether a folder itself, not one in it, holds a DICOM file."""
    return any(is_dicom_file(file) for file in _files(folder))


def read_dicom(path: Path | str, series: str | None = None) -> Volume:
    """Read a series as a volume, with rescale slope and intercept (or the modality's lookup table) applied.

    Parameters
    ----------
    path : Path
        A folder, or one file of a series whose other files lie beside it.
    series : str, optional
        Unique identifier or number of the series, where a folder holds several.

    Returns
    -------
    Volume
        CT in Hounsfield units, other modalities as grey from 0 to 255; oriented "IPL", the layout kept as `frame` is
        (columns, rows, slices).

    Raises
    ------
    ImageError
        If there is no image, several series and none chosen, slices are missing or unevenly spaced (see
        `slice_stack.stack_affine`), or a file is damaged or of a kind that is not read.

    Warns
    -----
    UnevenSpacingWarning
        If the spacing differs between 1 % and 10 %.
    """
    path = Path(path)
    headers = _series_of(path, series)
    for header in headers:
        _check_kind(header, headers[0])
    planes = [header.plane() for header in headers]
    order = order_of(planes)
    affine = stack_affine([planes[i] for i in order])
    slices = [_read_pixels(headers[i]) for i in order]
    array = np.stack(slices).transpose(2, 1, 0)
    intensity: Intensity = "hu" if headers[0].modality == "CT" else "grey"
    return oriented(as_hu(array) if intensity == "hu" else to_0_255(array), affine, intensity, path=path)


def _series_of(path: Path, series: str | None) -> list[DicomHeader]:
    """Headers of the series that is meant, each image once, scout views left out."""
    if path.is_dir():
        found = _group(_files(path))
        if not found:
            raise ImageError(f"There is no DICOM image in {path}", "Choose the folder with the series' own files")
        return _choose(found, series, path)
    header = read_header(path) if path.is_file() else None
    if header is None:
        raise ImageError(f"{path.name} holds no image", "Choose a file of a CT series")
    return _choose(_group(_files(path.parent)), header.series, path)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.is_file())
    except OSError as error:
        raise ImageError(f"The folder {folder} cannot be read", "Check that you may open it") from error


def _group(files: Iterable[Path]) -> dict[str, list[DicomHeader]]:
    """Headers by series; of an image that is there twice, the first file."""
    found: dict[str, dict[str, DicomHeader]] = {}
    for file in files:
        header = read_header(file) if is_dicom_file(file) else None
        if header is not None:
            found.setdefault(header.series, {}).setdefault(header.instance, header)
    return {series: list(images.values()) for series, images in found.items()}


def _choose(found: dict[str, list[DicomHeader]], series: str | None, path: Path) -> list[DicomHeader]:
    wanted = {
        uid: images
        for uid, images in found.items()
        if series is None or series == uid or (images[0].number is not None and series == str(images[0].number))
    }
    if len(wanted) != 1:
        raise ImageError(
            f"{path.name} holds {len(found)} series: " + "; ".join(_describe(images) for images in found.values()),
            "Open one file of the series that you want" if series is None else f"None of them alone is {series}",
        )
    images = next(iter(wanted.values()))
    slices = [image for image in images if not image.is_localizer]
    return slices or images


def _describe(images: Sequence[DicomHeader]) -> str:
    first = images[0]
    number = "without number" if first.number is None else f"number {first.number}"
    what = " ".join(word for word in (first.modality, first.description) if word)
    return f"{number}{f' ({what})' if what else ''}, {len(images)} image{'s' if len(images) > 1 else ''}"


def _check_kind(header: DicomHeader, first: DicomHeader) -> None:
    name = header.path.name
    if header.frames > 1:
        raise ImageError(
            f"{name} is a multi-frame file of {header.frames} images", "Export it as one file a slice, or as NIfTI"
        )
    if header.samples != 1:
        raise ImageError(f"{name} is a colour picture", "Choose the series with the CT itself")
    if header.inverted:
        raise ImageError(f"{name} shows high values as black", "Export it as MONOCHROME2")
    if header.shape != first.shape:
        raise ImageError(
            f"{name} has {_size(header)} pixels, but {first.path.name} has {_size(first)}",
            "Export each reconstruction as a series of its own",
        )


def _size(header: DicomHeader) -> str:
    return f"{header.shape[1]} x {header.shape[0]}"


def _read_pixels(header: DicomHeader) -> NDArray[Any]:
    """Values of one image, (rows, columns), int16 where they are whole and fit."""
    name = header.path.name
    try:
        dataset = pydicom.dcmread(header.path)
        stored = dataset.pixel_array
        values: NDArray[Any] = np.asarray(apply_modality_lut(stored, dataset))
    except RuntimeError as error:  # no decoder for this compression, or none that can decode it
        raise ImageError(
            f"{name} is compressed in a way that is not read here ({_compression(header.path)})",
            "Install pylibjpeg with its plugins, or export the series uncompressed",
        ) from error
    except READ_ERRORS as error:
        raise ImageError(f"The pixels of {name} are cut short or damaged", "Copy or export it again") from error
    if values.shape != header.shape:
        raise ImageError(f"The pixels of {name} are cut short or damaged", "Copy or export it again")
    return whole_as_int16(values.astype(np.float32) if values.dtype.kind == "f" else values)


def _compression(path: Path) -> str:
    """Name of a file's transfer syntax."""
    syntax = pydicom.dcmread(path, stop_before_pixels=True).file_meta.get("TransferSyntaxUID")
    return "unknown" if syntax is None else str(syntax.name)
