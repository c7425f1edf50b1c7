"""Slices cut, windowed and resampled once, as the network takes them, in memory-mapped files.

Reading a compressed volume for one slice of it takes seconds; from here a slice takes less than a millisecond.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from napari_spinalsam.errors import ConfigError, ImageError, LabelsError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.imaging.volume import AXES, Axis
from napari_spinalsam.imaging.window import Window
from napari_spinalsam.segmentation.input_frame import frame_slice
from napari_spinalsam.segmentation.slice_image import model_slice
from napari_spinalsam.training.case_reading import Classes, read_case
from napari_spinalsam.training.cases import Case
from napari_spinalsam.training.dataset import FramedSample
from napari_spinalsam.training.slice_index import CaseIndex, slice_axis

_META: Final = "slices.json"
_IMAGES: Final = "images.u8"
_LABELS: Final = "labels.u8"
_MAX_VALUE: Final = 255


def slices_to_prepare(
    cases: Sequence[Case], indices: Sequence[CaseIndex], at_most: int | None = None, seed: int = 0
) -> list[tuple[Case, int]]:
    """List the slices that show a structure, case by case; a random choice of them where there are too many."""
    found = [(case, number) for case, index in zip(cases, indices, strict=True) for number in sorted(index.structures)]
    if at_most is None or len(found) <= at_most:
        return found
    chosen = np.random.default_rng(seed).choice(len(found), at_most, replace=False)
    return [found[i] for i in sorted(chosen.tolist())]


class PreparedSlices:
    """Slices on disk, made by `prepare_slices`.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        self.key: str = meta["key"]
        self.names: list[str] = meta["names"]
        self.size: int = meta["size"]
        self._scaled: list[tuple[int, int]] = [(rows, columns) for rows, columns in meta["scaled"]]
        shape = (len(self.names), self.size, self.size)
        self._images = np.memmap(folder / _IMAGES, np.uint8, "r", shape=shape)
        self._labels = np.memmap(folder / _LABELS, np.uint8, "r", shape=shape)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, i: int) -> FramedSample:
        return FramedSample(np.array(self._images[i]), np.array(self._labels[i]), self._scaled[i])


def bytes_needed(n: int, size: int) -> int:
    """Bytes that n prepared slices take on disk."""
    return 2 * n * size * size


def prepare_slices(
    folder: Path,
    slices: Sequence[tuple[Case, int]],
    window: Window,
    size: int,
    axis: Axis = "axial",
    classes: Classes = "binary",
    on_slice: Callable[[], None] | None = None,
) -> PreparedSlices:
    """Cut the slices, or open them where the folder holds the very same already.

    A slice that shows nothing in the window is left out.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    slices : sequence of (Case, int)
        Cases in a row, each with the number of a slice.
    window : Window
        Of the network, in HU; pictures are taken as they are.
    size : int
        Side of the network's square input.
    axis : {"axial", "coronal", "sagittal"}
    classes : {"binary", "each", "union"}
    on_slice : callable, optional
        Told of every slice that was made.

    Raises
    ------
    ImageError, LabelsError
        If a case cannot be read, or a value of a mask is above 255.
    ConfigError
        If no slice is left, or the disk is full.
    """
    key = _key(slices, window, size, axis, classes)
    if (folder / _META).is_file() and json.loads((folder / _META).read_text(encoding="utf-8")).get("key") == key:
        return PreparedSlices(folder)
    names, scaled = [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _META).unlink(missing_ok=True)
        with (folder / _IMAGES).open("wb") as images, (folder / _LABELS).open("wb") as labels:
            for name, sample in _samples(slices, window, size, axis, classes):
                if on_slice is not None:
                    on_slice()
                if sample is None:
                    continue
                images.write(sample.image.tobytes())
                labels.write(sample.labels.tobytes())
                names.append(name)
                scaled.append(sample.scaled)
        if not names:
            raise ConfigError("No slice shows a structure", "Check the masks, the axis and what is held out")
        meta = {"key": key, "size": size, "names": names, "scaled": scaled}
        write_atomically(folder / _META, json.dumps(meta).encode())
    except OSError as error:
        raise ConfigError(
            f"The slices cannot be written to {folder} ({error.strerror or error})",
            f"{bytes_needed(len(slices), size) / 1e6:.0f} MB are needed: make room, or choose another folder",
        ) from error
    return PreparedSlices(folder)


def _samples(
    slices: Sequence[tuple[Case, int]], window: Window, size: int, axis: Axis, classes: Classes
) -> Iterator[tuple[str, FramedSample | None]]:
    """Every slice's name and sample, in order; a case is read once."""
    open_case: Case | None = None
    for case, number in slices:
        if case != open_case:
            volume, labels = read_case(case, classes)
            if labels.max() > _MAX_VALUE:
                raise LabelsError(f"The mask {case.mask.name} holds {labels.max()}", f"Use values up to {_MAX_VALUE}")
            open_case = case
        cut = slice_axis(axis, known_spacing=volume.known_spacing)
        name = case.name if volume.n_slices(cut) == 1 else f"{case.name} {cut} {number}"
        image = model_slice(volume, cut, number)
        try:
            grey = image.grey(window)
        except ImageError:  # all of it is outside the window: nothing can be learned from it
            yield name, None
            continue
        yield name, _framed(grey, np.take(labels, number, axis=AXES.index(cut)), image.spacing, size)


def _framed(
    grey: NDArray[np.float32], labels: NDArray[np.uint16], spacing: tuple[float, float], size: int
) -> FramedSample:
    """Put a slice and its labels through the predictor's own geometry."""
    frame = frame_slice(grey, spacing, size)
    rows, columns = frame.scaled
    first_row, first_column, end_row, end_column = frame.crop
    part = torch.from_numpy(labels[first_row:end_row, first_column:end_column].astype(np.float32))
    image, framed = np.zeros((size, size), np.uint8), np.zeros((size, size), np.uint8)
    image[:rows, :columns] = np.rint(frame.resample(grey)[0].numpy())
    framed[:rows, :columns] = F.interpolate(part[None, None], size=frame.scaled, mode="nearest-exact")[0, 0].numpy()
    return FramedSample(image, framed, frame.scaled)


def _key(slices: Sequence[tuple[Case, int]], window: Window, size: int, axis: Axis, classes: Classes) -> str:
    digest = hashlib.sha256(repr((window, size, axis, classes)).encode())
    for case, number in slices:
        for path in (case.image, case.mask):
            stat = path.stat()
            digest.update(f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns} {number}\n".encode())
    return digest.hexdigest()
