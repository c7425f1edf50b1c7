"""Builders of views, windows, layer visibility and zoom."""

from __future__ import annotations

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import LAYER_WORDS, Operations, one_number
from napari_spinalsam.commands.builders.slices import go_to
from napari_spinalsam.commands.clause import Clause, Said
from napari_spinalsam.commands.grammar import Builder
from napari_spinalsam.commands.lexicon import BIT

_VIEWS = {"AXIAL": "axial", "CORONAL": "coronal", "SAGITTAL": "sagittal", "THREED": "3d"}


def view(clause: Clause) -> Operations:
    """Change the view; "axial slice 42" also jumps."""
    axes = [axis for name, axis in _VIEWS.items() if clause.has(name)]
    if len(axes) != 1:
        return None
    said: list[Said] = [ops.SetView(axis=axes[0])]  # type: ignore[arg-type]
    if clause.numbers():
        jump = go_to(clause) if clause.numbers("INDEX ORD") else None
        if jump is None:
            return None
        said.extend(jump)
    return said


_PRESETS = {"BONE": "bone", "SOFT": "soft_tissue", "LUNG": "lung", "FULL": "full", "FULLRANGE": "full"}


def preset(clause: Clause) -> Operations:
    """Make a window of its name."""
    names = {value for name, value in _PRESETS.items() if clause.has(name)}
    if len(names) != 1 or clause.numbers() or clause.codes():
        return None
    return [ops.SetWindow(preset=names.pop())]  # type: ignore[arg-type]


#: Letters that radiologists write before a window's numbers: "W 400 L 40".
_LETTERS = {"W": "width", "WW": "width", "L": "level", "WL": "level", "C": "level", "WC": "level"}


def _names_and_numbers(clause: Clause) -> list[str | float]:
    """List what a clause says of a window, in order: "level", "width", "window" and numbers with their sign."""
    said: list[str | float] = []
    negative = False
    for i, token in enumerate(clause.tokens):
        bits = clause.masks[i]
        name = next((name for name in ("WWIDTH", "WLEVEL", "WINDOW") if bits & BIT[name]), None)
        if token.code is not None:
            said += [_LETTERS.get(token.code[0], token.code[0]), float(token.code[1])]
        elif token.kind == "number":
            said.append(-clause.value(i) if negative else clause.value(i))
        elif name is not None:
            said.append({"WWIDTH": "width", "WLEVEL": "level", "WINDOW": "window"}[name])
        negative = token.kind == "word" and bool(bits & BIT["NEG"])
    return said


def window(clause: Clause) -> Operations:
    """Make a window of level and width, in either order, each number beside its name ("window 400" is a width)."""
    said = _names_and_numbers(clause)
    if said and isinstance(said[-1], str):
        # "40 level, 400 width"
        pairs = [item for item in said if item != "window"][::-1]
    else:
        following = [*said[1:], ""]
        pairs = [
            "width" if item == "window" else item
            for item, after in zip(said, following, strict=True)
            if item != "window" or isinstance(after, float | int)
        ]
    found = dict(zip(pairs[::2], pairs[1::2], strict=False))
    if len(pairs) != 4 or set(found) != {"level", "width"}:
        return None
    level, width = found["level"], found["width"]
    if isinstance(level, str) or isinstance(width, str):
        return None
    return [ops.SetWindow(level=level, width=width)]


_LAYERS = {
    "MASK": "mask",
    "GRID": "grid",
    "LABELS": "labels",
    "LABEL": "labels",
    "POINT": "points",
    "BOX": "boxes",
    "IMAGE": "image",
}


_WHOLE = frozenset(("whole", "entire", "full", "complete", "整个", "整张", "完整"))


_OPENING = frozenset(("打开", "开", "调出", "bring up", "pull up", "put up"))


def _opens(clause: Clause) -> bool:
    """Whether showing the image may be opening one."""
    texts = set(clause.texts())
    return not _OPENING.isdisjoint(texts) and LAYER_WORDS.isdisjoint(texts)


def layers(cls: type[ops.Show] | type[ops.Hide]) -> Builder:
    """Builder of SHOW or HIDE for every layer named, in order."""

    def build(clause: Clause) -> Operations:
        targets: list[str] = []
        for bits in clause.masks:
            target = next((layer for name, layer in _LAYERS.items() if bits & BIT[name]), None)
            if target is not None and target not in targets:
                targets.append(target)
        if (len(targets) > 1 and not clause.joined) or not _WHOLE.isdisjoint(clause.texts()):
            return None  # "show the whole image" is about the camera
        if cls is ops.Show and ("只" in clause.texts() or (targets == ["image"] and _opens(clause))):
            return None  # 只看标签 hides the others; "bring up the image" may open one
        if "from" in clause.texts():
            return None  # "draw it from the points" makes a mask
        return [cls(target=target) for target in targets] or None  # type: ignore[arg-type]

    return build


def zoom(direction: ops.ZoomDirection) -> Builder:
    """Builder of a zoom in a direction, or to a cell where one is named ("zoom in on C4"), as often as was said."""

    def build(clause: Clause) -> Operations:
        cells, times = clause.cells(), one_number(clause, "COUNT")
        if cells is None or times is None or len(cells) > 1 or times > 4:
            return None
        if cells:
            return [ops.Zoom(cell=cells[0])] if direction == "in" and not times else None
        return [ops.Zoom(direction=direction)] * (times or 1)

    return build
