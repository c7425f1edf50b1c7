"""Images with their masks, slice by slice, for an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging.nifti import is_nifti, read_labels
from napari_spinalsam.imaging.picture import is_picture, natural_key
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import Axis, Volume
from napari_spinalsam.segmentation.slice_image import SliceImage, model_slice

#: Connected parts of the truth with no more pixels than this are not prompted; they count in the scores all the same.
SMALLEST_PART = 50

_NAMES_TOLD = 3


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
    """

    name: str
    image: SliceImage
    labels: NDArray[Any]
    known_spacing: bool

    def parts(self) -> list[NDArray[np.bool_]]:
        """Masks of the connected parts (by faces) of every label that are larger than `SMALLEST_PART` pixels."""
        found: list[NDArray[np.bool_]] = []
        for value in np.unique(self.labels[self.labels != 0]):
            parts, n = ndimage.label(self.labels == value)
            sizes = np.bincount(parts.ravel(), minlength=n + 1)
            found += [parts == i for i in range(1, n + 1) if sizes[i] > SMALLEST_PART]
        return found


def pair_files(images: Path, masks: Path) -> list[tuple[Path, Path]]:
    """Pair the images of one folder with the masks of another by the stem of their names; or one file with one.

    Raises
    ------
    ImageError
        If a folder is missing or holds no image, or a file has no counterpart.
    """
    if images.is_file() and masks.is_file():
        return [(images, masks)]
    by_stem = [_by_stem(folder) for folder in (images, masks)]
    lonely = sorted(path.name for one, other in (by_stem, by_stem[::-1]) for s, path in one.items() if s not in other)
    if lonely:
        told = ", ".join(lonely[:_NAMES_TOLD]) + (
            f" and {len(lonely) - _NAMES_TOLD} more" * (len(lonely) > _NAMES_TOLD)
        )
        raise ImageError(f"{told}: no file of the same stem in the other folder", "Give every image one mask")
    stems = sorted(by_stem[0], key=lambda stem: natural_key(by_stem[0][stem]))
    return [(by_stem[0][stem], by_stem[1][stem]) for stem in stems]


def truth_slices(pairs: list[tuple[Path, Path]], axis: Axis = "axial") -> Iterator[TruthSlice]:
    """Read pairs one by one, and yield every slice that has a part to prompt.

    Parameters
    ----------
    pairs : list of (image, mask)
    axis : {"axial", "coronal", "sagittal"}
        How volumes are cut; pictures are slices already.

    Raises
    ------
    ImageError, LabelsError
        If a file cannot be read, or a mask does not fit its image.
    """
    for image_path, mask_path in pairs:
        volume = read_volume(image_path)
        labels = _read_truth(mask_path, volume)
        cut: Axis = axis if volume.known_spacing else "axial"
        for index in range(volume.n_slices(cut)):
            name = image_path.name if volume.n_slices(cut) == 1 else f"{image_path.name} {cut} {index}"
            truth = np.take(labels, index, axis=("axial", "coronal", "sagittal").index(cut))
            if np.count_nonzero(truth) <= SMALLEST_PART:
                continue
            found = TruthSlice(name, model_slice(volume, cut, index), truth, volume.known_spacing)
            if found.parts():
                yield found


def _read_truth(path: Path, volume: Volume) -> NDArray[Any]:
    if is_nifti(path):
        return read_labels(path, volume)[0]
    grey = read_volume(path).array
    if grey.shape != volume.shape:
        raise LabelsError(
            f"The mask {path.name} has {grey.shape[2]}×{grey.shape[1]} pixels, its image "
            f"{volume.shape[2]}×{volume.shape[1]}",
            "Give the mask that was drawn on this image",
        )
    return np.asarray(grey > grey.max() / 2)  # 0/255, 0/1, and what a lossy format made of them


def _by_stem(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise ImageError(f"There is no folder {folder}", "Give a folder of images and a folder of masks")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if not (path.is_file() and (is_nifti(path) or is_picture(path))):
            continue
        stem = path.name.removesuffix(".gz").rsplit(".", 1)[0]
        if stem in found:
            raise ImageError(f"{found[stem].name} and {path.name} have the same stem", "Keep one of them")
        found[stem] = path
    if not found:
        raise ImageError(f"There are no images in {folder}", "Give a folder of pictures or .nii.gz files")
    return found
