"""Means by method, structure and patient, and the clicks that were needed."""

import math

import numpy as np
import pytest

from napari_spinalsam.training.evaluation import Scores, SliceResult
from napari_spinalsam.training.evaluation_summary import PATIENTS, by_patient, by_structure, count_clicks, summarise


def scores(dice, msd=1.0):
    return Scores(dice, dice / (2 - dice), msd, msd)


def result(method, dice, msd=1.0, **more):
    return SliceResult(method, False, "slice", scores(dice, msd), **more)


def test_summaries_are_means_and_sample_deviations():
    first, second = summarise([result("a", 0.8, 1.0), result("b", 0.5, 2.0), result("a", 0.9, 3.0)])
    assert (first.method, first.n, second.method, second.n) == ("a", 2, "b", 1)
    assert first.mean["dice"] == pytest.approx(0.85)
    assert first.sd["dice"] == pytest.approx(np.std([0.8, 0.9], ddof=1))
    assert second.sd["dice"] == 0


def test_nothing_found_has_no_distance():
    first, second = summarise([result("a", 0.0, math.inf), result("a", 0.9, 3.0), result("b", 0.0, math.inf)])
    assert (first.mean["msd"], first.without_distance) == (3, 1)
    assert math.isnan(second.mean["msd"])


def test_a_structure_counts_on_the_slices_that_show_it():
    results = [
        result("a", 0.7, structures={"L1": scores(0.8), "L2": scores(0.6)}),
        result("a", 0.9, structures={"L2": scores(0.9)}),
    ]
    first, second = by_structure(results)
    assert (first.of, first.n, first.mean["dice"]) == ("L1", 1, 0.8)
    assert (second.of, second.n, second.mean["dice"]) == ("L2", 2, pytest.approx(0.75))


def test_every_patient_counts_once_however_many_slices_he_has():
    results = [result("a", dice, patient="anna") for dice in (0.9, 0.9, 0.9)] + [result("a", 0.5, patient="bert")]
    anna, bert, patients = by_patient(results)
    assert (anna.of, anna.n, anna.mean["dice"]) == ("anna", 3, pytest.approx(0.9))
    assert (bert.of, bert.n) == ("bert", 1)
    assert (patients.of, patients.n, patients.mean["dice"]) == (PATIENTS, 2, pytest.approx(0.7))
    assert patients.sd["dice"] == pytest.approx(np.std([0.9, 0.5], ddof=1))


def test_clicks_after_a_box_are_counted_from_none():
    results = [result("a", 0.9, part_dice=((0.8, 0.92, 0.96), (0.97,))), result("a", 0.9, part_dice=((0.5, 0.6, 0.7),))]
    (found,) = count_clicks(results, 2, first=0)
    assert found.parts == 3
    assert found.needed[0.90] == pytest.approx((1 + 0 + 2) / 3)  # the last part never gets there: all its clicks
    assert found.needed[0.95] == pytest.approx((2 + 0 + 2) / 3)
    assert found.missed == {0.90: 1, 0.95: 1}
    # A part where nothing is wrong any more keeps its mask.
    assert found.mean_dice == pytest.approx(np.mean([(0.8, 0.92, 0.96), (0.97, 0.97, 0.97), (0.5, 0.6, 0.7)], axis=0))


def test_a_first_click_counts_itself():
    (found,) = count_clicks([result("a", 0.9, part_dice=((0.8, 0.92, 0.96), (0.99,)))], 3, first=1)
    assert found.needed == {0.90: 1.5, 0.95: 2.0}
    assert len(found.mean_dice) == 3
