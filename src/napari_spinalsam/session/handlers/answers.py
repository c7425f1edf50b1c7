"""Answers to questions, and stopping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from napari_spinalsam.commands.operations import BaseOperation, Cancel, Confirm, OpenImage, SaveLabels, Stop
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.handlers import files
from napari_spinalsam.session.scene import Effect, Scene

#: Handlers of the operations that ask before they do what undo cannot take back.
_CONFIRMED: dict[type[BaseOperation], Callable[..., Effect]] = {
    OpenImage: files.open_image,
    SaveLabels: files.save_labels,
}


def confirm(scene: Scene, _operation: Confirm) -> Effect:
    """Yes: do what was asked about."""
    question = scene.dialogue.question
    if question is None:
        return Effect("There was no question to answer", status="nothing")
    effect = _CONFIRMED[type(question.operation)](scene, question.operation, confirmed=True)
    return replace(effect, then=scene.dialogue.then)


def cancel(scene: Scene, _operation: Cancel) -> Effect:
    """No: neither do what was asked about nor wait for clicks any longer."""
    if scene.dialogue == Dialogue():
        return Effect("There is nothing to cancel", status="nothing")
    return Effect("Cancelled", dialogue=Dialogue())


def stop(scene: Scene, _operation: Stop) -> Effect:
    """Stop the front end's job if one is running, else the waiting for clicks."""
    if scene.stop_job is not None and scene.stop_job():
        return Effect("Stopped", dialogue=Dialogue())
    if scene.dialogue.awaiting is not None:
        return Effect("Stopped waiting for clicks", dialogue=Dialogue())
    return Effect("Nothing is running", status="nothing")
