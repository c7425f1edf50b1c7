"""Evaluation with a predictor whose answers are known, and with a real network."""

import numpy as np
import pytest
from threshold_predictor import ThresholdPredictor

from napari_spinalsam.segmentation.slice_image import SliceImage
from napari_spinalsam.training.evaluation import (
    PROMPT_KINDS,
    Scores,
    evaluate_rivals,
    evaluate_slice,
    exact_box,
    predict_parts,
)
from napari_spinalsam.training.pairs import ONE_STRUCTURE, TruthSlice


def truth_slice(*, hole=False):
    """Two bright blobs on a dark ground, and their truth; with a hole, one of them is dark inside."""
    labels = np.zeros((60, 70), np.uint8)
    labels[10:25, 10:30] = 1
    labels[35:55, 40:60] = 1
    values = np.where(labels, 200, 40).astype(np.float32)
    if hole:
        values[42:48, 46:54] = 40
    return TruthSlice("slice", SliceImage(values, (2.0, 1.0), "grey"), labels, known_spacing=True)


def answer_to(truth, prompt="box", clicks=3):
    return evaluate_slice(truth, {"model": ThresholdPredictor()}, prompt, clicks)["model"]


@pytest.mark.parametrize("prompt", PROMPT_KINDS)
def test_a_perfect_model_has_perfect_scores(prompt):
    answer = answer_to(truth_slice(), prompt)
    perfect = Scores(dice=1, iou=1, msd=0, hd95=0)
    for result, filled in zip(answer.results, (False, True), strict=True):
        assert (result.method, result.filled, result.scores) == ("model", filled, perfect)
        assert result.structures == {ONE_STRUCTURE: perfect}
        assert result.part_dice == ((1.0,), (1.0,))
    assert np.array_equal(answer.found, truth_slice().labels == 1)


def test_the_rivals_are_scored_on_the_exact_boxes():
    box, otsu = evaluate_rivals(truth_slice(hole=True))
    assert (box.method, box.filled, box.scores.dice) == ("filled box", False, 1)  # the blobs are rectangles
    # A box of one grey has no threshold, so that the first blob is not found; the hole of the second one is filled.
    assert (otsu.method, otsu.filled, otsu.scores.dice) == ("Otsu in the box", True, 2 * 400 / (400 + 700))


def test_holes_are_filled_in_a_result_of_its_own():
    raw, filled = answer_to(truth_slice(hole=True)).results
    found, missed = 15 * 20 + 20 * 20, 6 * 8
    assert raw.scores.iou == pytest.approx((found - missed) / found)
    assert filled.scores.iou == 1
    assert raw.part_dice == ((1.0,), (pytest.approx(2 * 352 / 752),))
    assert filled.part_dice == ((1.0,), (1.0,))


def test_structures_are_scored_each_on_its_own():
    truth = truth_slice(hole=True)
    truth.labels[35:, :] *= 21
    raw, _ = answer_to(TruthSlice("slice", truth.image, truth.labels, True, "anna", named=True)).results
    assert raw.patient == "anna"
    assert raw.structures["C1"].dice == 1
    assert raw.structures["L2"].dice == pytest.approx(2 * 352 / 752)


def test_distances_are_in_the_spacing_of_the_slice():
    # Everything is found but the last row of one blob, 2 mm lower.
    truth = truth_slice()
    truth.image.values[24, 10:30] = 40
    scores = answer_to(truth).results[0].scores
    assert 0 < scores.msd < 2
    assert scores.hd95 <= 2


def test_every_box_is_the_exact_one_of_a_part():
    truth, predictor = truth_slice(), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "box", 3)
    ((prompts, logits),) = predictor.asked
    assert prompts.boxes == tuple(exact_box(part.mask) for part in truth.parts())
    assert (prompts.boxes[0].x0, prompts.boxes[0].y1) == (9.5, 24.5)
    assert logits is None


def test_one_click_lies_in_the_middle_of_each_part():
    truth, predictor = truth_slice(), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "points", 3)
    for (prompts, _), part in zip(predictor.asked, truth.parts(), strict=True):
        (point,) = prompts.points
        assert point.positive
        assert part.mask[int(point.y), int(point.x)]


def test_corrections_go_where_the_mask_is_wrong_and_feed_it_back():
    truth, predictor = truth_slice(hole=True), ThresholdPredictor()
    masks = predict_parts(predictor, truth, truth.parts(), "interactive", 2)
    assert [len(of_part) for of_part in masks] == [1, 3]
    first, *rest = [(len(prompts.points), logits is not None) for prompts, logits in predictor.asked]
    assert first == (0, False)
    # The first blob is right at once; the second has a hole, which two clicks point into.
    assert rest == [(0, False), (1, True), (2, True)]
    for point in predictor.asked[-1][0].points:
        assert point.positive
        assert 42 <= point.y < 48
        assert 46 <= point.x < 54


def test_all_clicks_are_counted_where_the_first_prompt_is_one():
    truth, predictor = truth_slice(hole=True), ThresholdPredictor()
    predict_parts(predictor, truth, truth.parts(), "clicks", 3)
    assert [len(prompts.points) for prompts, _ in predictor.asked] == [1, 1, 2, 3]
    assert not any(prompts.boxes for prompts, _ in predictor.asked)


def test_a_real_network_is_scored_too(tmp_path):
    import torch

    from napari_spinalsam.network.small import SmallSamConfig, build_small_sam, save_small_sam
    from napari_spinalsam.segmentation.loading import load_predictor

    config = SmallSamConfig(input_size=128, width=48, depth=1, window_size=4, global_blocks=(0,), channels=32)
    torch.manual_seed(0)
    save_small_sam(tmp_path, config, build_small_sam(config).state_dict(), {})
    answer = evaluate_slice(truth_slice(), {"random": load_predictor(tmp_path, "cpu")}, "interactive", 1)["random"]
    assert all(0 <= each.scores.dice <= 1 for each in answer.results)
