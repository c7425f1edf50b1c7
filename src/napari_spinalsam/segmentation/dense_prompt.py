"""Boxes and clicks drawn into the mask prompt.

SAM's prompt encoder takes, beside the tokens of points and boxes, one low-resolution mask. A small network learns to
obey a prompt much sooner when it is also drawn there: a box as the signed distance to its sides, a click as a disc.
The prompt encoder itself stays SAM's. Networks that were not trained this way, as Meta's checkpoints, must not be
prompted so (``SmallSamConfig.dense_prompts`` tells).

Everything here is in coordinates of the square network input, pixel centres at whole numbers, and works on batches.
"""

from __future__ import annotations

import torch

# Logits of a drawn prompt and of a mask fed back lie within ±LIMIT.
LIMIT = 6.0
# Distance to a box side that gives a logit of 1, and radius of a click's disc, as shares of the input's side.
_DISTANCE_UNIT = 1 / 64
_DISC_RADIUS = 1 / 64


def box_logits(boxes: torch.Tensor, input_size: int, mask_size: int) -> torch.Tensor:
    """Draw each box as the signed distance to its nearest side.

    Parameters
    ----------
    boxes : (n, 4) float tensor
        x0, y0, x1, y1 in input pixels.
    input_size, mask_size : int
        Sides of the network input and of the mask prompt.

    Returns
    -------
    (n, 1, mask_size, mask_size) float32 tensor
        Positive inside, negative outside, within ±LIMIT.
    """
    centres = _cell_centres(input_size, mask_size, boxes.device)
    x0, y0, x1, y1 = (side[:, None] for side in boxes.float().unbind(1))
    inside_x = torch.minimum(centres - x0, x1 - centres)[:, None, :]
    inside_y = torch.minimum(centres - y0, y1 - centres)[:, :, None]
    distance = torch.minimum(inside_x, inside_y) / (_DISTANCE_UNIT * input_size)
    return distance.clamp(-LIMIT, LIMIT)[:, None]


def empty_logits(n: int, mask_size: int, device: torch.device | str = "cpu") -> torch.Tensor:
    """Return the mask prompt of no box and no mask: (n, 1, mask_size, mask_size) zeros."""
    return torch.zeros(n, 1, mask_size, mask_size, device=device)


def stamp_clicks(logits: torch.Tensor, points: torch.Tensor, labels: torch.Tensor, input_size: int) -> torch.Tensor:
    """Stamp clicks as discs into a mask prompt; where discs overlap, the later click wins.

    Parameters
    ----------
    logits : (n, 1, h, h) float tensor
        Left as it is.
    points : (n, k, 2) float tensor
        x, y in input pixels.
    labels : (n, k) tensor
        1 positive, 0 negative, -1 no click.
    input_size : int
        Side of the network input.

    Returns
    -------
    (n, 1, h, h) float32 tensor
        ``2 * LIMIT`` in positive discs, ``-2 * LIMIT`` in negative ones: outside what masks reach.
    """
    stamped = logits.float().clone()
    centres = _cell_centres(input_size, logits.shape[-1], logits.device)
    radius = _DISC_RADIUS * input_size
    for k in range(points.shape[1]):
        dx = centres[None, None, :] - points[:, k, 0, None, None]
        dy = centres[None, :, None] - points[:, k, 1, None, None]
        disc = (dx * dx + dy * dy <= radius * radius) & (labels[:, k, None, None] >= 0)
        value = torch.where(labels[:, k] > 0, 2 * LIMIT, -2 * LIMIT)[:, None, None].to(stamped.dtype)
        stamped[:, 0] = torch.where(disc, value, stamped[:, 0])
    return stamped


def limit_logits(logits: torch.Tensor) -> torch.Tensor:
    """Bring predicted logits into the range that is fed back."""
    return logits.clamp(-LIMIT, LIMIT)


def add_to_previous(predicted: torch.Tensor, previous: torch.Tensor) -> torch.Tensor:
    """Combine what the decoder says with the mask that was fed back: it predicts the change.

    Parameters
    ----------
    predicted : (n, c, h, w) float tensor
        Decoder output of a round that got ``previous`` as its mask prompt.
    previous : (n, 1, h, w) float tensor
        That mask, without clicks.
    """
    return predicted + limit_logits(previous)


def _cell_centres(input_size: int, mask_size: int, device: torch.device) -> torch.Tensor:
    """Centres of the mask prompt's cells along one side, in input pixels."""
    step = input_size / mask_size
    return (torch.arange(mask_size, dtype=torch.float32, device=device) + 0.5) * step - 0.5
