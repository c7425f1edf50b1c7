"""A true little segmenter without a network: grows regions of like grey from points, thresholds inside boxes.

It has the predictor's interface, so that the session can be tested without weights and in milliseconds.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.segmentation import flood

from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.segmentation.prompts import Box, Prompts, check_prompts

TOLERANCES = (0.05, 0.15, 0.4)
LOGITS_SIZE = 16


@dataclass(frozen=True)
class Regions:
    masks: np.ndarray
    predicted_iou: np.ndarray
    low_res_logits: np.ndarray


class RegionGrowing:
    def __init__(self) -> None:
        self.embedded = 0
        self.mask_prompts: list[np.ndarray | None] = []
        self.threads: set[int] = set()

    def embed(self, image):
        self.embedded += 1
        self.threads.add(threading.get_ident())
        return image.grey(PRESETS["bone"])

    def predict(self, embedding: np.ndarray, prompts: Prompts, mask_logits=None) -> Regions:
        check_prompts(prompts, embedding.shape)
        self.mask_prompts.append(mask_logits)
        if prompts.boxes:
            candidates = [np.any([_in_box(embedding, box) for box in prompts.boxes], axis=0)]
            candidates = [_correct(embedding, mask, prompts, 0.15) for mask in candidates]
        else:
            blank = np.zeros(embedding.shape, dtype=bool)
            candidates = [_correct(embedding, blank, prompts, tolerance) for tolerance in TOLERANCES]
        masks = np.stack(candidates)
        scores = np.linspace(0.9, 0.7, len(masks)).astype(np.float32)
        return Regions(masks, scores, np.stack([_low_res(mask) for mask in masks]))

    def describe_device(self) -> str:
        return "CPU, region growing"

    def describe_model(self) -> str:
        return "no weights, nothing to match"


def _correct(pixels: np.ndarray, mask: np.ndarray, prompts: Prompts, tolerance: float) -> np.ndarray:
    mask = mask.copy()
    for point in sorted(prompts.points, key=lambda point: not point.positive):
        row, column = _pixel(pixels, point.x, point.y)
        grown = flood(pixels, (row, column), tolerance=tolerance)
        mask = mask | grown if point.positive else mask & ~grown
    return mask


def _in_box(pixels: np.ndarray, box: Box) -> np.ndarray:
    mask = np.zeros(pixels.shape, dtype=bool)
    (row0, column0), (row1, column1) = _pixel(pixels, box.x0, box.y0), _pixel(pixels, box.x1, box.y1)
    inside = (slice(row0, row1 + 1), slice(column0, column1 + 1))
    part = pixels[inside]
    if part.min() < part.max():
        mask[inside] = ndimage.binary_fill_holes(part > threshold_otsu(part))
    return mask


def _pixel(pixels: np.ndarray, x: float, y: float) -> tuple[int, int]:
    rows, columns = pixels.shape
    return int(np.clip(np.floor(y + 0.5), 0, rows - 1)), int(np.clip(np.floor(x + 0.5), 0, columns - 1))


def _low_res(mask: np.ndarray) -> np.ndarray:
    rows = np.linspace(0, mask.shape[0] - 1, LOGITS_SIZE).astype(int)
    columns = np.linspace(0, mask.shape[1] - 1, LOGITS_SIZE).astype(int)
    return np.where(mask[np.ix_(rows, columns)], 5.0, -5.0).astype(np.float32)
