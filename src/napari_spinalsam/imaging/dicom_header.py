"""What the header of one DICOM file says of its slice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import BytesLengthException, InvalidDicomError

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.slice_stack import SlicePlane

#: What pydicom raises for files that are damaged, cut short, or whose values are of another kind than the standard's.
READ_ERRORS: Final = (
    InvalidDicomError, BytesLengthException, OSError, EOFError, ValueError, TypeError, KeyError, AttributeError,
    OverflowError,
)  # fmt: skip

_TAGS: Final = [
    "SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "Modality", "ImageType", "Rows",
    "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "SliceThickness",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class DicomHeader:
    """One image in a DICOM file.

    Parameters
    ----------
    path : Path
    instance, series : str
        Unique identifiers of the image and of its series.
    number : int or None
        The series' number.
    description : str
        The series' description.
    modality : str
        "CT", "MR", …
    image_type : tuple of str
        As the scanner calls it, e.g. ("ORIGINAL", "PRIMARY", "LOCALIZER").
    shape : (int, int)
        Rows and columns.
    frames : int
        Images in the file.
    samples : int
        Values of a pixel: 1, or 3 for colours.
    inverted : bool
        Whether high values mean black.
    position, orientation, pixel_spacing : tuple of float or None
        Image Position (Patient), Image Orientation (Patient) and Pixel Spacing; None where the file does not tell.
    thickness : float or None
        Slice Thickness in mm.
    """

    path: Path
    instance: str
    series: str
    number: int | None
    description: str
    modality: str
    image_type: tuple[str, ...]
    shape: tuple[int, int]
    frames: int
    samples: int
    inverted: bool
    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    pixel_spacing: tuple[float, ...] | None
    thickness: float | None

    @property
    def is_localizer(self) -> bool:
        """Whether it is a scout view, which scanners put into the series of the slices planned on it."""
        return "LOCALIZER" in self.image_type

    def plane(self) -> SlicePlane:
        """Where the slice lies.

        Raises
        ------
        ImageError
            If the file does not tell.
        """
        if self.position is None or self.orientation is None or self.pixel_spacing is None:
            raise ImageError(
                f"{self.path.name} does not tell where its slice lies in the body",
                "Export the original series, with Image Position, Image Orientation and Pixel Spacing",
            )
        directions: NDArray[np.float64] = np.array(self.orientation)
        rows, columns = self.pixel_spacing
        return SlicePlane(
            np.array(self.position), directions[:3], directions[3:], (rows, columns), self.thickness or 1.0
        )


def read_header(path: Path) -> DicomHeader | None:
    """Read the header of a file; None if it holds no image (a report, a DICOMDIR, …).

    Raises
    ------
    ImageError
        If the file cannot be read or is damaged.
    """
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(_TAGS))
        return _header(dataset, path)
    except READ_ERRORS as error:
        raise ImageError(f"{path.name} is no DICOM file, or damaged", "Copy or export it again") from error


def _header(dataset: pydicom.Dataset, path: Path) -> DicomHeader | None:
    rows, columns = dataset.get("Rows"), dataset.get("Columns")
    if not rows or not columns:
        return None
    number, thickness = dataset.get("SeriesNumber"), dataset.get("SliceThickness")
    image_type = dataset.get("ImageType") or ()
    return DicomHeader(
        path=path,
        instance=str(dataset.get("SOPInstanceUID", path.name)),
        series=str(dataset.get("SeriesInstanceUID", "")),
        number=None if number is None else int(number),
        description=str(dataset.get("SeriesDescription", "")),
        modality=str(dataset.get("Modality", "")),
        image_type=(image_type,) if isinstance(image_type, str) else tuple(str(each) for each in image_type),
        shape=(int(rows), int(columns)),
        frames=int(dataset.get("NumberOfFrames") or 1),
        samples=int(dataset.get("SamplesPerPixel", 1)),
        inverted=dataset.get("PhotometricInterpretation") == "MONOCHROME1",
        position=_numbers(dataset.get("ImagePositionPatient"), 3),
        orientation=_numbers(dataset.get("ImageOrientationPatient"), 6),
        pixel_spacing=_numbers(dataset.get("PixelSpacing"), 2),
        thickness=float(thickness) if thickness else None,
    )


def _numbers(values: Any, n: int) -> tuple[float, ...] | None:
    """Exactly `n` finite numbers, or None."""
    if values is None or isinstance(values, str) or not hasattr(values, "__len__") or len(values) != n:
        return None
    numbers = tuple(float(value) for value in values)
    return numbers if np.isfinite(numbers).all() else None
