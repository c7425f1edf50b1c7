"""Opening an image of any kind that the project reads."""

from __future__ import annotations

from pathlib import Path

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging import dicom, nifti, picture
from napari_spinalsam.imaging.volume import Volume


def read_volume(path: Path | str) -> Volume:
    """Read a NIfTI volume, a DICOM series (its folder or one of its files), a picture, or a folder of pictures.

    Raises
    ------
    ImageError
        If there is nothing of that name, it is of another kind, or it cannot be read.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise ImageError(f"There is no file {path}", "Check the path")
    if path.is_dir():
        return dicom.read_dicom(path) if dicom.holds_dicom(path) else picture.read_picture_folder(path)
    if nifti.is_nifti(path):
        return nifti.read_nifti(path)
    if picture.is_picture(path):
        return picture.read_picture(path)
    if dicom.is_dicom_file(path):
        return dicom.read_dicom(path)
    raise ImageError(
        f"{path.name} is of a kind that is not read",
        "Open a .nii.gz file, a DICOM series, a picture, or a folder of pictures",
    )
