"""Carrying a mask through neighbouring slices, written into the labels as one step."""

from __future__ import annotations

from napari_spinalsam.commands.operations import Propagate
from napari_spinalsam.errors import OperationError
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.handlers.writing import label_slices
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
    return carried(scene, job)


def carried(scene: Scene, job: PropagationJob) -> Effect:
    """Write what a job has found; previews that it started from are accepted with it."""
    start = job.start
    if scene.need().volume is not start.volume:
        raise OperationError("Another image was opened meanwhile", "Carry the mask on in its own image")
    why = "; ".join(dict.fromkeys(job.reasons))
    name = label_name(start.label)
    if not job.masks:
        return Effect(f"{name} is carried no further than {start.key}: {why}", status="nothing")
    patch, spared = _write(scene, job)
    first, last = min(job.masks), max(job.masks)
    message = f"Carried {name} from {start.key} to {len(job.masks)} more, {first} to {last}; {why}"
    if spared:
        message += f"; {spared} pixels of other labels were left"
    document = scene.document
    for preview in start.previews:
        if document.previews.get(preview.key) is preview:
            document = document.with_preview(preview.key, None).with_prompts(preview.key, Prompts())
    data = {"slices": len(job.masks), "first": first, "last": last, "label": start.label, "spared": spared}
    return Effect(message, document=document, patch=patch, data=data)


def _write(scene: Scene, job: PropagationJob) -> tuple[LabelPatch | None, int]:
    """Patch of all slices together, and the number of pixels of other labels that were spared."""
    masks = {job.start.key.index: job.start.mask} | job.masks
    return label_slices(scene, job.start.key.axis, masks, job.start.label)
