"""Dice on held-out synthetic slices: one exact box for each part, the union of the masks against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.metrics import dice
from napari_spinalsam.segmentation.dense_prompt import add_to_previous
from napari_spinalsam.segmentation.prompt_encoding import encode_prompts
from napari_spinalsam.training.dataset import FramedSample, SamplePool
from napari_spinalsam.training.prompt_sampling import tight_box
from napari_spinalsam.training.region import Region, decode_region
from napari_spinalsam.training.spine_shapes import PELVIS

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

_MIN_PIXELS = 50


@torch.inference_mode()
def validation_dice(sam: Sam, pool: SamplePool, n: int) -> float:
    """Mean Dice over the first ``n`` samples that show a vertebra.

    Parameters
    ----------
    sam : Sam
        The network; its training mode is left as it is, for it has no dropout and no batch statistics.
    pool : SamplePool
        Samples that were not trained on.
    n : int
        How many.
    """
    scores = [score for i in range(n) if (score := _sample_dice(sam, pool[i])) is not None]
    return float(np.mean(scores))


def _sample_dice(sam: Sam, sample: FramedSample) -> float | None:
    truth = (sample.labels > 0) & (sample.labels < PELVIS)
    parts, n = ndimage.label(truth)
    sizes = np.bincount(parts.ravel(), minlength=n + 1)
    large = [i for i in range(1, n + 1) if sizes[i] > _MIN_PIXELS]
    if not large:
        return None
    boxes = torch.tensor([tight_box(parts == i) for i in large])
    predicted = np.any(predict_boxes(sam, sample, boxes), axis=0)
    return dice(np.asarray(predicted), np.isin(parts, large))


def predict_boxes(sam: Sam, sample: FramedSample, boxes: torch.Tensor) -> NDArray[np.bool_]:
    """Return one mask a box, (n, size, size), in the input's own pixels, after a second look as in the predictor."""
    image = torch.from_numpy(sample.image[: sample.scaled[0], : sample.scaled[1]].astype(np.float32))
    embedding = sam.image_encoder(sam.preprocess(image.expand(3, -1, -1)[None]))
    size = sam.image_encoder.img_size
    region = Region(0, 0, embedding.shape[-1])
    no_points, no_labels = torch.zeros(len(boxes), 0, 2), torch.zeros(len(boxes), 0)
    sparse, dense = encode_prompts(sam, boxes, no_points, no_labels, None, dense=True)
    embeddings = embedding.expand(len(boxes), -1, -1, -1)
    first, _ = decode_region(sam, embeddings, region, sparse, dense)
    previous = first[:, :1]
    sparse, dense = encode_prompts(sam, boxes, no_points, no_labels, previous, dense=True)
    logits = add_to_previous(decode_region(sam, embeddings, region, sparse, dense)[0], previous)
    whole = F.interpolate(logits[:, :1], size=(size, size), mode="bilinear", align_corners=False)
    return np.asarray(whole[:, 0] > 0)
