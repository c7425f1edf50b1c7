"""Undo and redo."""

from __future__ import annotations

from napari_spinalsam.commands.operations import Redo, Undo
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.scene import Effect, Scene


def undo(scene: Scene, operation: Undo) -> Effect:
    """Take steps back, as many as there are."""
    return _walk(scene.undo_titles, operation.count, "Undid", -1)


def redo(scene: Scene, operation: Redo) -> Effect:
    """Bring undone steps back, as many as there are."""
    return _walk(scene.redo_titles, operation.count, "Redid", 1)


def _walk(titles: tuple[str, ...], wanted: int, word: str, direction: int) -> Effect:
    steps = min(wanted, len(titles))
    if steps == 0:
        return Effect(f"There is nothing to {'undo' if direction < 0 else 'redo'}", status="nothing")
    message = f"{word}: {titles[steps - 1]}" if steps == 1 else f"{word} {steps} steps, the last: {titles[steps - 1]}"
    if steps < wanted:
        message += f" (there were only {steps})"
    # Clicks that were still to come belonged to what is now undone.
    return Effect(message, steps=direction * steps, dialogue=Dialogue(), data={"steps": steps})
