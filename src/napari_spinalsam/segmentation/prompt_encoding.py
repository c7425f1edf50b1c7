"""Prompts as SAM's prompt encoder takes them, with and without drawing them into the mask prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from napari_spinalsam.segmentation.dense_prompt import box_logits, empty_logits, stamp_clicks
from napari_spinalsam.segmentation.input_frame import InputFrame
from napari_spinalsam.segmentation.structures import Structure

if TYPE_CHECKING:
    from segment_anything.modeling import Sam


def boxes_in_input(group: list[Structure], frame: InputFrame, device: torch.device) -> Tensor | None:
    """Boxes of structures, (n, 4) float32 x0, y0, x1, y1 in input pixels; None where they have none."""
    corners = [((each.box.x0, each.box.y0), (each.box.x1, each.box.y1)) for each in group if each.box is not None]
    if not corners:
        return None
    mapped = frame.points_to_input(np.array(corners)).reshape(len(group), 4)
    return torch.from_numpy(mapped).float().to(device)


def clicks_in_input(group: list[Structure], frame: InputFrame, device: torch.device) -> tuple[Tensor, Tensor]:
    """Clicks of structures that have equally many: (n, k, 2) float32 in input pixels, (n, k) int64 1 or 0."""
    k = len(group[0].points)
    positions = np.array([[(point.x, point.y) for point in each.points] for each in group]).reshape(len(group), k, 2)
    labels = np.array([[point.positive for point in each.points] for each in group], dtype=np.int64)
    mapped = torch.from_numpy(frame.points_to_input(positions)).float().to(device)
    return mapped, torch.from_numpy(labels.reshape(len(group), k)).to(device)


def encode_prompts(
    sam: Sam, boxes: Tensor | None, points: Tensor, labels: Tensor, previous: Tensor | None, *, dense: bool
) -> tuple[Tensor, Tensor]:
    """Run SAM's prompt encoder.

    Parameters
    ----------
    sam : Sam
    boxes : (n, 4) float tensor or None
        In input pixels.
    points, labels : (n, k, 2) float and (n, k) int tensors
        Clicks; k may be 0 where there are boxes.
    previous : (n, 1, h, h) float tensor or None
        Logits of the mask to correct.
    dense : bool
        Whether the network was trained with prompts drawn into the mask prompt (`segmentation.dense_prompt`).

    Returns
    -------
    sparse, dense : (n, tokens, channels) and (n, channels, grid, grid) tensors
        As the mask decoder takes them.
    """
    mask_prompt = previous
    if dense:
        if previous is None:
            cells = sam.prompt_encoder.mask_input_size[0]
            size = sam.image_encoder.img_size
            empty = empty_logits(len(points), cells, points.device)
            previous = empty if boxes is None else box_logits(boxes, size, cells)
        mask_prompt = stamp_clicks(previous, points, labels, sam.image_encoder.img_size)
    clicks = (points, labels) if points.shape[1] else None
    encoded: tuple[Tensor, Tensor] = sam.prompt_encoder(points=clicks, boxes=boxes, masks=mask_prompt)
    return encoded
