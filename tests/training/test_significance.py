"""The paired test against scipy on the same numbers, and Holm's correction against his own example of steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from napari_spinalsam.training.evaluation import Scores, SliceResult
from napari_spinalsam.training.significance import FEWEST, compare_models, holm

DIFFERENCES = np.array([0.02, 0.05, -0.01, 0.03, 0.08, 0.04, 0.06])


def results(method, dice, patients):
    return [
        SliceResult(method, False, f"slice {i}", Scores(value, value, 1, 1), patient)
        for i, (value, patient) in enumerate(zip(dice, patients, strict=True))
    ]


def test_slices_are_compared_where_there_are_few_patients():
    base = np.linspace(0.7, 0.8, 7)
    both = results("a", base + DIFFERENCES, "p" * 7) + results("b", base, "p" * 7)
    (found,) = compare_models(both, ["a", "b"], filled=False)
    assert (found.first, found.second, found.unit, found.n) == ("a", "b", "slices", 7)
    assert found.difference == pytest.approx(DIFFERENCES.mean())
    assert found.p == found.p_holm == pytest.approx(stats.wilcoxon(DIFFERENCES).pvalue)


def test_patients_are_compared_by_their_means_where_there_are_enough():
    patients = [name for name in "stuvwxy" for _ in range(3)]
    spread = np.tile([-0.1, 0.0, 0.1], 7)  # within a patient: leaves his mean as it is
    both = results("a", 0.7 + np.repeat(DIFFERENCES, 3) + spread, patients) + results("b", [0.7] * 21, patients)
    (found,) = compare_models(both, ["a", "b"], filled=False)
    assert (found.unit, found.n) == ("patients", 7)
    assert found.p == pytest.approx(stats.wilcoxon(DIFFERENCES).pvalue)


def test_equal_models_do_not_differ_and_one_has_no_other():
    both = results("a", [0.8] * 4, "wxyz") + results("b", [0.8] * 4, "wxyz")
    (found,) = compare_models(both, ["a", "b"], filled=False)
    assert (found.p, found.difference) == (1, 0)
    assert compare_models(both, ["a"], filled=False) == []


def test_fewer_pairs_than_we_say_cannot_differ():
    def least(n):
        return stats.wilcoxon(np.arange(1, n + 1)).pvalue

    assert least(FEWEST) < 0.05 < least(FEWEST - 1)


def test_holm_steps_down():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_lies_between_no_correction_and_bonferroni(p_values):
    corrected = holm(p_values)
    for p, q in zip(p_values, corrected, strict=True):
        assert p <= q <= min(1.0, len(p_values) * p) or q == 1.0
    order = np.argsort(p_values, kind="stable")
    assert list(np.array(corrected)[order]) == sorted(corrected)
