"""Evaluation with a predictor whose answers are known, and with a real network."""

import math

import numpy as np
import pytest
from threshold_predictor import ThresholdPredictor

from napari_spinalsam.segmentation.slice_image import SliceImage
from napari_spinalsam.training.evaluation import (
    Scores,
    SliceResult,
    evaluate_slice,
    exact_box,
    predict_parts,
    summarise,
)
from napari_spinalsam.training.evaluation_report import as_json, markdown_table
from napari_spinalsam.training.pairs import TruthSlice


def truth_slice(*, hole=False):
    """Two bright blobs on a dark ground, and their truth; with a hole, one of them is dark inside."""
    labels = np.zeros((60, 70), np.uint8)
    labels[10:25, 10:30] = 1
    labels[35:55, 40:60] = 1
    values = np.where(labels, 200, 40).astype(np.float32)
    if hole:
        values[42:48, 46:54] = 40
    return TruthSlice("slice", SliceImage(values, (2.0, 1.0), "grey"), labels, known_spacing=True)


def scores_of(results):
    return {(each.method, each.filled): each.scores for each in results}


@pytest.mark.parametrize("prompt", ["box", "points", "interactive"])
def test_a_perfect_model_has_perfect_scores(prompt):
    scores = scores_of(evaluate_slice(truth_slice(), {"perfect": ThresholdPredictor()}, prompt))
    assert scores["perfect", False] == scores["perfect", True] == Scores(dice=1, iou=1, msd=0, hd95=0)
    assert set(scores) == {("perfect", False), ("perfect", True), ("filled box", False), ("Otsu in the box", True)}


def test_holes_are_filled_in_a_row_of_their_own():
    scores = scores_of(evaluate_slice(truth_slice(hole=True), {"model": ThresholdPredictor()}))
    found, missed = 15 * 20 + 20 * 20, 6 * 8
    assert scores["model", False].iou == pytest.approx((found - missed) / found)
    assert scores["model", True].iou == 1


def test_distances_are_in_the_spacing_of_the_slice():
    # Everything is found but the last row of one blob, 2 mm lower.
    truth = truth_slice()
    truth.image.values[24, 10:30] = 40
    scores = scores_of(evaluate_slice(truth, {"model": ThresholdPredictor()}))["model", False]
    assert 0 < scores.msd < 2
    assert scores.hd95 <= 2


def test_every_box_is_the_exact_one_of_a_part():
    truth, predictor = truth_slice(), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "box", 3)
    ((prompts, logits),) = predictor.asked
    assert prompts.boxes == tuple(exact_box(part) for part in truth.parts())
    assert (prompts.boxes[0].x0, prompts.boxes[0].y1) == (9.5, 24.5)
    assert logits is None


def test_one_click_lies_in_the_middle_of_each_part():
    truth, predictor = truth_slice(), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "points", 3)
    for (prompts, _), part in zip(predictor.asked, truth.parts(), strict=True):
        (point,) = prompts.points
        assert point.positive
        assert part[int(point.y), int(point.x)]


def test_corrections_go_where_the_mask_is_wrong_and_feed_it_back():
    truth, predictor = truth_slice(hole=True), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "interactive", 2)
    first, *rest = [(len(prompts.points), logits is not None) for prompts, logits in predictor.asked]
    assert first == (0, False)
    # The first blob is right at once; the second has a hole, which two clicks point into.
    assert rest == [(0, False), (1, True), (2, True)]
    for point in predictor.asked[-1][0].points:
        assert point.positive
        assert 42 <= point.y < 48
        assert 46 <= point.x < 54


def result(method, dice, msd, filled=False):
    return SliceResult(method, filled, "slice", Scores(dice, dice / (2 - dice), msd, msd))


def test_summaries_are_means_and_sample_deviations():
    first, second = summarise([result("a", 0.8, 1.0), result("b", 0.5, 2.0), result("a", 0.9, 3.0)])
    assert (first.method, first.n, second.method, second.n) == ("a", 2, "b", 1)
    assert first.mean["dice"] == pytest.approx(0.85)
    assert first.sd["dice"] == pytest.approx(np.std([0.8, 0.9], ddof=1))
    assert second.sd["dice"] == 0


def test_nothing_found_has_no_distance_and_says_so():
    results = [result("a", 0.0, math.inf), result("a", 0.9, 3.0), result("b", 0.0, math.inf)]
    first, second = summarise(results)
    assert (first.mean["msd"], first.without_distance) == (3, 1)
    assert math.isnan(second.mean["msd"])
    table = markdown_table([first, second], in_mm=False)
    assert "left out of MSD and HD95: a: 1, b: 1" in table
    assert "–" in table
    record = as_json(results, prompt="box")
    assert record["slices"][0]["scores"]["msd"] is None
    assert record["summary"][1]["mean"]["msd"] is None


def test_the_table_is_markdown_that_lines_up():
    table = markdown_table(summarise([result("a model", 0.8, 1.0), result("b", 0.5, 2.0, filled=True)]), in_mm=True)
    header, rule, first, second = table.splitlines()
    assert len({len(header), len(rule), len(first), len(second)}) == 1
    assert "MSD (mm)" in header
    assert first.split("|")[1:5] == [" a model ", " no           ", " 1      ", " 0.800 ± 0.000 "]


def test_a_real_network_is_scored_too(tmp_path):
    import torch

    from napari_spinalsam.network.small import SmallSamConfig, build_small_sam, save_small_sam
    from napari_spinalsam.segmentation.loading import load_predictor

    config = SmallSamConfig(input_size=128, width=48, depth=1, window_size=4, global_blocks=(0,), channels=32)
    torch.manual_seed(0)
    save_small_sam(tmp_path, config, build_small_sam(config).state_dict(), {})
    results = evaluate_slice(truth_slice(), {"random": load_predictor(tmp_path, "cpu")}, "interactive", 1)
    assert len(results) == 4
    assert all(0 <= each.scores.dice <= 1 for each in results)
