"""An evaluation summed up: mean and deviation over slices, by structure and by patient, and the clicks needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from napari_spinalsam.training.evaluation import SCORES, Scores, SliceResult

ALL: Final = "all"
#: Name of the row in which every patient counts once, with the mean of his slices.
PATIENTS: Final = "mean of the patients"
#: Dice that clicks are counted to.
TARGETS: Final = (0.90, 0.95)


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of a table: mean and standard deviation.

    Parameters
    ----------
    method, filled
        As in `SliceResult`.
    of : str
        What it is a summary of: all slices, a structure, a patient, or all patients.
    n : int
        Number of slices, or of patients.
    mean, sd : dict of str to float
        Of every score; distances over those that have one.
    without_distance : int
        Slices on which nothing was predicted, so that there is no distance.
    """

    method: str
    filled: bool
    of: str
    n: int
    mean: dict[str, float]
    sd: dict[str, float]
    without_distance: int


@dataclass(frozen=True, slots=True)
class ClickSummary:
    """Clicks of one method.

    Parameters
    ----------
    method, filled
        As in `SliceResult`.
    parts : int
        Parts of the truth that were prompted.
    needed : dict of float to float
        Dice -> mean number of clicks to reach it (NoC). A part that never did counts with all clicks there were.
    missed : dict of float to int
        Dice -> parts that never reached it.
    mean_dice : tuple of float
        Mean Dice of the parts, after the first prompt and after each correction.
    """

    method: str
    filled: bool
    parts: int
    needed: dict[float, float]
    missed: dict[float, int]
    mean_dice: tuple[float, ...]


def summarise(results: Iterable[SliceResult]) -> list[Summary]:
    """Mean and standard deviation over the slices, a row a method, in order of appearance."""
    return [
        _summary(method, ALL, [each.scores for each in rows], filled=filled)
        for (method, filled), rows in _by_method(results).items()
    ]


def by_structure(results: Iterable[SliceResult]) -> list[Summary]:
    """Mean and standard deviation over the slices that show a structure, a row a method and structure."""
    found = []
    for (method, filled), rows in _by_method(results).items():
        for structure in dict.fromkeys(name for each in rows for name in each.structures):
            scores = [each.structures[structure] for each in rows if structure in each.structures]
            found.append(_summary(method, structure, scores, filled=filled))
    return found


def by_patient(results: Iterable[SliceResult]) -> list[Summary]:
    """Mean and standard deviation over each patient's slices, and over the patients' means, rows by method."""
    found = []
    for (method, filled), rows in _by_method(results).items():
        of_patients = [
            _summary(method, patient, [each.scores for each in rows if each.patient == patient], filled=filled)
            for patient in dict.fromkeys(each.patient for each in rows)
        ]
        means = [Scores(**each.mean) for each in of_patients]
        found += [*of_patients, _summary(method, PATIENTS, means, filled=filled)]
    return found


def count_clicks(results: Iterable[SliceResult], clicks: int, *, first: int) -> list[ClickSummary]:
    """Count the clicks that every method needed.

    Parameters
    ----------
    results : iterable of SliceResult
    clicks : int
        Clicks that a part got at most.
    first : int
        Clicks that the first prompt takes: 0 where it is a box, 1 where it is a click.
    """
    found = []
    for (method, filled), rows in _by_method(results).items():
        parts = [part for each in rows for part in each.part_dice]
        needed, missed = {}, {}
        for target in TARGETS:
            reached = [_first_to_reach(part, target) for part in parts]
            missed[target] = reached.count(None)
            needed[target] = float(np.mean([clicks if n is None else n + first for n in reached]))
        steps = clicks - first + 1
        # Where nothing was wrong any more, the mask stays as it is.
        dice = [[*part, *[part[-1]] * (steps - len(part))] for part in parts]
        mean_dice = tuple(float(value) for value in np.mean(dice, axis=0))
        found.append(ClickSummary(method, filled, len(parts), needed, missed, mean_dice))
    return found


def _first_to_reach(dice: Sequence[float], target: float) -> int | None:
    return next((i for i, value in enumerate(dice) if value >= target), None)


def _by_method(results: Iterable[SliceResult]) -> dict[tuple[str, bool], list[SliceResult]]:
    grouped: dict[tuple[str, bool], list[SliceResult]] = {}
    for result in results:
        grouped.setdefault((result.method, result.filled), []).append(result)
    return grouped


def _summary(method: str, of: str, scores: Sequence[Scores], *, filled: bool) -> Summary:
    mean, sd = {}, {}
    for name in SCORES:
        values = np.array([getattr(each, name) for each in scores])
        values = values[np.isfinite(values)]
        mean[name] = float(values.mean()) if values.size else float("nan")
        sd[name] = float(values.std(ddof=1)) if values.size > 1 else 0.0
    lost = sum(not np.isfinite(each.msd) for each in scores)
    return Summary(method, filled, of, len(scores), mean, sd, lost)
