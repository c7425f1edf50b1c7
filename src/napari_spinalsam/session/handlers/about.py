"""What can be said, what was done, which device and model are in use."""

from __future__ import annotations

from napari_spinalsam.commands.catalogue import help_text
from napari_spinalsam.commands.operations import CheckDevice, CheckModel, Help, Repeat
from napari_spinalsam.session.scene import Effect, Scene


def tell_help(_scene: Scene, _operation: Help) -> Effect:
    """List what can be said."""
    return Effect(help_text())


def check_device(scene: Scene, _operation: CheckDevice) -> Effect:
    """Tell device, memory and precision in use."""
    report = scene.segmenter.predictor.describe_device()
    return Effect(str(report), data={"device": report})


def check_model(scene: Scene, _operation: CheckModel) -> Effect:
    """Tell which weights are loaded, and whether every parameter matches."""
    report = scene.segmenter.predictor.describe_model()
    return Effect(str(report), data={"model": report})


def repeat(scene: Scene, _operation: Repeat) -> Effect:
    """Tell again what was done last."""
    if scene.last is None:
        return Effect("Nothing was done yet", status="nothing")
    return Effect(scene.last)
