"""The label that accepted masks get, and labels painted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import NextLevel, PreviousLevel, SetLabel
from napari_spinalsam.errors import OperationError
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.level_order import RARE
from napari_spinalsam.session.opening import adopted
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import LEVELS, VERSE, label_name, label_value


def set_label(scene: Scene, operation: SetLabel) -> Effect:
    """Choose a label by name or number."""
    return _choose(scene, label_value(operation.label))


def next_level(scene: Scene, _operation: NextLevel) -> Effect:
    """Choose the vertebra below."""
    return _step(scene, 1)


def previous_level(scene: Scene, _operation: PreviousLevel) -> Effect:
    """Choose the vertebra above."""
    return _step(scene, -1)


def edited_labels(scene: Scene, labels: NDArray[np.integer]) -> Effect | None:
    """Take over labels that the user painted; None if nothing differs."""
    opened = scene.need()
    before, after = opened.labels, adopted(opened.volume, labels, copy=False)
    # Slice by slice, so that a stroke on a large volume does not take several times the volume's memory.
    painted = [k for k in range(len(before)) if not np.array_equal(before[k], after[k])]
    if not painted:
        return None
    part = slice(painted[0], painted[-1] + 1)
    patch = LabelPatch.between(before[part], after[part], (part.start, 0, 0))
    return None if patch is None else Effect("Painted labels by hand", patch=patch)


def _choose(scene: Scene, value: int) -> Effect:
    if value == scene.document.label:
        return Effect(f"The label is {label_name(value)} already", status="nothing")
    message = f"Accepted masks are now {label_name(value)}"
    return Effect(message, document=replace(scene.document, label=value), data={"label": value})


def _step(scene: Scene, step: int) -> Effect:
    name = label_name(scene.document.label)
    if name not in VERSE:
        raise OperationError(f"The current label is {name}, no vertebra", "Say e.g. 'label L3' first")
    position = LEVELS.index(name) + step
    while 0 <= position < len(LEVELS):
        if LEVELS[position] not in RARE or _in_use(scene, VERSE[LEVELS[position]]):
            return _choose(scene, VERSE[LEVELS[position]])
        position += step
    raise OperationError(f"There is no level {'below' if step > 0 else 'above'} {name}", "Say e.g. 'label L3'")


def _in_use(scene: Scene, value: int) -> bool:
    if value in scene.document.reviews:
        return True
    return scene.opened is not None and bool((scene.opened.labels == value).any())
