"""Pictures of the slices that a model outlined worst."""

from __future__ import annotations

import heapq
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.cli.figure import Panel, save_figure
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.training.pairs import TruthSlice


@dataclass(frozen=True, eq=False)
class _Shown:
    dice: float
    truth: TruthSlice
    found: NDArray[np.bool_]


class WorstSlices:
    """Keeps a model's worst slices while an evaluation runs, no more of them than wanted.

    Parameters
    ----------
    n : int
        How many to keep.
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._order = itertools.count()  # of equal slices, those that came later go first
        self._kept: list[tuple[float, int, _Shown]] = []  # a heap with the best of them on top

    def add(self, dice: float, truth: TruthSlice, found: NDArray[np.bool_]) -> None:
        """Take a slice into account: its Dice, its truth and the mask that was found."""
        heapq.heappush(self._kept, (-dice, -next(self._order), _Shown(dice, truth, found)))
        if len(self._kept) > self._n:
            heapq.heappop(self._kept)

    def save(self, folder: Path, model: str) -> list[Path]:
        """Draw every slice as it is, and with the mask (blue) and the outline of the truth (orange), worst first.

        Parameters
        ----------
        folder : Path
            Made if it does not exist.
        model : str
            Begins the files' names.

        Raises
        ------
        ConfigError
            If a file cannot be written.
        """
        worst = [shown for *_, shown in sorted(self._kept, key=lambda each: each[:2], reverse=True)]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [
                save_figure(_panels(shown, model), folder / f"{_word(model)}-{rank:02d}-{_word(shown.truth.name)}.png")
                for rank, shown in enumerate(worst, start=1)
            ]
        except OSError as error:
            raise ConfigError(
                f"The overlays cannot be written to {folder} ({error.strerror or error})", "Choose another folder"
            ) from error


def _panels(shown: _Shown, model: str) -> list[Panel]:
    image = shown.truth.image
    grey = image.grey(PRESETS["bone"])
    outline = np.asarray(shown.truth.labels != 0)
    return [
        Panel(grey, image.spacing, shown.truth.name),
        Panel(grey, image.spacing, f"{model}: Dice {shown.dice:.3f}", shown.found, outline),
    ]


def _word(text: str) -> str:
    """Part of a file name."""
    return re.sub(r"[^\w.]+", "_", text).strip("_")
