"""The images of a fine-tuning run: found, indexed, split by patient, and cut into slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from napari_spinalsam.imaging.window import Window
from napari_spinalsam.training.cases import Case, find_cases
from napari_spinalsam.training.description import Description
from napari_spinalsam.training.finetune_config import FinetuneConfig
from napari_spinalsam.training.patient_split import split_by_patient
from napari_spinalsam.training.prepared_slices import PreparedSlices, prepare_slices, slices_to_prepare
from napari_spinalsam.training.slice_index import index_cases

INDEX: Final = "index.json"
_HELD_OUT_PART: Final = 4  # of max_slices, one part in so many may be held out


@dataclass(frozen=True, eq=False)
class FinetuneData:
    """What is trained on and what is held out.

    Parameters
    ----------
    description : Description
    training, held_out : list of (Case, int)
        Slices that show a structure.
    """

    description: Description
    training: list[tuple[Case, int]]
    held_out: list[tuple[Case, int]]


def find_data(config: FinetuneConfig, on_read: Callable[[Case], None] | None = None) -> FinetuneData:
    """Find and split the images; the index is kept in the run's folder.

    Raises
    ------
    ImageError, LabelsError, ConfigError
        If a file is unpaired or damaged, a mask does not fit, or there are too few patients.
    """
    cases = find_cases(config.images, config.masks, config.patient_pattern)
    indices = index_cases(cases, config.axis, config.classes, config.out / INDEX, on_read)
    by_case = dict(zip(cases, indices, strict=True))
    training, held_out = split_by_patient(cases, config.validation_share, config.seed)
    description = Description(
        cases, indices, frozenset(case.patient for case in held_out), named=config.classes == "each"
    )
    fewer = None if config.max_slices is None else max(1, config.max_slices // _HELD_OUT_PART)
    return FinetuneData(
        description,
        slices_to_prepare(training, [by_case[case] for case in training], config.max_slices, config.seed),
        slices_to_prepare(held_out, [by_case[case] for case in held_out], fewer, config.seed),
    )


def prepare_data(
    config: FinetuneConfig,
    data: FinetuneData,
    window: Window,
    size: int,
    on_slice: Callable[[], None] | None = None,
) -> tuple[PreparedSlices, PreparedSlices | None]:
    """Cut the slices to train on and those held out (None without any), see `prepare_slices`."""
    folder: Path = config.out / "slices"
    training = prepare_slices(folder / "training", data.training, window, size, config.axis, config.classes, on_slice)
    if not data.held_out:
        return training, None
    held_out = prepare_slices(folder / "held_out", data.held_out, window, size, config.axis, config.classes, on_slice)
    return training, held_out
