"""How well models segment images whose truth is known, beside two simple rivals.

Every connected part of the truth larger than 50 pixels is prompted as a user would: by its box, by one click, or by
its box or a click and corrective clicks, each into the largest region that is still wrong (Kirillov et al. 2023,
appendix A). The union of the answers is compared with the whole truth of the slice, and structure by structure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam import metrics
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.segmentation.predictor import Embedding, Predictor
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.training.pairs import Part, TruthSlice
from napari_spinalsam.training.prompt_sampling import corrective_click, tight_box
from napari_spinalsam.training.rivals import filled_box, otsu_in_box

#: The exact box of each part; one click into its middle; the box, then corrections; the click, then corrections.
PromptKind = Literal["box", "points", "interactive", "clicks"]
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
    slice_name, patient : str
    scores : Scores
        Of the whole slice.
    structures : dict of str to Scores
        Of every structure that has a part.
    part_dice : tuple of tuple of float
        For every part, its Dice after the first prompt and after each corrective click; it ends where nothing is wrong
        any more.
    """

    method: str
    filled: bool
    slice_name: str
    scores: Scores
    patient: str = ""
    structures: dict[str, Scores] = field(default_factory=dict)
    part_dice: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model made of one slice.

    Parameters
    ----------
    results : tuple of SliceResult
        As predicted, and with holes filled.
    found : (rows, columns) bool
        Union of all parts' masks, as predicted.
    """

    results: tuple[SliceResult, SliceResult]
    found: Mask


def evaluate_slice(
    truth: TruthSlice, predictors: Mapping[str, Predictor], prompt: PromptKind = "box", clicks: int = 3
) -> dict[str, Answer]:
    """Score every model on one slice.

    Parameters
    ----------
    truth : TruthSlice
    predictors : mapping of str to Predictor
        Name for the table -> model.
    prompt : {"box", "points", "interactive", "clicks"}
        See `PromptKind`.
    clicks : int
        For "interactive" the corrective clicks a part, for "clicks" all clicks.

    Returns
    -------
    dict of str to Answer
    """
    parts = truth.parts()
    answers = {}
    for name, predictor in predictors.items():
        masks = predict_parts(predictor, truth, parts, prompt, clicks)
        raw, filled = (_scored(name, truth, parts, masks, filled=filled) for filled in (False, True))
        answers[name] = Answer((raw, filled), np.any([of_part[-1] for of_part in masks], axis=0))
    return answers


def evaluate_rivals(truth: TruthSlice) -> list[SliceResult]:
    """Score the two rivals, given the exact boxes, on one slice."""
    parts = truth.parts()
    grey = truth.image.grey(PRESETS["bone"])
    boxes = [exact_box(part.mask) for part in parts]
    return [
        _scored("filled box", truth, parts, [[filled_box(grey, box)] for box in boxes], filled=False),
        _scored("Otsu in the box", truth, parts, [[otsu_in_box(grey, box)] for box in boxes], filled=True),
    ]


def predict_parts(
    predictor: Predictor, truth: TruthSlice, parts: Sequence[Part], prompt: PromptKind, clicks: int
) -> list[list[Mask]]:
    """Masks of every part of a slice, after its first prompt and after each correction, see `evaluate_slice`."""
    embedding = predictor.embed(truth.image)
    if prompt == "box":
        boxes = Prompts(boxes=tuple(exact_box(part.mask) for part in parts))
        return [[mask] for mask in predictor.predict(embedding, boxes).parts]
    rng = np.random.default_rng(0)  # the same clicks for everybody with the same errors
    corrections = {"points": 0, "interactive": clicks, "clicks": clicks - 1}[prompt]
    return [
        _corrected(
            predictor,
            embedding,
            part.mask,
            Prompts(boxes=(exact_box(part.mask),)) if prompt == "interactive" else Prompts((_middle(part.mask),)),
            corrections,
            rng,
        )
        for part in parts
    ]


def exact_box(mask: Mask) -> Box:
    """Box along the outer sides of the outermost pixels."""
    x0, y0, x1, y1 = tight_box(mask)
    return Box(x0 - 0.5, y0 - 0.5, x1 + 0.5, y1 + 0.5)


def _corrected(
    predictor: Predictor, embedding: Embedding, part: Mask, prompts: Prompts, corrections: int, rng: np.random.Generator
) -> list[Mask]:
    """Masks of a part after its first prompts and after each corrective click."""
    prediction = predictor.predict(embedding, prompts)
    masks: list[Mask] = [prediction.masks[0]]
    for _ in range(corrections):
        click = corrective_click(rng, masks[-1], part)
        if click is None:
            break
        x, y, positive = click
        prompts = Prompts((*prompts.points, Point(x, y, positive)), prompts.boxes)
        prediction = predictor.predict(embedding, prompts, prediction.low_res_logits[:1])
        masks.append(prediction.masks[0])
    return masks


def _middle(mask: Mask) -> Point:
    """Find the pixel farthest from the outside."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return Point(float(column), float(row))


def _scored(
    method: str, truth: TruthSlice, parts: Sequence[Part], masks: Sequence[Sequence[Mask]], *, filled: bool
) -> SliceResult:
    """Score the last mask of every part, together and by structure, and every mask of a part by its Dice."""
    if filled:
        masks = [[ndimage.binary_fill_holes(mask) for mask in of_part] for of_part in masks]
    last = [of_part[-1] for of_part in masks]
    structures = {}
    for value in dict.fromkeys(part.value for part in parts):
        found = np.any([mask for part, mask in zip(parts, last, strict=True) if part.value == value], axis=0)
        structures[truth.structure(value)] = _scores(found, truth.labels == value, truth)
    return SliceResult(
        method,
        filled,
        truth.name,
        _scores(np.any(last, axis=0), truth.labels != 0, truth),
        truth.patient,
        structures,
        tuple(
            tuple(metrics.dice(mask, part.mask) for mask in of_part) for part, of_part in zip(parts, masks, strict=True)
        ),
    )


def _scores(found: Mask, wanted: Mask, truth: TruthSlice) -> Scores:
    msd, hd95 = metrics.surface_distances(found, wanted, truth.image.spacing)
    return Scores(metrics.dice(found, wanted), metrics.iou(found, wanted), msd, hd95)
