"""How well models segment images whose truth is known, beside two simple rivals.

Every connected part of the truth larger than 50 pixels is prompted as a user would: by its box, by one click, or by
its box and corrective clicks, each into the largest region that is still wrong (Kirillov et al. 2023, appendix A). The
union of the answers is compared with the whole truth of the slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam import metrics
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.segmentation.predictor import Embedding, Prediction, Predictor
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.training.pairs import TruthSlice
from napari_spinalsam.training.prompt_sampling import corrective_click, tight_box
from napari_spinalsam.training.rivals import filled_box, otsu_in_box

PromptKind = Literal["box", "points", "interactive"]
PROMPT_KINDS: Final[tuple[PromptKind, ...]] = get_args(PromptKind)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """Agreement of one mask with the truth: distances in mm, or in pixels where the image has no spacing."""

    dice: float
    iou: float
    msd: float
    hd95: float


#: Names of the scores, in the order of the table.
SCORES: Final = ("dice", "iou", "msd", "hd95")


@dataclass(frozen=True, slots=True)
class SliceResult:
    """Scores of one slice by one method.

    Parameters
    ----------
    method : str
        Name of the model or rival.
    filled : bool
        Whether the holes of every part's mask were filled before.
    slice_name : str
    scores : Scores
    """

    method: str
    filled: bool
    slice_name: str
    scores: Scores


@dataclass(frozen=True, slots=True)
class Summary:
    """One row of the table: mean and standard deviation over slices.

    Parameters
    ----------
    method, filled
        As in `SliceResult`.
    n : int
        Number of slices.
    mean, sd : dict of str to float
        Of every score; distances over the slices that have one.
    without_distance : int
        Slices on which nothing was predicted, so that there is no distance.
    """

    method: str
    filled: bool
    n: int
    mean: dict[str, float]
    sd: dict[str, float]
    without_distance: int


def evaluate_slice(
    truth: TruthSlice, predictors: Mapping[str, Predictor], prompt: PromptKind = "box", clicks: int = 3
) -> list[SliceResult]:
    """Score every model, and both rivals, on one slice.

    Parameters
    ----------
    truth : TruthSlice
    predictors : mapping of str to Predictor
        Name for the table -> model.
    prompt : {"box", "points", "interactive"}
        The exact box of each part; one click into its middle; or the box and then ``clicks`` corrections.
    clicks : int
        Corrective clicks a part, for "interactive".

    Returns
    -------
    list of SliceResult
        Two for each model, as predicted and with holes filled, and one for each rival.
    """
    parts = truth.parts()
    results: list[SliceResult] = []
    for name, predictor in predictors.items():
        masks = predict_parts(predictor, truth, parts, prompt, clicks)
        results += [_scored(name, truth, masks, filled=filled) for filled in (False, True)]
    return results + _rivals(truth, parts)


def predict_parts(
    predictor: Predictor, truth: TruthSlice, parts: list[Mask], prompt: PromptKind, clicks: int
) -> list[Mask]:
    """Masks of all parts of a slice, prompted as `evaluate_slice` says."""
    embedding = predictor.embed(truth.image)
    if prompt == "box":
        return list(predictor.predict(embedding, Prompts(boxes=tuple(exact_box(part) for part in parts))).parts)
    if prompt == "points":
        prompts = [Prompts(points=(_middle(part),)) for part in parts]
        return [predictor.predict(embedding, each).masks[0] for each in prompts]
    rng = np.random.default_rng(0)  # the same clicks for everybody with the same errors
    return [_corrected(predictor, embedding, part, clicks, rng) for part in parts]


def exact_box(mask: Mask) -> Box:
    """Box along the outer sides of the outermost pixels."""
    x0, y0, x1, y1 = tight_box(mask)
    return Box(x0 - 0.5, y0 - 0.5, x1 + 0.5, y1 + 0.5)


def summarise(results: Iterable[SliceResult]) -> list[Summary]:
    """Mean and standard deviation of every method, in order of appearance."""
    grouped: dict[tuple[str, bool], list[Scores]] = {}
    for result in results:
        grouped.setdefault((result.method, result.filled), []).append(result.scores)
    return [_summary(method, scores, filled=filled) for (method, filled), scores in grouped.items()]


def _corrected(predictor: Predictor, embedding: Embedding, part: Mask, clicks: int, rng: np.random.Generator) -> Mask:
    prompts = Prompts(boxes=(exact_box(part),))
    prediction: Prediction = predictor.predict(embedding, prompts)
    for _ in range(clicks):
        click = corrective_click(rng, prediction.masks[0], part)
        if click is None:
            break
        x, y, positive = click
        prompts = Prompts((*prompts.points, Point(x, y, positive)), prompts.boxes)
        prediction = predictor.predict(embedding, prompts, prediction.low_res_logits[:1])
    best: Mask = prediction.masks[0]
    return best


def _middle(mask: Mask) -> Point:
    """Find the pixel farthest from the outside."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Point(float(column), float(row))


def _rivals(truth: TruthSlice, parts: list[Mask]) -> list[SliceResult]:
    grey = truth.image.grey(PRESETS["bone"])
    boxes = [exact_box(part) for part in parts]
    return [
        _scored("filled box", truth, [filled_box(grey, box) for box in boxes], filled=False),
        _scored("Otsu in the box", truth, [otsu_in_box(grey, box) for box in boxes], filled=True),
    ]


def _scored(method: str, truth: TruthSlice, masks: list[Mask], *, filled: bool) -> SliceResult:
    found = np.zeros(truth.labels.shape, dtype=bool)
    for mask in masks:
        found |= ndimage.binary_fill_holes(mask) if filled else mask
    wanted, spacing = truth.labels != 0, truth.image.spacing
    scores = Scores(
        dice=metrics.dice(found, wanted),
        iou=metrics.iou(found, wanted),
        msd=metrics.mean_surface_distance(found, wanted, spacing),
        hd95=metrics.hausdorff95(found, wanted, spacing),
    )
    return SliceResult(method, filled, truth.name, scores)


def _summary(method: str, scores: list[Scores], *, filled: bool) -> Summary:
    mean, sd = {}, {}
    for name in SCORES:
        values = np.array([getattr(each, name) for each in scores])
        values = values[np.isfinite(values)]
        mean[name] = float(values.mean()) if values.size else float("nan")
        sd[name] = float(values.std(ddof=1)) if values.size > 1 else 0.0
    lost = sum(not np.isfinite(each.msd) for each in scores)
    return Summary(method, filled, len(scores), mean, sd, lost)
