"""The mask preview of the slice on display: made, chosen, accepted, rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_spinalsam.commands.operations import AcceptMask, ChooseMask, RejectMask, SegmentBox, SegmentPoints
from napari_spinalsam.errors import OperationError, PromptError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.handlers.writing import label_slices
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import label_name

if TYPE_CHECKING:
    from napari_spinalsam.segmentation.predictor import Prediction

# How far outside its box, as a share of the box's sides, a point still corrects that box's structure.
_MARGIN = 0.1


def segment_points(scene: Scene, _operation: SegmentPoints) -> Effect:
    """Make a mask from the points alone; boxes that lie there too are not what was asked for."""
    scene.need()
    points = scene.prompts.points
    if not points:
        raise PromptError(f"There are no points on {scene.key}", "Click on the structure, or say 'add a point'")
    if not any(point.positive for point in points):
        raise PromptError(
            f"All points on {scene.key} are negative", "Add a positive point on the structure that you want"
        )
    return _segment(scene, Prompts(points=points))


def segment_box(scene: Scene, _operation: SegmentBox) -> Effect:
    """Make a mask from the boxes, with the points in or just beside them as corrections."""
    scene.need()
    boxes = scene.prompts.boxes
    if not boxes:
        raise PromptError(f"There is no box on {scene.key}", "Draw one, or say e.g. 'box from 40 60 to 200 260'")
    points = tuple(point for point in scene.prompts.points if any(_near(point, box) for box in boxes))
    return _segment(scene, Prompts(points, boxes))


def choose_mask(scene: Scene, operation: ChooseMask) -> Effect:
    """Show another of the candidates."""
    preview = _preview(scene)
    chosen = preview.choose(operation.index - 1)
    if chosen.chosen == preview.chosen:
        return Effect(f"Mask {operation.index} is shown already", status="nothing")
    return Effect(
        f"Mask {operation.index} of {len(preview.masks)}, predicted IoU {chosen.score:.2f}",
        document=scene.document.with_preview(scene.key, chosen),
    )


def accept_mask(scene: Scene, _operation: AcceptMask) -> Effect:
    """Write the preview into the labels; its prompts have done their work and go with it.

    The mask is added to what the label has on the slice already: a vertebra is often made of several parts. Voxels of
    other labels are taken over or left, as ``session.overlap`` says.
    """
    preview = _preview(scene)
    label = scene.document.label
    patch, spared = label_slices(scene, scene.key.axis, {scene.key.index: preview.mask}, label)
    written = int(np.count_nonzero(preview.mask)) - spared
    document = scene.document.with_preview(scene.key, None).with_prompts(scene.key, Prompts())
    message = f"Kept {written} pixels as {label_name(label)} on {scene.key}"
    if spared:
        message += f", {spared} pixels of other labels were left"
    return Effect(message, document=document, patch=patch, data={"pixels": written, "label": label, "spared": spared})


def reject_mask(scene: Scene, _operation: RejectMask) -> Effect:
    """Drop the preview; its prompts stay, so that they can be mended."""
    _preview(scene)
    return Effect(f"Dropped the mask on {scene.key}", document=scene.document.with_preview(scene.key, None))


def _segment(scene: Scene, prompts: Prompts) -> Effect:
    before = scene.document.previews.get(scene.key)
    previous = before.correction_of(prompts, scene.segmenter.token) if before else None
    prediction = scene.segmenter.segment(scene.need().volume, scene.key, prompts, previous)
    preview = _make_preview(scene, prompts, prediction)
    pixels = int(np.count_nonzero(preview.mask))
    return Effect(
        f"Mask of {pixels} pixels on {scene.key}, predicted IoU {preview.score:.2f}",
        document=scene.document.with_preview(scene.key, preview),
        # Whoever asks for the mask has clicked enough.
        dialogue=Dialogue(),
        data={"pixels": pixels, "predicted_iou": preview.score, "candidates": len(preview.masks)},
    )


def _make_preview(scene: Scene, prompts: Prompts, prediction: Prediction) -> Preview:
    masks = np.asarray(prediction.masks, dtype=bool)
    # A candidate without a pixel is no candidate.
    kept = [i for i, mask in enumerate(masks) if mask.any()]
    if not kept:
        raise PromptError(f"The model finds nothing there on {scene.key}", "Move the prompt, or add a positive point")
    return Preview(
        scene.key,
        prompts,
        masks[kept],
        np.asarray(prediction.predicted_iou, dtype=np.float32)[kept],
        np.asarray(prediction.low_res_logits, dtype=np.float32)[kept],
        scene.segmenter.token,
    )


def _preview(scene: Scene) -> Preview:
    scene.need()
    preview = scene.document.previews.get(scene.key)
    if preview is not None:
        return preview
    elsewhere = next(iter(scene.document.previews), None)
    if elsewhere is not None:
        raise OperationError(
            f"There is no mask on {scene.key}, but one on {elsewhere}", "Go there, or segment this slice first"
        )
    raise OperationError("There is no mask to accept or change", "Segment first, e.g. 'generate box mask'")


def _near(point: Point, box: Box) -> bool:
    x, y = _MARGIN * (box.x1 - box.x0), _MARGIN * (box.y1 - box.y0)
    return box.x0 - x <= point.x <= box.x1 + x and box.y0 - y <= point.y <= box.y1 + y
