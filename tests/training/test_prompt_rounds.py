"""Prompts are drawn as users give them, and training sees what the predictor computes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab import NETWORK
from napari_spinalsam.network.small import build_small_sam, save_small_sam
from napari_spinalsam.segmentation import predictor as predictor_module
from napari_spinalsam.segmentation.loading import load_network, load_predictor
from napari_spinalsam.segmentation.prompts import Box, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage
from napari_spinalsam.training.prompt_rounds import (
    boxed,
    decode,
    draw_prompts,
    exact_prompts,
    n_looks,
    rounds_loss,
    structures_in,
)


def labels_of_three():
    labels = np.zeros((60, 50), np.uint8)
    labels[5:15, 5:25], labels[30:40, 5:15], labels[30:50, 30:45], labels[0:2, 40:45] = 3, 3, 4, 5
    return labels


def test_structures_are_connected_parts_of_one_value_that_are_large_enough():
    found = structures_in(labels_of_three())
    assert [int(mask.sum()) for mask in found] == [200, 100, 300]


@given(seed=st.integers(0, 2**32), at_most=st.integers(1, 5), point_share=st.sampled_from([0.0, 1.0]))
def test_prompts_belong_to_their_structures(seed, at_most, point_share):
    prompted = draw_prompts(np.random.default_rng(seed), labels_of_three(), at_most, point_share)
    n = min(at_most, 3)
    assert prompted.masks.shape == (n, 60, 50)
    if point_share:
        assert prompted.boxes is None
        for mask, (x, y) in zip(prompted.masks, prompted.points[:, 0].tolist(), strict=True):
            assert mask[round(y), round(x)]
    else:
        assert prompted.points.shape == (n, 0, 2)
        for mask, box in zip(prompted.masks, prompted.boxes.tolist(), strict=True):
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            exact = [columns[0] - 0.5, rows[0] - 0.5, columns[-1] + 0.5, rows[-1] + 0.5]
            size = max(np.ptp(rows), np.ptp(columns)) + 1
            assert np.abs(np.array(box) - exact).max() <= 0.1 * size + 0.5


def test_nothing_to_prompt():
    assert draw_prompts(np.random.default_rng(0), np.zeros((9, 9), np.uint8), 3, 0.5) is None
    assert exact_prompts(np.zeros((9, 9), np.uint8)) is None


@pytest.fixture
def sam():
    torch.manual_seed(0)
    return build_small_sam(NETWORK)


@pytest.mark.parametrize("dense", [True, False])
@pytest.mark.parametrize("point_share", [0.0, 1.0])
def test_rounds_give_a_loss_with_gradients_for_every_part(sam, dense, point_share):
    embedding = torch.randn(1, 16, 4, 4, requires_grad=True)
    prompted = draw_prompts(np.random.default_rng(0), labels_of_three(), 3, point_share)
    loss, iou = rounds_loss(sam, embedding, prompted, 3, np.random.default_rng(0), dense=dense)
    loss.backward()
    assert torch.isfinite(loss)
    assert 0 <= iou <= 1
    assert embedding.grad.abs().max() > 0
    heads = sam.mask_decoder.output_hypernetworks_mlps
    assert all(parameter.grad is not None for head in heads for parameter in head.parameters())


def test_right_answers_cost_less_than_wrong_ones(sam, monkeypatch):
    prompted = exact_prompts(labels_of_three())
    truth = np.zeros((3, 1, 64, 64), np.float32)
    truth[:, 0, :60, :50] = prompted.masks
    right = torch.nn.functional.avg_pool2d(torch.from_numpy(truth), 4) * 20 - 10
    losses = {}
    for name, logits in (("right", right), ("wrong", -right)):
        answer = (logits.expand(-1, 4, -1, -1), torch.ones(3, 4))
        monkeypatch.setattr("napari_spinalsam.training.prompt_rounds.decode", lambda *_, answer=answer, **__: answer)
        losses[name], iou = rounds_loss(sam, torch.zeros(1), prompted, 1, np.random.default_rng(0), dense=True)
        assert iou > 0.8 if name == "right" else iou < 0.1
    assert losses["right"] < 0.3 < 1 < losses["wrong"]


@pytest.mark.parametrize("dense", [True, False])
def test_decoding_is_the_predictors(tmp_path, monkeypatch, dense):
    monkeypatch.setattr(predictor_module, "choose_precision", lambda _: torch.float32)
    torch.manual_seed(0)
    network = replace(NETWORK, dense_prompts=dense)
    save_small_sam(tmp_path, network, build_small_sam(network).state_dict(), {})
    predictor, sam = load_predictor(tmp_path, "cpu"), load_network(tmp_path).sam
    values = np.random.default_rng(0).normal(300, 300, (64, 64)).astype(np.float32)
    embedding = predictor.embed(SliceImage(values))
    assert embedding.frame.crop == (0, 0, 64, 64)
    found = predictor.predict(embedding, Prompts(boxes=(Box(5, 6, 30, 40),)))
    given = boxed(np.zeros((1, 64, 64), bool), [(5, 6, 30, 40)])
    previous = None
    with torch.no_grad():
        for _ in range(n_looks(given.boxes, dense=dense)):
            logits, _ = decode(sam, embedding.features, given.boxes, given.points, given.labels, previous, dense=dense)
            previous = logits[:, :1]
    np.testing.assert_allclose(logits[0, 0].numpy(), found.low_res_logits[0], atol=1e-4)
