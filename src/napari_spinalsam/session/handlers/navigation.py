"""Which slice and view is on display."""

from __future__ import annotations

from dataclasses import replace

from napari_spinalsam.commands.operations import GoToSlice, NextSlice, PreviousSlice, SetView
from napari_spinalsam.errors import OperationError
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.session.view import Zoom


def next_slice(scene: Scene, operation: NextSlice) -> Effect:
    """Forward along the axis on display."""
    return _move(scene, operation.count)


def previous_slice(scene: Scene, operation: PreviousSlice) -> Effect:
    """Back along the axis on display."""
    return _move(scene, -operation.count)


def go_to_slice(scene: Scene, operation: GoToSlice) -> Effect:
    """Jump along the axis on display."""
    count = scene.need().volume.n_slices(scene.view.axis)
    named = {"first": 0, "middle": count // 2, "last": count - 1}
    index = named[operation.index] if isinstance(operation.index, str) else operation.index
    if not 0 <= index < count:
        raise OperationError(
            f"There is no {scene.view.axis} slice {index}, the last one is {count - 1}",
            f"Choose one from 0 to {count - 1}",
        )
    return _show(scene, index)


def set_view(scene: Scene, operation: SetView) -> Effect:
    """Look along another axis, at the slice last shown there, or at the whole volume in 3D."""
    volume = scene.need().volume
    if operation.axis == scene.view.name:
        return Effect(f"The {operation.axis} view is shown already", status="nothing")
    if volume.n_slices("axial") == 1 and operation.axis != "axial":
        raise OperationError("A single slice has no other view", "Open a volume, or a folder of slices")
    if operation.axis == "3d":
        # A click in 3D has no slice to belong to.
        return Effect("3D view", view=replace(scene.view, three_d=True), dialogue=Dialogue())
    view = replace(scene.view, axis=operation.axis, three_d=False, zoom=Zoom())
    return Effect(f"{operation.axis.capitalize()} view, slice {view.key.index}", view=view)


def _move(scene: Scene, step: int) -> Effect:
    last = scene.need().volume.n_slices(scene.view.axis) - 1
    index = scene.key.index + step
    if 0 <= index <= last:
        return _show(scene, index)
    left = last - scene.key.index if step > 0 else scene.key.index
    end = "last" if step > 0 else "first"
    if left == 0:
        raise OperationError(f"{str(scene.key).capitalize()} is the {end} one", "Go the other way")
    raise OperationError(
        f"There are only {left} more slices that way from {scene.key}", f"Say '{end} slice' to go to the end"
    )


def _show(scene: Scene, index: int) -> Effect:
    if index == scene.key.index:
        return Effect(f"{str(scene.key).capitalize()} is shown already", status="nothing")
    count = scene.need().volume.n_slices(scene.view.axis)
    view = scene.view.at(index)
    return Effect(f"{str(view.key).capitalize()} of 0 to {count - 1}", view=view)
