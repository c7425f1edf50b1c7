"""Builders: from a clause that a rule explains to operations, or None where its arguments make no sense.

A builder must use every argument of the clause; one that is left over means that the clause says something else.
"""

from __future__ import annotations

from napari_spinalsam.commands.builders.basic import cancel, checked, either_segment, mask_of, plain, undone
from napari_spinalsam.commands.builders.display import layers, preset, view, window, zoom
from napari_spinalsam.commands.builders.files import open_image, save_labels
from napari_spinalsam.commands.builders.labels import (
    accept,
    choose,
    measure,
    neighbour_level,
    propagate,
    review,
    set_label,
)
from napari_spinalsam.commands.builders.prompts import box, box_with_place, clear, points
from napari_spinalsam.commands.builders.slices import (
    back,
    go_to,
    go_to_chinese,
    go_to_end_of_stack,
    go_to_named,
    go_to_number,
    skipped,
    walk,
)

__all__ = [
    "accept",
    "back",
    "box",
    "box_with_place",
    "cancel",
    "checked",
    "choose",
    "clear",
    "either_segment",
    "go_to",
    "go_to_chinese",
    "go_to_end_of_stack",
    "go_to_named",
    "go_to_number",
    "layers",
    "mask_of",
    "measure",
    "neighbour_level",
    "open_image",
    "plain",
    "points",
    "preset",
    "propagate",
    "review",
    "save_labels",
    "set_label",
    "skipped",
    "undone",
    "view",
    "walk",
    "window",
    "zoom",
]
