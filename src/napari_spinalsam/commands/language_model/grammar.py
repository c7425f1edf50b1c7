"""The grammar that decoding is constrained to: the answer language, with only the arguments that a sentence names.

It is written in llguidance's dialect of Lark. Compiling it takes about a millisecond, so each sentence has its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final, get_args

from napari_spinalsam.commands.language_model.answer import MAX_OPERATIONS, NOTHING, SEPARATOR, WORDS
from napari_spinalsam.commands.language_model.mentions import Mentions
from napari_spinalsam.commands.operations import MAX_COUNT, Layer
from napari_spinalsam.vertebrae import MAX_LABEL

#: Pairs of coordinates that one ADD_POINTS may name.
_MAX_POINTS: Final = 8
_LEVEL_RANGE: Final = 100_000


def answer_grammar(mentions: Mentions) -> str:
    """Lark grammar of every answer to the sentence that ``mentions`` describes."""
    rules = [rule for rule in (_rule(code, mentions) for code in WORDS) if rule]
    more = f"({_quote(SEPARATOR)} operation){{0,{MAX_OPERATIONS - 1}}}"
    return "\n".join(
        [
            f"start: {_quote(NOTHING)} | operation {more}",
            "operation: " + "\n  | ".join(rules),
            *_argument_rules(mentions),
        ]
    )


def _rule(code: str, mentions: Mentions) -> str:
    """How one operation is said, or an empty string where the sentence lacks an argument it must have."""
    arguments = _ARGUMENTS[code](mentions) if code in _ARGUMENTS else ""
    return "" if arguments is None else _quote(WORDS[code]) + arguments


def _count(mentions: Mentions) -> str:
    return ' (" " count)?' if _counts(mentions) else ""


def _path(mentions: Mentions) -> str:
    return ' (" " path)?' if mentions.paths else ""


def _label(mentions: Mentions) -> str:
    return ' (" " label)?' if _labels(mentions) else ""


def _needed_label(mentions: Mentions) -> str | None:
    return ' " " label' if _labels(mentions) else None


def _place(mentions: Mentions) -> str:
    return ' " " (' + "index | " * bool(mentions.integers) + '"first" | "middle" | "last")'


def _window(mentions: Mentions) -> str:
    return ' " " (preset' + " | hounsfield" * bool(_windows(mentions)) + ")"


def _zoom(mentions: Mentions) -> str:
    return ' " " ("in" | "out" | "reset"' + " | cell" * bool(mentions.cells) + ")"


def _review(mentions: Mentions) -> str:
    return ' " " ("approved" | "flagged" | "comment")' + _label(mentions) + _remark(mentions)


def _propagation(mentions: Mentions) -> str:
    return ' (" forward" | " backward")?' + _count(mentions) + ' (" to " index)?' * bool(mentions.integers)


def _points(mentions: Mentions) -> str:
    places = [
        *(["count"] if _counts(mentions) else []),
        *(['"at " points'] if len(_coordinates(mentions)) >= 2 else []),
        *(['"cell " cell'] if mentions.cells else []),
        '"here"',
    ]
    return ' " negative"?' + _optional(places)


def _box(mentions: Mentions) -> str:
    places = [
        *(['"at " corners'] if len(_coordinates(mentions)) >= 4 else []),
        *(['cell " to " cell'] if len(mentions.cells) >= 2 else []),
    ]
    return _optional(places)


def _remark(mentions: Mentions) -> str:
    return r' (" \"" remark "\"")?' if mentions.remarks else ""


#: Operation code -> how its arguments are said; None where the sentence names none and one is needed.
_ARGUMENTS: Final[dict[str, Callable[[Mentions], str | None]]] = {
    "OPEN_IMAGE": _path,
    "ADD_POINTS": _points,
    "ADD_BOX": _box,
    "PREVIOUS_SLICE": _count,
    "NEXT_SLICE": _count,
    "UNDO": _count,
    "REDO": _count,
    "CHOOSE_MASK": lambda _: ' " " ("1" | "2" | "3")',
    "SET_LABEL": _needed_label,
    "GO_TO_SLICE": _place,
    "SET_VIEW": lambda _: ' " " ("axial" | "coronal" | "sagittal" | "3d")',
    "SET_WINDOW": _window,
    "SHOW": lambda _: ' " " layer',
    "HIDE": lambda _: ' " " layer',
    "ZOOM": _zoom,
    "REVIEW": _review,
    "PROPAGATE": _propagation,
    "SAVE_LABELS": _path,
    "MEASURE": _label,
}


def _argument_rules(mentions: Mentions) -> list[str]:
    rules = {
        "count": _counts(mentions),
        "index": mentions.integers,
        "label": _labels(mentions),
        "path": [f"#{i}" for i in range(1, len(mentions.paths) + 1)],
        "cell": mentions.cells,
        "points": _pairs(mentions),
        "corners": [" ".join(run) for run in _runs(_coordinates(mentions), 4)],
        "hounsfield": _windows(mentions),
        "remark": list(mentions.remarks),
        "preset": ["bone", "soft_tissue", "lung", "full"],
        "layer": list(get_args(Layer)),
    }
    return [f"{name}: {' | '.join(map(_quote, values))}" for name, values in rules.items() if values]


def _counts(mentions: Mentions) -> list[str]:
    """List the counts that were said; where no number was, 2, as in "the slice after next" and "back, back"."""
    return [n for n in mentions.integers if 1 <= int(n) <= MAX_COUNT] or ["2"]


def _labels(mentions: Mentions) -> list[str]:
    return [*mentions.levels, *(n for n in mentions.integers if 1 <= int(n) <= MAX_LABEL)]


def _coordinates(mentions: Mentions) -> list[str]:
    return [n for n in mentions.numbers if not n.startswith("-")]


def _runs(numbers: list[str], length: int) -> Iterable[list[str]]:
    """Stretches of ``length`` numbers said one after the other."""
    return (numbers[i : i + length] for i in range(len(numbers) - length + 1))


def _pairs(mentions: Mentions) -> list[str]:
    numbers = _coordinates(mentions)
    lengths = range(2, min(len(numbers), 2 * _MAX_POINTS) + 1, 2)
    runs = (run for length in lengths for run in _runs(numbers, length))
    return list(dict.fromkeys(", ".join(f"{x} {y}" for x, y in zip(run[::2], run[1::2], strict=True)) for run in runs))


def _windows(mentions: Mentions) -> list[str]:
    numbers = [n for n in dict.fromkeys(mentions.numbers) if abs(float(n)) < _LEVEL_RANGE]
    pairs = ((level, width) for level in numbers for width in numbers if level != width and float(width) > 0)
    same = [(n, n) for n in numbers if mentions.numbers.count(n) > 1 and float(n) > 0]
    return [f"level {level} width {width}" for level, width in (*pairs, *same)] if len(numbers) <= 8 else []


def _optional(alternatives: list[str]) -> str:
    return f' (" " ({" | ".join(alternatives)}))?' if alternatives else ""


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
