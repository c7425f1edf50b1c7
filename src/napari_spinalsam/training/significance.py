"""Whether models differ: a paired test on the same patients or slices (Wilcoxon 1945), Holm's correction (1979)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import stats

from napari_spinalsam.training.evaluation import SliceResult

#: With fewer pairs than this no difference can reach p < 0.05, whatever it is.
FEWEST: Final = 6

Unit = Literal["patients", "slices"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models' Dice compared pair by pair.

    Parameters
    ----------
    first, second : str
        Names of the models.
    unit : {"patients", "slices"}
        What makes a pair: a patient's mean over his slices, or a slice. Slices of one patient are alike, so a test on
        slices finds differences too easily; patients are compared where there are at least `FEWEST`.
    n : int
        Pairs.
    difference : float
        Mean of the first's Dice minus the second's.
    p : float
        Two-sided, of the Wilcoxon signed-rank test; 1 where all pairs are equal.
    p_holm : float
        Corrected for the number of comparisons.
    """

    first: str
    second: str
    unit: Unit
    n: int
    difference: float
    p: float
    p_holm: float


def compare_models(results: Sequence[SliceResult], models: Sequence[str], *, filled: bool) -> list[Comparison]:
    """Compare every two models by the Dice of the slices that both have seen.

    Parameters
    ----------
    results : sequence of SliceResult
        Every model's on the same slices.
    models : sequence of str
    filled : bool
        Which of a model's results are compared.
    """
    of = {name: [each for each in results if each.method == name and each.filled == filled] for name in models}
    pairs = list(itertools.combinations(models, 2))
    if not pairs:
        return []
    patients = list(dict.fromkeys(each.patient for each in of[models[0]]))
    unit: Unit = "patients" if len(patients) >= FEWEST else "slices"
    dice = {name: _dice(rows, patients if unit == "patients" else None) for name, rows in of.items()}
    p_values = [_wilcoxon(dice[first] - dice[second]) for first, second in pairs]
    return [
        Comparison(first, second, unit, len(dice[first]), float((dice[first] - dice[second]).mean()), p, corrected)
        for (first, second), p, corrected in zip(pairs, p_values, holm(p_values), strict=True)
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values for their number (Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure)."""
    corrected = [0.0] * len(p_values)
    greatest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        greatest = max(greatest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = greatest
    return corrected


def _dice(rows: Sequence[SliceResult], patients: Sequence[str] | None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Dice of every slice, or the mean of every patient's."""
    if patients is None:
        return np.array([each.scores.dice for each in rows])
    return np.array([np.mean([each.scores.dice for each in rows if each.patient == name]) for name in patients])


def _wilcoxon(differences: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    if not differences.any():
        return 1.0  # scipy gives no number then
    return float(stats.wilcoxon(differences).pvalue)
