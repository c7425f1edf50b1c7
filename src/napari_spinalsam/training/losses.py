"""Losses of prompted segmentation: focal and dice on logits, and the squared error of the predicted IoU."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def focal_loss(logits: torch.Tensor, target: torch.Tensor, near: torch.Tensor, gamma: float = 1.0) -> torch.Tensor:
    """Focal loss (Lin et al. 2017, equation 4), the mean near the prompt plus half the mean elsewhere.

    Small structures would otherwise drown in background that nobody doubts.

    Parameters
    ----------
    logits : (n, c, h, w) float tensor
        Predicted.
    target : (n, 1, h, w) float tensor
        0..1; fractions where a cell holds some of both.
    near : (n, 1, h, w) bool tensor
        Near the prompted structure.
    gamma : float
        How much easy cells are damped.

    Returns
    -------
    (n, c) float tensor
    """
    target = target.expand_as(logits)
    crossed = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    easy = 1.0 - (torch.sigmoid(logits) - target).abs()
    loss = crossed * (1.0 - easy).clamp_min(1e-4) ** gamma
    inside = near.to(loss.dtype)
    outside = 1.0 - inside
    mean_inside = (loss * inside).sum((-2, -1)) / inside.sum((-2, -1)).clamp_min(1.0)
    mean_outside = (loss * outside).sum((-2, -1)) / outside.sum((-2, -1)).clamp_min(1.0)
    return mean_inside + 0.5 * mean_outside


def dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 − soft Dice (Milletari et al. 2016): (n, c, h, w) logits, (n, 1, h, w) targets 0..1; returns (n, c)."""
    probability = torch.sigmoid(logits)
    overlap = (probability * target).sum((-2, -1))
    total = probability.sum((-2, -1)) + target.sum((-2, -1))
    return 1.0 - (2.0 * overlap + 1.0) / (total + 1.0)


def mask_loss(logits: torch.Tensor, target: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
    """Twice focal plus dice: (n, c)."""
    return 2.0 * focal_loss(logits, target, near) + dice_loss(logits, target)


def hard_iou(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Intersection over union of thresholded masks; (n, c), no gradient, 1 where both are empty."""
    with torch.no_grad():
        predicted, truth = logits > 0, (target > 0.5).expand_as(logits)
        union = (predicted | truth).sum((-2, -1))
        overlap = (predicted & truth).sum((-2, -1))
        return torch.where(union > 0, overlap / union.clamp_min(1), torch.ones_like(union, dtype=torch.float32))
