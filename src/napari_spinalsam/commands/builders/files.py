"""Builders of operations on files."""

from __future__ import annotations

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import LAYER_WORDS, Operations, one_number
from napari_spinalsam.commands.clause import Clause
from napari_spinalsam.commands.lexicon import BIT

_NO_IMAGE = frozenset(("to", "nifti"))


def open_image(clause: Clause) -> Operations:
    """Open a path, or ask for one."""
    if _turns_on(clause):
        return None  # 底图打开: the layer
    paths = clause.paths()
    to_a_file = not _NO_IMAGE.isdisjoint(clause.texts()) and not clause.has("OPEN SET TOWARD")
    if len(paths) > 1 or one_number(clause) not in (0, 1) or to_a_file:
        return None
    return [ops.OpenImage(path=paths[0] if paths else None)]


_TURNED_ON = frozenset(("打开", "开"))


def _turns_on(clause: Clause) -> bool:
    """Whether 打开 may turn on a layer: it stands after the image, or what it opens is a layer."""
    texts = list(clause.texts())
    verb = next((i for i, text in enumerate(texts) if text in _TURNED_ON), None)
    if verb is None or clause.paths():
        return False
    return not LAYER_WORDS.isdisjoint(texts) or (bool(clause.masks[0] & BIT["IMAGE"]) and texts[0] not in ("文件",))


_POINTING = frozenset(("it", "this", "that"))
_WRITTEN = frozenset(("write", "store", "save"))


def save_labels(clause: Clause) -> Operations:
    """Save to a path, or beside the image."""
    paths = clause.paths()
    if len(paths) > 1 or (clause.has("MASK") and not paths):
        return None  # "save the mask" may mean to keep it
    written_to = not _WRITTEN.isdisjoint(clause.texts()) and clause.has("UNTIL")
    pointed_at = not _POINTING.isdisjoint(clause.texts()) and clause.has("LABELS")
    dumped = "dump" in clause.texts() and not clause.has("LABELS LABEL SEGMENTATION")
    if not paths and dumped:
        return None  # "dump everything" may throw it away
    if not paths and (written_to or pointed_at or "写到" in clause.texts()):
        return None  # "write this to the labels" keeps the mask
    return [ops.SaveLabels(path=paths[0] if paths else None)]
