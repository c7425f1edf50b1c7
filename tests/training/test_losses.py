import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.training.losses import dice_loss, focal_loss, hard_iou, mask_loss


def halves(n=16):
    target = torch.zeros(1, 1, n, n)
    target[..., : n // 2] = 1
    return target


EVERYWHERE = torch.ones(1, 1, 16, 16, dtype=torch.bool)


def test_a_perfect_prediction_costs_nothing_and_a_wrong_one_much():
    target = halves()
    perfect, wrong = (2 * target - 1) * 20, (1 - 2 * target) * 20
    assert mask_loss(perfect, target, EVERYWHERE).item() == pytest.approx(0.0, abs=1e-3)
    assert mask_loss(wrong, target, EVERYWHERE).item() > 10


def test_gamma_zero_is_cross_entropy():
    logits, target = torch.randn(2, 3, 16, 16), (torch.rand(2, 1, 16, 16) > 0.5).float()
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, target.expand_as(logits), reduction="none"
    ).mean((-2, -1))
    torch.testing.assert_close(focal_loss(logits, target, EVERYWHERE.expand(2, 1, 16, 16), gamma=0.0), expected)


def test_errors_far_from_the_prompt_count_less():
    target = torch.zeros(1, 1, 16, 16)
    near = torch.zeros(1, 1, 16, 16, dtype=torch.bool)
    near[..., :8] = True
    left, right = torch.full((1, 1, 16, 16), -8.0), torch.full((1, 1, 16, 16), -8.0)
    left[..., 2, 2], right[..., 2, 12] = 8.0, 8.0
    assert focal_loss(left, target, near).item() == pytest.approx(2 * focal_loss(right, target, near).item(), rel=0.01)


@given(st.integers(1, 15))
def test_dice_loss_of_certain_masks_is_one_minus_dice(columns):
    target = halves()
    logits = torch.full((1, 1, 16, 16), -30.0)
    logits[..., :columns] = 30.0
    overlap, total = 16 * min(columns, 8), 16 * columns + 16 * 8
    assert dice_loss(logits, target).item() == pytest.approx(1 - (2 * overlap + 1) / (total + 1), abs=1e-5)


def test_hard_iou():
    logits = torch.full((1, 2, 16, 16), -1.0)
    logits[:, 0, :, :4] = 1.0
    assert hard_iou(logits, halves()).tolist() == [[0.5, 0.0]]
    assert hard_iou(logits[:, 1:], torch.zeros(1, 1, 16, 16)).tolist() == [[1.0]]
