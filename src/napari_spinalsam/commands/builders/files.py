"""Builders of operations on files."""

from __future__ import annotations

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import Operations, one_number
from napari_spinalsam.commands.clause import Clause

_NO_IMAGE = frozenset(("to", "nifti"))


def open_image(clause: Clause) -> Operations:
    """Open a path, or ask for one."""
    paths = clause.paths()
    to_a_file = not _NO_IMAGE.isdisjoint(clause.texts()) and not clause.has("OPEN SET TOWARD")
    if len(paths) > 1 or one_number(clause) not in (0, 1) or to_a_file:
        return None
    return [ops.OpenImage(path=paths[0] if paths else None)]


_POINTING = frozenset(("it", "this", "that"))
_WRITTEN = frozenset(("write", "store", "save"))


def save_labels(clause: Clause) -> Operations:
    """Save to a path, or beside the image."""
    paths = clause.paths()
    if len(paths) > 1 or (clause.has("MASK") and not paths):
        return None  # "save the mask" may mean to keep it
    written_to = not _WRITTEN.isdisjoint(clause.texts()) and clause.has("UNTIL")
    pointed_at = not _POINTING.isdisjoint(clause.texts()) and clause.has("LABELS")
    if not paths and (written_to or pointed_at or "写到" in clause.texts()):
        return None  # "write this to the labels" keeps the mask
    return [ops.SaveLabels(path=paths[0] if paths else None)]
