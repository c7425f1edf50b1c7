"""Work of a session that ended before it was saved."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.recovery import Recovery
from napari_spinalsam.session.scene import Effect, Scene


def recovered_work(scene: Scene, recovery: Recovery) -> Effect:
    """Put labels, review marks and the current label to what the journal says.

    Raises
    ------
    LabelsError
        If the work was done on another grid.
    """
    opened = scene.need()
    if not recovery.image.fits(opened.volume):
        raise LabelsError(f"That work was done on another image, {recovery.image.name}", "Open that image first")
    patch = LabelPatch.between(opened.labels, recovery.labels())
    before, reviews = scene.document, MappingProxyType(dict(recovery.reviews))
    if patch is None and (before.label, before.reviews) == (recovery.label, reviews):
        return Effect("All of that work is here already", status="nothing")
    message = "; ".join([f"Brought back the work on {recovery.describe()}", *recovery.losses])
    return Effect(message, document=replace(before, label=recovery.label, reviews=reviews), patch=patch)
