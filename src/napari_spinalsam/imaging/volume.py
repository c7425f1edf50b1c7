"""A volume: voxels, where they lie in the body, and how the file they came from is laid out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.intensity import Intensity

#: The three views; each is an axis of a volume's array: axial 0, coronal 1, sagittal 2.
Axis = Literal["axial", "coronal", "sagittal"]
AXES: Final[tuple[Axis, ...]] = get_args(Axis)


@dataclass(frozen=True, eq=False)
class FileFrame:
    """How a file lays a volume out, so that labels can be written onto exactly its grid.

    Parameters
    ----------
    shape : tuple of three int
        Shape in the file's own orientation.
    affine : (4, 4) float64
        Index in the file -> world mm (RAS+).
    qform, sform : (4, 4) float64 or None
        The two transforms of the NIfTI header where their code is not 0.
    qform_code, sform_code : int
        NIfTI's codes of what the two transforms refer to (0 unknown, 1 scanner, 2 aligned, 3 Talairach, 4 MNI).
    units : tuple of two str
        NIfTI's units of space and time, e.g. ``("mm", "sec")``.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    qform: NDArray[np.float64] | None = None
    sform: NDArray[np.float64] | None = None
    qform_code: int = 0
    sform_code: int = 0
    units: tuple[str, str] = ("mm", "unknown")

    @property
    def orientation(self) -> tuple[str, str, str]:
        """Orientation codes of the file's axes."""
        return geometry.orientation_of(self.affine)


@dataclass(frozen=True, eq=False)
class Volume:
    """A CT volume, or a picture as a volume of one slice, always oriented "IPL".

    Axis 0 runs from head to feet, axis 1 from front to back, axis 2 from the patient's right to the left. So
    ``array[k]`` is an axial slice as radiologists look at it, ``array[:, j]`` a coronal and ``array[:, :, i]`` a
    sagittal one, both with the head up.

    Parameters
    ----------
    array : (n0, n1, n2) float32 or int16
        Voxels: Hounsfield units, or grey from 0 to 255.
    affine : (4, 4) float64
        Index of `array` -> world mm (RAS+).
    intensity : {"hu", "grey"}
    path : Path, optional
        The file or folder it was read from.
    frame : FileFrame, optional
        Layout of that file; None where `array` itself is the layout.
    known_spacing : bool
        False for pictures: their spacing is 1 along every axis, and distances are then pixels instead of mm.

    Raises
    ------
    ImageError
        If the array is empty, not three-dimensional or of another type, or the affine is not invertible or not "IPL".
    """

    array: NDArray[Any]
    affine: NDArray[np.float64]
    intensity: Intensity
    path: Path | None = None
    frame: FileFrame | None = None
    known_spacing: bool = True

    def __post_init__(self) -> None:
        if self.array.ndim != 3 or self.array.size == 0:
            raise ImageError(f"The image of shape {self.array.shape} is no volume", "Give a volume with three axes")
        if self.array.dtype not in (np.dtype(np.float32), np.dtype(np.int16)):
            raise ImageError(f"Voxels of type {self.array.dtype} are not used", "Convert them to float32 or int16")
        if not geometry.is_invertible(self.affine):
            raise ImageError("The affine of the image is not invertible", "Mend the orientation in the file's header")
        if geometry.orientation_of(self.affine) != geometry.IPL:
            raise ImageError(
                "The image is not oriented head to feet, front to back, right to left", "Reorient it first"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of `array`."""
        n0, n1, n2 = self.array.shape
        return n0, n1, n2

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance in mm between voxels along the three array axes (1, 1, 1 where `known_spacing` is False)."""
        return geometry.spacing_of(self.affine)

    @property
    def length_unit(self) -> Literal["mm", "px"]:
        """Unit of lengths on this grid: pixels where `known_spacing` is False."""
        return "mm" if self.known_spacing else "px"

    @property
    def napari_affine(self) -> NDArray[np.float64]:
        """(4, 4) index -> napari's world: mm to the feet (z), to the back (y) and to the patient's left (x)."""
        return np.asarray(geometry.RAS_TO_IPL @ self.affine)

    def n_slices(self, axis: Axis) -> int:
        """Count the slices of a view."""
        return self.shape[AXES.index(axis)]

    def slice(self, axis: Axis, index: int) -> NDArray[np.float32]:
        """Take one slice, (rows, columns) float32: head or front up, the patient's right or front at the left.

        Raises
        ------
        ImageError
            If there is no such slice.
        """
        n = self.n_slices(axis)
        if not 0 <= index < n:
            raise ImageError(f"There is no {axis} slice {index}", f"Choose one from 0 to {n - 1}")
        return np.asarray(np.take(self.array, index, axis=AXES.index(axis)), dtype=np.float32)

    def slice_shape(self, axis: Axis) -> tuple[int, int]:
        """(rows, columns) of a view's slices."""
        rows, columns = np.delete(self.shape, AXES.index(axis))
        return int(rows), int(columns)

    def slice_spacing_mm(self, axis: Axis) -> tuple[float, float]:
        """Distance in mm between rows and between columns of a view's slices."""
        rows, columns = np.delete(self.spacing_mm, AXES.index(axis))
        return float(rows), float(columns)

    def to_file_orientation(self, labels: NDArray[Any]) -> NDArray[Any]:
        """Labels of this volume's shape, laid out as the file is (unchanged where there is no `frame`).

        Raises
        ------
        LabelsError
            If the labels have another shape.
        """
        check_labels_shape(labels, self)
        if self.frame is None:
            return labels
        return geometry.reorient(labels, self.affine, self.frame.orientation)[0]

    def from_file_orientation(self, labels: NDArray[Any]) -> NDArray[Any]:
        """Labels laid out as the file is, in this volume's orientation: the inverse of `to_file_orientation`.

        Raises
        ------
        LabelsError
            If the labels have another shape than the file's.
        """
        if self.frame is None:
            check_labels_shape(labels, self)
            return labels
        if labels.shape != self.frame.shape:
            raise _shape_error(labels.shape, self.frame.shape)
        return geometry.reorient(labels, self.frame.affine)[0]


def check_labels_shape(labels: NDArray[Any], volume: Volume) -> None:
    """Refuse labels that do not have a value for every voxel of the volume.

    Raises
    ------
    LabelsError
        If the shapes differ.
    """
    if labels.shape != volume.shape:
        raise _shape_error(labels.shape, volume.shape)


def _shape_error(found: tuple[int, ...], wanted: tuple[int, ...]) -> LabelsError:
    return LabelsError(
        f"Labels of shape {found} do not fit an image of shape {wanted}", "Use labels that were made on this image"
    )


def oriented(
    array: NDArray[Any],
    affine: NDArray[np.float64],
    intensity: Intensity,
    *,
    path: Path | None = None,
    frame: FileFrame | None = None,
    known_spacing: bool = True,
) -> Volume:
    """Turn an array of any orientation to a volume; its layout is kept as the frame unless one is given.

    Parameters
    ----------
    array : (n0, n1, n2) float32 or int16
    affine : (4, 4) float64
        Index -> world mm (RAS+).

    Raises
    ------
    ImageError
        If the array is empty or not three-dimensional, or the affine is not invertible.
    """
    if array.ndim != 3 or array.size == 0:
        raise ImageError(f"The image of shape {array.shape} is no volume", "Give a volume with three axes")
    affine = np.asarray(affine, dtype=np.float64)
    if not geometry.is_invertible(affine):
        raise ImageError("The affine of the image is not invertible", "Mend the orientation in the file's header")
    n0, n1, n2 = array.shape
    frame = frame or FileFrame((n0, n1, n2), affine, sform=affine, sform_code=2)
    moved, moved_affine = geometry.reorient(array, affine)
    return Volume(np.ascontiguousarray(moved), moved_affine, intensity, path, frame, known_spacing)
