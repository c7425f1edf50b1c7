"""Carrying a mask through neighbouring slices, written into the labels as one step."""

from __future__ import annotations

import numpy as np

from napari_spinalsam.commands.operations import Propagate
from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.volume import AXES
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import label_name


def propagate(scene: Scene, operation: Propagate) -> Effect:
    """Carry the preview, or the current label on this slice, to its neighbours.

    What the front end has carried on already for this operation is only written down.
    """
    job = scene.propagated
    if job is None or job.operation is not operation:
        job = PropagationJob.of(scene, operation)
        for _ in job.run():
            pass
    return _written(scene, job)


def _written(scene: Scene, job: PropagationJob) -> Effect:
    """Write what a job has found; a preview that it started from is accepted with it."""
    start = job.start
    if scene.need().volume is not start.volume:
        raise OperationError("Another image was opened meanwhile", "Carry the mask on in its own image")
    why = "; ".join(dict.fromkeys(job.reasons))
    name = label_name(start.label)
    if not job.steps:
        return Effect(f"{name} is carried no further than {start.key}: {why}", status="nothing")
    patch, spared = _write(scene, job)
    first, last = min(step.index for step in job.steps), max(step.index for step in job.steps)
    message = f"Carried {name} from {start.key} to {len(job.steps)} more, {first} to {last}; {why}"
    if spared:
        message += f"; {spared} pixels of other labels were left"
    document = scene.document
    if start.preview is not None and document.previews.get(start.key) is start.preview:
        document = document.with_preview(start.key, None).with_prompts(start.key, Prompts())
    data = {"slices": len(job.steps), "first": first, "last": last, "label": start.label, "spared": spared}
    return Effect(message, document=document, patch=patch, data=data)


def _write(scene: Scene, job: PropagationJob) -> tuple[LabelPatch | None, int]:
    """Patch of all slices together, and the number of pixels of other labels that were spared."""
    start = job.start
    masks = {start.key.index: start.mask} | {step.index: step.mask for step in job.steps}
    axis, first = AXES.index(start.key.axis), min(masks)
    place: list[slice] = [slice(None)] * 3
    place[axis] = slice(first, max(masks) + 1)
    before = scene.need().labels[tuple(place)]
    inside = np.zeros(before.shape, dtype=bool)
    slices = np.moveaxis(inside, axis, 0)
    for index, mask in masks.items():
        slices[index - first] = mask
    spared = inside & (before != 0) & (before != start.label) & (scene.overlap == "keep")
    after = np.where(inside & ~spared, np.uint16(start.label), before)
    offset = [0, 0, 0]
    offset[axis] = first
    return LabelPatch.between(before, after, (offset[0], offset[1], offset[2])), int(np.count_nonzero(spared))
