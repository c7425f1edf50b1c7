"""Images with their masks, slice by slice, for an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.imaging.nifti import is_nifti, read_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import AXES, Axis, Volume
from napari_spinalsam.segmentation.slice_image import SliceImage, model_slice
from napari_spinalsam.training.case_reading import read_mask_picture
from napari_spinalsam.training.cases import Case, find_cases
from napari_spinalsam.training.slice_index import slice_axis
from napari_spinalsam.vertebrae import label_name

#: Connected parts of the truth with no more pixels than this are not prompted; they count in the scores all the same.
SMALLEST_PART = 50
#: Name of what a mask of one value shows.
ONE_STRUCTURE = "the structure"


@dataclass(frozen=True, eq=False)
class Part:
    """A connected part of the truth: its structure's value, and its mask, (rows, columns) bool."""

    value: int
    mask: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class TruthSlice:
    """One slice with its truth.

    Parameters
    ----------
    name : str
        File and slice, for reports.
    image : SliceImage
    labels : (rows, columns) integers
        0 outside.
    known_spacing : bool
        Whether distances are in mm.
    patient : str
    named : bool
        Whether the labels are vertebral levels; else all are one structure's.
    """

    name: str
    image: SliceImage
    labels: NDArray[Any]
    known_spacing: bool
    patient: str = ""
    named: bool = False

    def parts(self) -> list[Part]:
        """List the connected parts (by faces) of every label that are larger than `SMALLEST_PART` pixels."""
        found: list[Part] = []
        for value in np.unique(self.labels[self.labels != 0]):
            parts, n = ndimage.label(self.labels == value)
            sizes = np.bincount(parts.ravel(), minlength=n + 1)
            found += [Part(int(value), parts == i) for i in range(1, n + 1) if sizes[i] > SMALLEST_PART]
        return found

    def structure(self, value: int) -> str:
        """Name of the structure that a label stands for."""
        return label_name(value) if self.named else ONE_STRUCTURE


def cases_to_evaluate(images: Path, masks: Path, patient_pattern: str | None = None) -> list[Case]:
    """Pair the images of one folder with the masks of another, see `find_cases`; or one file with one."""
    if images.is_file() and masks.is_file():
        return [Case(images.name, images.name, images, masks)]
    return find_cases(images, masks, patient_pattern)


def truth_slices(cases: Iterable[Case], axis: Axis = "axial") -> Iterator[TruthSlice]:
    """Read cases one by one, and yield every slice that has a part to prompt.

    Parameters
    ----------
    cases : iterable of Case
    axis : {"axial", "coronal", "sagittal"}
        How volumes are cut; pictures are slices already.

    Raises
    ------
    ImageError, LabelsError
        If a file cannot be read, or a mask does not fit its image.
    """
    for case in cases:
        volume = read_volume(case.image)
        labels = _read_truth(case, volume)
        cut = slice_axis(axis, known_spacing=volume.known_spacing)
        named = bool(labels.max() > 1)
        for index in range(volume.n_slices(cut)):
            name = case.image.name if volume.n_slices(cut) == 1 else f"{case.image.name} {cut} {index}"
            truth = np.take(labels, index, axis=AXES.index(cut))
            if np.count_nonzero(truth) <= SMALLEST_PART:
                continue
            image = model_slice(volume, cut, index)
            found = TruthSlice(name, image, truth, volume.known_spacing, case.patient, named)
            if found.parts():
                yield found


def _read_truth(case: Case, volume: Volume) -> NDArray[Any]:
    if is_nifti(case.mask):
        return read_labels(case.mask, volume)[0]
    grey = read_mask_picture(case, volume)
    return np.asarray(grey > grey.max() / 2, dtype=np.uint8)  # 0/255, 0/1, and what a lossy format made of them
