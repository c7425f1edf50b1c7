"""The interactive training of any SAM on labelled slices: a prompt, then clicks where the answer is wrong.

Kirillov et al. 2023, Segment Anything, appendix A: a box or a click at first, then rounds in which each structure gets
a click in the largest region that is still wrong, with the mask so far fed back as low-resolution logits. Prompts are
encoded exactly as the predictor does. The loss is focal plus dice, 1:1, and the squared error of the predicted IoU.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor
from torch.nn import functional as F

from napari_spinalsam.segmentation.dense_prompt import add_to_previous
from napari_spinalsam.segmentation.prompt_encoding import encode_prompts
from napari_spinalsam.training.losses import dice_loss, focal_loss, hard_iou
from napari_spinalsam.training.prompt_sampling import Mask, corrective_click, jitter_box, tight_box
from napari_spinalsam.training.slice_index import MIN_PIXELS

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

_JITTER: Final = 0.1
_NEAR: Final = 0.2  # how far round a structure, as a share of its box, the focal loss looks closely
_OTHER_TOKENS: Final = 0.3  # weight of the mask tokens that a prompt is not meant for
_REDUCTION: Final = 4  # input pixels for one cell of the low-resolution masks, per side


@dataclass(frozen=True, eq=False)
class PromptedSlice:
    """Structures of one slice with their first prompts: a box each, or a click each.

    Parameters
    ----------
    masks : (n, rows, columns) bool
        In pixels of the network's input, without the padding.
    boxes : (n, 4) float32 tensor or None
    points, labels : (n, k, 2) float32 and (n, k) int64 tensors
        k is 0 where there are boxes.
    """

    masks: NDArray[np.bool_]
    boxes: Tensor | None
    points: Tensor
    labels: Tensor


def structures_in(labels: NDArray[np.uint8]) -> list[Mask]:
    """Separate the connected parts (by faces) of every value that have `MIN_PIXELS` pixels or more."""
    found: list[Mask] = []
    for value in np.unique(labels[labels != 0]):
        parts, n = ndimage.label(labels == value)
        sizes = np.bincount(parts.ravel(), minlength=n + 1)
        found += [np.asarray(parts == i) for i in range(1, n + 1) if sizes[i] >= MIN_PIXELS]
    return found


def draw_prompts(
    rng: np.random.Generator, labels: NDArray[np.uint8], at_most: int, point_share: float
) -> PromptedSlice | None:
    """Choose structures of a slice and point at them as a user would; None where there is none.

    Parameters
    ----------
    rng : numpy.random.Generator
    labels : (rows, columns) uint8
    at_most : int
        Structures to choose.
    point_share : float
        How likely all get a click instead of a box.
    """
    found = structures_in(labels)
    if not found:
        return None
    chosen = [found[i] for i in sorted(rng.permutation(len(found))[:at_most].tolist())]
    masks = np.stack(chosen)
    if rng.random() < point_share:
        clicks = [corrective_click(rng, np.zeros_like(mask), mask) for mask in chosen]
        points = torch.tensor([click[:2] for click in clicks if click is not None], dtype=torch.float32)[:, None]
        return PromptedSlice(masks, None, points, torch.ones(len(chosen), 1, dtype=torch.int64))
    boxes = [_outer(jitter_box(rng, tight_box(mask), rng.uniform(0, _JITTER), labels.shape)) for mask in chosen]
    return boxed(masks, boxes)


def exact_prompts(labels: NDArray[np.uint8]) -> PromptedSlice | None:
    """Every structure of a slice with its exact box; None where there is none."""
    found = structures_in(labels)
    return boxed(np.stack(found), [_outer(tight_box(mask)) for mask in found]) if found else None


def boxed(masks: NDArray[np.bool_], boxes: list[tuple[float, float, float, float]]) -> PromptedSlice:
    """Masks with a box each and no clicks."""
    n = len(boxes)
    return PromptedSlice(masks, torch.tensor(boxes), torch.zeros(n, 0, 2), torch.zeros(n, 0, dtype=torch.int64))


def rounds_loss(
    sam: Sam, embedding: Tensor, prompted: PromptedSlice, rounds: int, rng: np.random.Generator, *, dense: bool
) -> tuple[Tensor, float]:
    """Prompt, then correct ``rounds - 1`` times.

    Parameters
    ----------
    sam : Sam
    embedding : (1, channels, h, w) tensor
        Of the slice.
    prompted : PromptedSlice
    rounds : int
        At least 1.
    rng : numpy.random.Generator
        Of the corrective clicks.
    dense : bool
        Whether the network wants prompts drawn into the mask prompt too.

    Returns
    -------
    loss : scalar tensor
        Mean over structures and rounds.
    iou : float
        Mean IoU of the last round's masks.
    """
    device, size = embedding.device, int(sam.image_encoder.img_size)
    truth, near = _targets(prompted.masks, size, device)
    boxes = None if prompted.boxes is None else prompted.boxes.to(device)
    points, labels = prompted.points.to(device), prompted.labels.to(device)
    previous: Tensor | None = None
    losses: list[Tensor] = []
    looks = n_looks(boxes, dense=dense)
    while True:
        logits, predicted_iou = decode(sam, embedding, boxes, points, labels, previous, dense=dense)
        ambiguous = boxes is None and points.shape[1] == 1
        loss, previous, iou = _round_loss(logits, predicted_iou, truth, near, ambiguous=ambiguous)
        losses.append(loss)
        if len(losses) == looks + rounds - 1:
            return torch.stack(losses).mean(), iou
        if len(losses) >= looks:
            new_points, new_labels = _corrections(rng, previous, prompted.masks)
            points = torch.cat([points, new_points.to(device)], 1)
            labels = torch.cat([labels, new_labels.to(device)], 1)


def n_looks(boxes: Tensor | None, *, dense: bool) -> int:
    """How often the predictor decodes a first prompt: an answer to a drawn box is given back once as a mask."""
    return 2 if dense and boxes is not None else 1


def decode(
    sam: Sam,
    embedding: Tensor,
    boxes: Tensor | None,
    points: Tensor,
    labels: Tensor,
    previous: Tensor | None,
    *,
    dense: bool,
) -> tuple[Tensor, Tensor]:
    """Run prompt encoder and mask decoder as the predictor does: (n, tokens, h, w) float32 logits, (n, tokens) IoU."""
    sparse, dense_embedding = encode_prompts(sam, boxes, points, labels, previous, dense=dense)
    logits, iou = sam.mask_decoder.predict_masks(
        image_embeddings=embedding,
        image_pe=sam.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense_embedding,
    )
    logits = logits.float()
    if dense and previous is not None:
        logits = add_to_previous(logits, previous)
    return logits, iou.float()


def at_input_size(logits: Tensor, shape: tuple[int, int]) -> Tensor:
    """Resample (n, 1, h, w) logits to input pixels and cut the padding off: (n, rows, columns)."""
    whole = F.interpolate(logits, scale_factor=_REDUCTION, mode="bilinear", align_corners=False)
    return whole[:, 0, : shape[0], : shape[1]]


def _outer(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Move a box from the centres of the outermost pixels to their outer sides."""
    x0, y0, x1, y1 = box
    return x0 - 0.5, y0 - 0.5, x1 + 0.5, y1 + 0.5


def _targets(masks: NDArray[np.bool_], size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Share of every structure in each cell at half the input's resolution, and the cells near it; (n, 1, s/2, s/2)."""
    whole = np.zeros((len(masks), 1, size, size), np.float32)
    near = np.zeros((len(masks), 1, size // 2, size // 2), bool)
    whole[:, 0, : masks.shape[1], : masks.shape[2]] = masks
    for i, mask in enumerate(masks):
        x0, y0, x1, y1 = tight_box(mask)
        dx, dy = _NEAR * (x1 - x0) + 4, _NEAR * (y1 - y0) + 4
        rows = slice(int(max(y0 - dy, 0)) // 2, int(y1 + dy) // 2 + 1)
        near[i, 0, rows, int(max(x0 - dx, 0)) // 2 : int(x1 + dx) // 2 + 1] = True
    return F.avg_pool2d(torch.from_numpy(whole), 2).to(device), torch.from_numpy(near).to(device)


def _round_loss(
    logits: Tensor, predicted_iou: Tensor, truth: Tensor, near: Tensor, *, ambiguous: bool
) -> tuple[Tensor, Tensor, float]:
    """Loss of a round, the logits (n, 1, h, w) of the masks it chose, detached, and their mean IoU."""
    fine = F.interpolate(logits, size=truth.shape[-2:], mode="bilinear", align_corners=False)
    losses = focal_loss(fine, truth, near) + dice_loss(fine, truth)
    true_iou = hard_iou(fine, truth)
    single, (best, token) = losses[:, 0], losses[:, 1:].min(1)
    if ambiguous:  # part, whole or all may be meant: the best candidate is held to it
        loss, index = best + _OTHER_TOKENS * single, token + 1
    else:
        loss, index = single + _OTHER_TOKENS * best, torch.zeros_like(token)
    rows = torch.arange(len(logits), device=logits.device)
    chosen = logits.detach()[rows, index][:, None]
    return (loss.mean() + F.mse_loss(predicted_iou, true_iou)), chosen, float(true_iou[rows, index].mean())


def _corrections(rng: np.random.Generator, logits: Tensor, masks: NDArray[np.bool_]) -> tuple[Tensor, Tensor]:
    """One more click a structure, (n, 1, 2) and (n, 1); where nothing is wrong, one that says nothing (-1)."""
    found = (at_input_size(logits, (masks.shape[1], masks.shape[2])) > 0).cpu().numpy()
    clicks = [corrective_click(rng, one, truth) or (0.0, 0.0, None) for one, truth in zip(found, masks, strict=True)]
    points = torch.tensor([[click[:2]] for click in clicks], dtype=torch.float32)
    labels = torch.tensor([[-1 if click[2] is None else int(click[2])] for click in clicks])
    return points, labels
