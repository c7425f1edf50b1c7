"""The pool of synthetic slices on disk: written by one process, read by another while it grows."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.segmentation.input_frame import InputFrame, frame_slice
from napari_spinalsam.training.phantom import Phantom, Stage, make_phantom

_POLL_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class FramedSample:
    """A slice as the network gets it.

    Parameters
    ----------
    image : (size, size) uint8
        Cropped, resampled, padded with 0 at the bottom and on the right.
    labels : (size, size) uint8
        Likewise, nearest neighbour.
    scaled : (int, int)
        Rows and columns that are not padding.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    scaled: tuple[int, int]


def frame_sample(phantom: Phantom, size: int) -> FramedSample:
    """Put a slice and its labels through the predictor's own geometry."""
    grey = phantom.image.astype(np.float32) / 255.0
    frame = frame_slice(grey, (1.0, 1.0), size)
    image = np.zeros((size, size), dtype=np.uint8)
    labels = np.zeros((size, size), dtype=np.uint8)
    rows, columns = frame.scaled
    image[:rows, :columns] = np.rint(frame.resample(grey)[0].numpy())
    labels[:rows, :columns] = _nearest(phantom.labels, frame)
    return FramedSample(image, labels, frame.scaled)


def _nearest(labels: NDArray[np.uint8], frame: InputFrame) -> NDArray[np.uint8]:
    first_row, first_column, end_row, end_column = frame.crop
    row = (np.arange(frame.scaled[0]) + 0.5) / frame.scale[1] + first_row
    column = (np.arange(frame.scaled[1]) + 0.5) / frame.scale[0] + first_column
    row = row.astype(int).clip(first_row, end_row - 1)
    column = column.astype(int).clip(first_column, end_column - 1)
    return np.asarray(labels[np.ix_(row, column)])


class SamplePool:
    """Samples in two memory-mapped files.

    Parameters
    ----------
    folder : Path
        Where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        meta = json.loads((folder / "pool.json").read_text(encoding="utf-8"))
        self.size, self.capacity, self.seed = int(meta["size"]), int(meta["capacity"]), tuple(meta["seed"])
        shape = (self.capacity, self.size, self.size)
        self._images = np.memmap(folder / "images.u8", np.uint8, "r+", shape=shape)
        self._labels = np.memmap(folder / "labels.u8", np.uint8, "r+", shape=shape)
        self._scaled = np.memmap(folder / "scaled.i4", np.int32, "r+", shape=(self.capacity, 2))

    @classmethod
    def create(cls, folder: Path, *, size: int, capacity: int, seed: Sequence[int]) -> SamplePool:
        """Open the pool in ``folder``, or make an empty one.

        Raises
        ------
        ConfigError
            If the folder holds a pool of another size or seed.
        """
        folder.mkdir(parents=True, exist_ok=True)
        meta = {"size": size, "capacity": capacity, "seed": list(seed)}
        path = folder / "pool.json"
        if path.exists():
            if json.loads(path.read_text(encoding="utf-8")) != meta:
                raise ConfigError(f"{folder} holds samples of another run", "Give an empty folder")
        else:
            for name, cell in (("images.u8", size * size), ("labels.u8", size * size), ("scaled.i4", 8)):
                with (folder / name).open("wb") as file:
                    file.truncate(capacity * cell)
            path.write_text(json.dumps(meta), encoding="utf-8")
        return cls(folder)

    @property
    def filled(self) -> int:
        """How many samples are there; they are written in order, and a sample's size last."""
        return int((self._scaled[:, 0] > 0).sum())

    def fill(self, stage: Stage, end: int) -> None:
        """Make the samples that are missing up to ``end``; sample ``i`` depends on the seed and ``i`` alone."""
        for i in range(self.filled, min(end, self.capacity)):
            sample = frame_sample(make_phantom(stage, (*self.seed, i), self.size), self.size)
            self._images[i], self._labels[i] = sample.image, sample.labels
            self._scaled[i] = sample.scaled

    def wait_for(self, n: int) -> None:
        """Sleep until another process has written the first ``n`` samples."""
        while self.filled < n:
            time.sleep(_POLL_SECONDS)

    def __getitem__(self, i: int) -> FramedSample:
        rows, columns = (int(n) for n in self._scaled[i])
        return FramedSample(np.array(self._images[i]), np.array(self._labels[i]), (rows, columns))
