"""Points and boxes of the slice on display."""

from __future__ import annotations

from dataclasses import replace

from napari_spinalsam.commands.operations import (
    AddBox,
    AddPoints,
    ClearAll,
    ClearBoxes,
    ClearPoints,
    Polarity,
)
from napari_spinalsam.errors import PromptError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts, check_prompts
from napari_spinalsam.session.dialogue import Awaiting, Dialogue
from napari_spinalsam.session.scene import Effect, Scene


def add_points(scene: Scene, operation: AddPoints) -> Effect:
    """Add points at pixels, else in a grid cell, else under the pointer; with none of these, wait for clicks."""
    _refuse_3d(scene)
    places = _places(scene, operation)
    if not places:
        word = f"{operation.count} {operation.polarity} point{'s' if operation.count > 1 else ''}"
        return Effect(
            f"Click {word} on {scene.key}",
            status="waiting",
            dialogue=Dialogue(Awaiting("points", operation.count, operation.polarity)),
        )
    points = tuple(Point(x, y, operation.polarity == "positive") for x, y in places)
    effect = _with_prompts(scene, replace(scene.prompts, points=scene.prompts.points + points))
    where = ", ".join(f"({x:g}, {y:g})" for x, y in places)
    message = f"Added {_points(len(points), operation.polarity)} at {where} on {scene.key}"
    return _count_down(scene, replace(effect, message=message), "points", len(points))


def add_box(scene: Scene, operation: AddBox) -> Effect:
    """Add a box at pixels, else between two grid cells; with neither, wait for the drag."""
    _refuse_3d(scene)
    if operation.at is None and operation.cells is None:
        return Effect(f"Drag a box on {scene.key}", status="waiting", dialogue=Dialogue(Awaiting("box")))
    box = Box(*operation.at) if operation.at is not None else scene.grid.span(operation.cells or ("A1", "A1"))
    effect = _with_prompts(scene, replace(scene.prompts, boxes=(*scene.prompts.boxes, box)))
    message = f"Added a box from ({box.x0:g}, {box.y0:g}) to ({box.x1:g}, {box.y1:g}) on {scene.key}"
    return _count_down(scene, replace(effect, message=message), "box", 1)


def clear_points(scene: Scene, _operation: ClearPoints) -> Effect:
    """Remove the points of the slice on display."""
    return _clear(scene, replace(scene.prompts, points=()), "points")


def clear_boxes(scene: Scene, _operation: ClearBoxes) -> Effect:
    """Remove the boxes of the slice on display."""
    return _clear(scene, replace(scene.prompts, boxes=()), "boxes")


def clear_all(scene: Scene, _operation: ClearAll) -> Effect:
    """Remove prompts and previews of every slice; the labels stay."""
    scene.need()
    if not scene.document.prompts and not scene.document.previews:
        return Effect("There is nothing to clear", status="nothing", dialogue=Dialogue())
    empty = replace(scene.document, prompts={}, previews={})
    return Effect("Cleared all prompts and previews; the labels stay", document=empty, dialogue=Dialogue())


def replaced_prompts(scene: Scene, prompts: Prompts) -> Effect | None:
    """Take over prompts that were moved or deleted by hand on the slice on display; None if they are what they were."""
    _refuse_3d(scene)
    if prompts == scene.prompts:
        return None
    return replace(_with_prompts(scene, prompts), message=f"Changed the prompts on {scene.key} by hand")


def _refuse_3d(scene: Scene) -> None:
    scene.need()
    if scene.view.three_d:
        raise PromptError(
            "A prompt needs a slice, and the volume is shown in 3D", "Say 'axial view' or 'sagittal view' first"
        )


def _places(scene: Scene, operation: AddPoints) -> tuple[tuple[float, float], ...]:
    if operation.at is not None:
        return operation.at
    if operation.cell is not None:
        return (scene.grid.centre(operation.cell),)
    if not operation.here:
        return ()
    if scene.cursor is None:
        raise PromptError("The pointer is not over the slice", "Move it there, or name a grid cell or pixel")
    return (scene.cursor,)


def _with_prompts(scene: Scene, prompts: Prompts) -> Effect:
    check_prompts(prompts, scene.shape)
    return Effect("", document=scene.document.with_prompts(scene.key, prompts))


def _count_down(scene: Scene, effect: Effect, kind: str, done: int) -> Effect:
    awaiting = scene.dialogue.awaiting
    if awaiting is None or awaiting.kind != kind:
        return effect
    left = awaiting.count - done
    if left <= 0:
        return replace(effect, dialogue=Dialogue(), then=scene.dialogue.then)
    dialogue = replace(scene.dialogue, awaiting=replace(awaiting, count=left))
    waiting = replace(effect, status="waiting", dialogue=dialogue)
    return waiting.and_say(f"{left} more to click")


def _clear(scene: Scene, prompts: Prompts, what: str) -> Effect:
    scene.need()
    # A user who clears the points does not want to go on clicking them.
    stop = Dialogue() if scene.dialogue.awaiting else None
    if prompts == scene.prompts:
        return Effect(f"There are no {what} on {scene.key}", status="nothing", dialogue=stop)
    document = scene.document.with_prompts(scene.key, prompts)
    return Effect(f"Cleared the {what} on {scene.key}", document=document, dialogue=stop)


def _points(count: int, polarity: Polarity) -> str:
    return f"a {polarity} point" if count == 1 else f"{count} {polarity} points"
