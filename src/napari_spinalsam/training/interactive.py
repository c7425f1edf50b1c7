"""Interactive training: a first prompt, then clicks where the prediction is wrong (Kirillov et al. 2023, app. A)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from napari_spinalsam.segmentation.dense_prompt import add_to_previous
from napari_spinalsam.segmentation.prompt_encoding import encode_prompts
from napari_spinalsam.training.losses import hard_iou, mask_loss
from napari_spinalsam.training.prompt_rounds import n_looks
from napari_spinalsam.training.prompt_sampling import Target, corrective_click, tight_box
from napari_spinalsam.training.region import Region, decode_region

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

_SIDE_LOSS = 0.3  # of the tokens that the prompt is not meant for
_IOU_LOSS = 0.5
_NEAR = 0.2  # how far around a structure, as a share of its box, the focal loss looks closely


@dataclass
class Prompted:
    """All targets of a batch with what has been pointed at so far, in pixels of the whole input.

    Either every target has a box or none has; every one has the same number of clicks.
    """

    region: Region
    masks: NDArray[np.bool_]
    boxes: torch.Tensor | None
    points: torch.Tensor
    labels: torch.Tensor
    low: torch.Tensor = field(init=False)
    high: torch.Tensor = field(init=False)
    near: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        truth = torch.from_numpy(self.masks)[:, None].float()
        self.high, self.low = F.avg_pool2d(truth, 2), F.avg_pool2d(truth, 4)
        self.near = torch.zeros_like(self.high, dtype=torch.bool)
        for i, mask in enumerate(self.masks):
            x0, y0, x1, y1 = tight_box(mask)
            dx, dy = _NEAR * (x1 - x0) + 4, _NEAR * (y1 - y0) + 4
            rows = slice(max(int(y0 - dy), 0) // 2, int(y1 + dy) // 2 + 1)
            columns = slice(max(int(x0 - dx), 0) // 2, int(x1 + dx) // 2 + 1)
            self.near[i, 0, rows, columns] = True

    @property
    def single_click(self) -> bool:
        """Whether the prompt is as ambiguous as it can be."""
        return self.boxes is None and self.points.shape[1] == 1

    def add_clicks(self, rng: np.random.Generator, predicted: torch.Tensor) -> None:
        """Add one corrective click a target; (n, h, w) bool predictions at half resolution."""
        points, labels = [], []
        for wrong, truth in zip(predicted.numpy(), (self.high[:, 0] > 0.5).numpy(), strict=True):
            click = corrective_click(rng, wrong, truth)
            x, y, positive = click if click is not None else (0.0, 0.0, False)
            points.append((2 * x + 0.5 + self.region.origin[0], 2 * y + 0.5 + self.region.origin[1]))
            labels.append(-1 if click is None else int(positive))
        self.points = torch.cat([self.points, torch.tensor(points, dtype=torch.float32)[:, None]], 1)
        self.labels = torch.cat([self.labels, torch.tensor(labels)[:, None]], 1)


def prompted(targets: Sequence[Target], region: Region) -> Prompted:
    """Collect targets drawn in a region's pixels."""
    origin = torch.tensor(region.origin, dtype=torch.float32)
    boxes = None
    if targets[0].box is not None:
        boxes = torch.tensor([t.box for t in targets]) + origin.repeat(2)
    points = torch.stack([torch.from_numpy(t.points) for t in targets]) + origin
    labels = torch.stack([torch.from_numpy(t.positive) for t in targets]).long()
    return Prompted(region, np.stack([t.mask for t in targets]), boxes, points, labels)


def rounds_loss(
    sam: Sam, embeddings: torch.Tensor, prompts: Prompted, rounds: int, rng: np.random.Generator
) -> tuple[torch.Tensor, list[float]]:
    """Prompt, then correct ``rounds - 1`` times; a box is answered twice before, as the predictor does it.

    Parameters
    ----------
    sam : Sam
        The network.
    embeddings : (n, channels, size, size) tensor
        The embedding that belongs to each of the prompts.
    prompts : Prompted
        First prompts; gets the corrective clicks.
    rounds : int
        At least 1.
    rng : numpy.random.Generator
        Of the clicks.

    Returns
    -------
    loss : scalar tensor
        Mean over targets and rounds.
    iou : list of float
        Mean IoU of each answer's mask.
    """
    previous: torch.Tensor | None = None
    losses: list[torch.Tensor] = []
    ious: list[float] = []
    looks = n_looks(prompts.boxes, dense=True)
    n_answers = looks + rounds - 1
    while len(losses) < n_answers:
        sparse, dense = encode_prompts(sam, prompts.boxes, prompts.points, prompts.labels, previous, dense=True)
        masks, predicted_iou = decode_region(sam, embeddings, prompts.region, sparse, dense)
        if previous is not None:
            rows, columns = prompts.region.mask_cells
            masks = add_to_previous(masks, previous[..., rows, columns])
        loss, iou, chosen = _round_loss(prompts, masks, predicted_iou)
        losses.append(loss)
        ious.append(float(iou.mean()))
        if len(losses) < n_answers:
            if len(losses) >= looks:
                fine = F.interpolate(chosen, scale_factor=2, mode="bilinear", align_corners=False)
                prompts.add_clicks(rng, fine[:, 0] > 0)
            previous = _in_whole(chosen, prompts.region, sam.prompt_encoder.mask_input_size)
    return torch.stack(losses).mean(), ious


def _round_loss(
    prompts: Prompted, masks: torch.Tensor, predicted_iou: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Loss of one round, IoU of the mask it yields, and that mask's logits (n, 1, h, w), detached."""
    near_low = F.max_pool2d(prompts.near.float(), 2) > 0
    single = F.interpolate(masks[:, :1], scale_factor=2, mode="bilinear", align_corners=False)
    single_loss = mask_loss(single, prompts.high, prompts.near)[:, 0]
    candidates = mask_loss(masks[:, 1:], prompts.low, near_low)
    best_loss, best = candidates.min(dim=1)
    true_iou = hard_iou(masks, prompts.low)
    iou_loss = F.mse_loss(predicted_iou, true_iou)
    if prompts.single_click:
        loss, index = best_loss + _SIDE_LOSS * single_loss, best + 1
    else:
        loss, index = single_loss + _SIDE_LOSS * best_loss, torch.zeros_like(best)
    chosen = masks.detach()[torch.arange(len(masks)), index][:, None]
    return loss.mean() + _IOU_LOSS * iou_loss, true_iou[torch.arange(len(masks)), index], chosen


def _in_whole(logits: torch.Tensor, region: Region, size: tuple[int, int]) -> torch.Tensor:
    """Put a region's logits into the whole mask prompt."""
    whole = torch.zeros(len(logits), 1, *size)
    rows, columns = region.mask_cells
    whole[..., rows, columns] = logits
    return whole
