"""NIfTI files: CT volumes in Hounsfield units and labels on the same grid.

Volumes are turned to the orientation "IPL" on the way in and back to the file's own on the way out; nothing is ever
resampled. Labels get the image's affine, transform codes and units, so that every viewer lays them onto the image.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Any, Final, cast

import nibabel as nib
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import geometry
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.imaging.intensity import as_hu, whole_as_int16
from napari_spinalsam.imaging.volume import FileFrame, Volume, check_labels_shape, oriented
from napari_spinalsam.vertebrae import MAX_LABEL

SUFFIXES: Final = (".nii", ".nii.gz")

#: Words in the names of label files, as in BIDS ("dseg", "mask") and VerSe ("seg-vert_msk").
_LABELS_WORDS: Final = frozenset({"seg", "dseg", "segmentation", "mask", "msk", "label", "labels"})

#: NIfTI-1 counts voxels along an axis in int16.
_NIFTI1_MAX_SIDE: Final = 32767

#: What nibabel, gzip and the file system raise for files that are no NIfTI, cut short or damaged.
_READ_ERRORS: Final = (
    OSError, EOFError, ValueError, OverflowError, MemoryError, zlib.error, ImageFileError, HeaderDataError,
)  # fmt: skip


def is_nifti(path: Path) -> bool:
    """Whether the file's name says that it is a NIfTI file."""
    return path.name.lower().endswith(SUFFIXES)


def read_nifti(path: Path | str) -> Volume:
    """Read a CT volume, or a 2D image as one slice, with the header's intensity scaling applied.

    Axes of length 1 after the third are dropped.

    Returns
    -------
    Volume
        int16 where all values are whole and fit, else float32; oriented "IPL", with the file's layout as `frame`.

    Raises
    ------
    ImageError
        If the file is missing, no NIfTI, cut short or damaged, empty, has several volumes or channels, holds NaN or
        infinite values, or its affine is not invertible.
    """
    path = Path(path)
    image, data = _load(path)
    return oriented(as_hu(data), _affine(image, path), "hu", path=path, frame=_frame(image, data.shape))


def read_labels(path: Path | str, volume: Volume | None = None) -> tuple[NDArray[np.uint16], NDArray[np.float64]]:
    """Read labels, whatever number type they are stored in.

    Parameters
    ----------
    path : Path
    volume : Volume, optional
        The image that they must fit voxel by voxel; the file may be oriented otherwise.

    Returns
    -------
    labels : (n0, n1, n2) uint16
        Oriented "IPL".
    affine : (4, 4) float64
        Index -> world mm.

    Raises
    ------
    ImageError
        If the file cannot be read.
    LabelsError
        If the values are no labels (whole numbers from 0 to 65535), or the grid is not the image's.
    """
    path = Path(path)
    labels, affine, _ = _read_labels(path)
    if volume is not None and not geometry.same_grid(volume.shape, volume.affine, labels.shape, affine):
        raise LabelsError(
            f"The labels in {path.name} do not lie on the image's grid", "Resample them to it, or open their own image"
        )
    return labels, affine


def read_labels_volume(path: Path | str) -> tuple[NDArray[np.uint16], Volume]:
    """Read labels whose image is not at hand, with an image of zeros that stands for its grid.

    Raises
    ------
    ImageError, LabelsError
        As `read_labels`.
    """
    path = Path(path)
    labels, affine, frame = _read_labels(path)
    # One zero seen from everywhere: the grid is wanted, not the memory.
    zeros = np.broadcast_to(np.int16(0), labels.shape)
    return labels, Volume(zeros, affine, "hu", path, frame)


def says_labels(path: Path | str) -> bool:
    """Whether a NIfTI file is meant as labels: by the intent in its header, or by a word such as "seg" in its name.

    A file that cannot be read says nothing.
    """
    path = Path(path)
    if _LABELS_WORDS & set(re.split(r"[^a-z]+", path.name.lower())):
        return True
    try:
        return str(cast("Any", nib.load(path).header).get_intent()[0]) == "label"
    except _READ_ERRORS:
        return False


def write_labels(path: Path | str, labels: NDArray[Any], volume: Volume) -> Path:
    """Write labels as uint16 onto the grid of the image's own file; never half a file, never a broken old one.

    A picture has no world coordinates; its labels are laid out (columns, rows, slices) with a spacing of 1.

    Parameters
    ----------
    path : Path
        Ends in ``.nii`` or ``.nii.gz``.
    labels : (n0, n1, n2) integers
        Oriented "IPL" like `volume`.
    volume : Volume
        The image that the labels were made on.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    LabelsError
        If the labels have another shape or are no labels, or the file cannot be written; an old file is untouched then.
    """
    path = Path(path)
    if not is_nifti(path):
        raise LabelsError(f"Labels cannot be saved as {path.name}", "Choose a name that ends in .nii.gz")
    check_labels_shape(labels, volume)
    frame = volume.frame or _plain_frame(volume)
    laid_out, _ = geometry.reorient(_as_labels(labels, path), volume.affine, frame.orientation)
    content = _labels_image(laid_out, frame).to_bytes()
    if path.name.lower().endswith(".gz"):
        content = gzip.compress(content, compresslevel=4, mtime=0)  # no time in the file: same labels, same bytes
    try:
        write_atomically(path, content)
    except OSError as error:
        raise LabelsError(
            f"The labels cannot be written to {path}: {error.strerror or error}", "Save them somewhere else"
        ) from error
    return path


def _read_labels(path: Path) -> tuple[NDArray[np.uint16], NDArray[np.float64], FileFrame]:
    image, data = _load(path)
    labels, affine = geometry.reorient(_as_labels(data, path), _affine(image, path))
    return np.ascontiguousarray(labels), affine, _frame(image, data.shape)


def _load(path: Path) -> tuple[nib.Nifti1Image, NDArray[Any]]:
    """Load a NIfTI image and its three-dimensional voxels, in the file's orientation."""
    if not path.exists():
        raise ImageError(f"There is no file {path}", "Check the path")
    try:
        image = nib.load(path, mmap=False)  # a mapped file that another program cuts short would crash this one
        if not isinstance(image, nib.Nifti1Image):  # Nifti2Image is a subclass
            raise ImageError(f"{path.name} is a {type(image).__name__}, not a NIfTI file", "Convert it to .nii.gz")
        data = np.asarray(image.dataobj, dtype=np.float32 if _is_scaled(image) else None)
    except _READ_ERRORS as error:
        raise ImageError(
            f"{path.name} is no NIfTI file, cut short or damaged ({_first_line(error)})", "Copy or export it again"
        ) from error
    return image, _three_axes(data, path)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _is_scaled(image: nib.Nifti1Image) -> bool:
    """Whether the header asks for ``slope * value + intercept``; only then floats are needed."""
    proxy = cast("Any", image.dataobj)
    return (proxy.slope, proxy.inter) != (1.0, 0.0)


def _three_axes(data: NDArray[Any], path: Path) -> NDArray[Any]:
    if data.size == 0:
        raise ImageError(f"{path.name} has no voxels", "Export it again")
    if data.dtype.kind not in "biuf":
        raise ImageError(f"{path.name} holds colours or complex numbers", "Export it as Hounsfield units")
    while data.ndim > 3 and data.shape[-1] == 1:
        data = data[..., 0]
    while data.ndim < 3:
        data = data[..., None]
    if data.ndim > 3:
        raise ImageError(
            f"{path.name} holds {data.shape[3]} volumes or channels, not one CT", "Export one volume of it"
        )
    return whole_as_int16(data)


def _affine(image: nib.Nifti1Image, path: Path) -> NDArray[np.float64]:
    affine = np.asarray(image.affine, dtype=np.float64)
    if not geometry.is_invertible(affine):
        raise ImageError(f"The affine of {path.name} is not invertible", "Mend the orientation in the file's header")
    return affine


def _frame(image: nib.Nifti1Image, shape: tuple[int, ...]) -> FileFrame:
    header = image.header
    qform, qform_code = header.get_qform(coded=True)
    sform, sform_code = header.get_sform(coded=True)
    n0, n1, n2 = shape
    return FileFrame(
        shape=(n0, n1, n2),
        affine=np.asarray(image.affine, dtype=np.float64),
        qform=qform,
        sform=sform,
        qform_code=int(qform_code),
        sform_code=int(sform_code),
        units=header.get_xyzt_units(),
    )


def _plain_frame(volume: Volume) -> FileFrame:
    """Layout for an image without one: axes in NIfTI's usual order, (columns, rows, slices)."""
    labels = np.empty(volume.shape, dtype=np.uint8)
    laid_out, affine = geometry.reorient(labels, volume.affine, ("L", "P", "I"))
    n0, n1, n2 = laid_out.shape
    return FileFrame((n0, n1, n2), affine, sform=affine, sform_code=2)


def _as_labels(data: NDArray[Any], path: Path) -> NDArray[np.uint16]:
    if data.dtype.kind not in "biuf" or not np.isfinite(data).all() or not np.array_equal(data, np.rint(data)):
        raise LabelsError(f"The values of {path.name} are no labels", "Use whole numbers from 0 to 65535")
    if data.min() < 0 or data.max() > MAX_LABEL:
        raise LabelsError(
            f"The labels of {path.name} reach from {data.min():g} to {data.max():g}",
            "Use whole numbers from 0 to 65535",
        )
    return data.astype(np.uint16)


def _labels_image(labels: NDArray[np.uint16], frame: FileFrame) -> Any:
    kind: Any = nib.Nifti1Image if max(labels.shape) <= _NIFTI1_MAX_SIDE else nib.Nifti2Image
    image = kind(labels, frame.affine)
    # Both transforms with their own codes, not only the one that gives the affine: programs prefer one or the other.
    image.set_qform(frame.affine if frame.qform is None else frame.qform, frame.qform_code, update_affine=False)
    image.set_sform(frame.affine if frame.sform is None else frame.sform, frame.sform_code, update_affine=False)
    image.header.set_xyzt_units(*frame.units)
    image.header.set_intent("label")
    return image
