"""Writes a volume as a DICOM CT series, one file a slice, as a scanner would.

As a program: ``python tests/imaging/dicom_series.py CT.nii.gz FOLDER``
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from napari_spinalsam.imaging.volume import Volume

LPS = np.array([-1.0, -1.0, 1.0])


def write_series(volume: Volume, folder: Path, *, slope: int = 1, intercept: int = -8192, **tags) -> list[Path]:
    """Write every axial slice of a volume, first to last, and return the files.

    Parameters
    ----------
    volume : Volume
        Whole Hounsfield units that are ``slope * stored + intercept``; axes at right angles.
    folder : Path
        Made if it is missing.
    **tags
        Attributes that every file gets, or functions of the slice's index that give them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    series = generate_uid()
    files = []
    # Names in another order than the slices: nobody may sort by them.
    names = np.random.default_rng(0).permutation(volume.shape[0])
    for k, name in enumerate(names):
        dataset = _slice(volume, k, slope, intercept)
        dataset.SeriesInstanceUID = series
        for tag, value in tags.items():
            setattr(dataset, tag, value(k) if callable(value) else value)
        files.append(folder / f"IM{name:04d}.dcm")
        dataset.save_as(files[-1], enforce_file_format=True)
    return files


def _slice(volume: Volume, k: int, slope: int, intercept: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    dataset.Modality, dataset.SeriesNumber, dataset.SeriesDescription = "CT", 4, "Spine"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    down, right = (volume.affine[:3, axis] * LPS for axis in (1, 2))
    first = (volume.affine[:3] @ [k, 0, 0, 1]) * LPS
    thickness, *pixel = volume.spacing_mm
    dataset.ImagePositionPatient = [f"{value:.9g}" for value in first]
    dataset.ImageOrientationPatient = [f"{value:.9g}" for value in (*right / pixel[1], *down / pixel[0])]
    dataset.PixelSpacing = [f"{value:.9g}" for value in pixel]
    dataset.SliceThickness = f"{thickness:.9g}"
    stored = (volume.array[k].astype(np.int32) - intercept) // slope
    dataset.RescaleSlope, dataset.RescaleIntercept = slope, intercept
    dataset.Rows, dataset.Columns = stored.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.PixelData = stored.astype("<u2").tobytes()
    return dataset


if __name__ == "__main__":
    from napari_spinalsam.imaging.nifti import read_nifti

    print(f"{len(write_series(read_nifti(sys.argv[1]), Path(sys.argv[2])))} files in {sys.argv[2]}")
