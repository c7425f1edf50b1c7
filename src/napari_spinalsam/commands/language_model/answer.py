"""The answer language: operations in the few tokens that a small model can afford.

One line, operations joined by ``"; "``, each a word and its arguments in a fixed order; ``none`` for no command::

    forward 10; point negative at 120 200; segment points
    review comment L3 "old fracture"; save #1

Every sentence of it means exactly one list of operations and every list of operations can be written in it. JSON would
say the same in four times the tokens, and a token of a 1.5-billion-parameter model costs 0.1 to 0.2 s on two cores.
``#1`` is the first path that the user's sentence names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from napari_spinalsam.commands.operations import BY_CODE, AddBox, AddPoints, BaseOperation, Propagate, Review, SetWindow

#: Bound on the operations of one sentence.
MAX_OPERATIONS: Final = 8
NOTHING: Final = "none"
SEPARATOR: Final = "; "

#: Operation code -> the word that stands for it. Words differ in their first letters, so that one token decides.
WORDS: Final[dict[str, str]] = {
    "OPEN_IMAGE": "open",
    "ADD_POINTS": "point",
    "ADD_BOX": "box",
    "SEGMENT_POINTS": "segment points",
    "SEGMENT_BOX": "segment box",
    "CLEAR_POINTS": "clear points",
    "CLEAR_BOXES": "clear boxes",
    "CLEAR_ALL": "clear all",
    "PREVIOUS_SLICE": "back",
    "NEXT_SLICE": "forward",
    "CHECK_DEVICE": "device",
    "CHECK_MODEL": "weights",
    "HELP": "help",
    "UNDO": "undo",
    "REDO": "redo",
    "ACCEPT_MASK": "accept",
    "REJECT_MASK": "reject",
    "CHOOSE_MASK": "choose",
    "SET_LABEL": "label",
    "GO_TO_SLICE": "goto",
    "SET_VIEW": "view",
    "SET_WINDOW": "window",
    "SHOW": "show",
    "HIDE": "hide",
    "ZOOM": "zoom",
    "NEXT_LEVEL": "below",
    "PREVIOUS_LEVEL": "above",
    "REVIEW": "review",
    "PROPAGATE": "propagate",
    "STOP": "stop",
    "SAVE_LABELS": "save",
    "MEASURE": "measure",
    "EVALUATE": "evaluate",
    "START_LISTENING": "listen",
    "STOP_LISTENING": "mute",
    "REPEAT": "repeat",
    "CONFIRM": "yes",
    "CANCEL": "no",
}
_CODES: Final = {word: code for code, word in WORDS.items()}
#: Operations whose one argument follows the word, and its name.
_SINGLE: Final[dict[str, str]] = {
    "OPEN_IMAGE": "path",
    "PREVIOUS_SLICE": "count",
    "NEXT_SLICE": "count",
    "UNDO": "count",
    "REDO": "count",
    "CHOOSE_MASK": "index",
    "SET_LABEL": "label",
    "GO_TO_SLICE": "index",
    "SET_VIEW": "axis",
    "SHOW": "target",
    "HIDE": "target",
    "SAVE_LABELS": "path",
    "MEASURE": "label",
}
_INTEGERS: Final = frozenset({"count", "index", "label"})
_POINT: Final = re.compile(
    r"(?P<negative>negative)? ?(?:(?P<count>\d+)|at (?P<at>[\d., ]+)|cell (?P<cell>[A-Z]\d+)|(?P<here>here))?"
)
_BOX: Final = re.compile(r"(?:at (?P<at>[\d. ]+)|(?P<first>[A-Z]\d+) to (?P<second>[A-Z]\d+))?")
_WINDOW: Final = re.compile(r"(?P<preset>[a-z_]+)|level (?P<level>-?[\d.]+) width (?P<width>[\d.]+)")
_ZOOM: Final = re.compile(r"(?P<direction>in|out|reset)|(?P<cell>[A-Z]\d+)")
_REVIEW: Final = re.compile(r'(?P<status>approved|flagged|comment)(?: (?P<label>[CTLS]?\d+))?(?: "(?P<text>[^"]*)")?')
_PROPAGATE: Final = re.compile(r"(?P<direction>forward|backward)?(?: ?(?P<count>\d+))?(?: ?to (?P<to>\d+))?")
_OPERATION: Final = re.compile(rf"({'|'.join(sorted(WORDS.values(), key=len, reverse=True))})(?: (.*))?")


def read_answer(answer: str, paths: Sequence[str], remarks: Mapping[str, str]) -> tuple[BaseOperation, ...]:
    """Read the operations that ``answer`` says.

    Parameters
    ----------
    answer : str
        A sentence of the answer language.
    paths : sequence of str
        What ``#1``, ``#2``, … stand for.
    remarks : mapping of str to str
        Review comments as the model saw them -> as the user wrote them; others are taken as they are.

    Raises
    ------
    ValueError
        If it is no sentence of the language, or an operation refuses its arguments.
    """
    if answer == NOTHING:
        return ()
    parts = re.findall(r'(?:[^;"]|"[^"]*")+', answer)
    if not parts:
        raise ValueError("an empty answer says nothing")
    return tuple(_read_operation(part.strip(), paths, remarks) for part in parts)


def write_answer(operations: Iterable[BaseOperation], paths: Sequence[str] = ()) -> str:
    """``operations`` in the answer language; a path that is not among ``paths`` is a ``ValueError``."""
    return SEPARATOR.join(_write_operation(operation, paths) for operation in operations) or NOTHING


def _read_operation(part: str, paths: Sequence[str], remarks: Mapping[str, str]) -> BaseOperation:
    match = _OPERATION.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is no operation")
    code, rest = _CODES[match[1]], match[2] or ""
    if code in _SINGLE:
        arguments = _read_single(_SINGLE[code], rest, paths) if rest else {}
    elif code in _READERS:
        pattern, reader = _READERS[code]
        found = pattern.fullmatch(rest)
        if found is None:
            raise ValueError(f"{rest!r} are no arguments of {code}")
        arguments = reader({name: value for name, value in found.groupdict().items() if value is not None})
    elif rest:
        raise ValueError(f"{code} takes no arguments")
    else:
        arguments = {}
    if "text" in arguments:
        arguments["text"] = remarks.get(arguments["text"], arguments["text"])
    return BY_CODE[code](**arguments)


def _read_single(name: str, value: str, paths: Sequence[str]) -> dict[str, Any]:
    if name == "path":
        number = int(value.removeprefix("#"))
        if not 1 <= number <= len(paths):
            raise ValueError(f"there is no path {value}")
        return {name: paths[number - 1]}
    return {name: int(value) if name in _INTEGERS and value.isdigit() else value}


def _read_point(found: dict[str, str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {"polarity": "negative"} if "negative" in found else {}
    if "count" in found:
        arguments["count"] = int(found["count"])
    if "at" in found:
        arguments["at"] = [[float(n) for n in pair.split()] for pair in found["at"].split(",")]
    if "cell" in found:
        arguments["cell"] = found["cell"]
    if "here" in found:
        arguments["here"] = True
    return arguments


def _read_box(found: dict[str, str]) -> dict[str, Any]:
    if "at" in found:
        return {"at": [float(n) for n in found["at"].split()]}
    return {"cells": [found["first"], found["second"]]} if "first" in found else {}


def _read_window(found: dict[str, str]) -> dict[str, Any]:
    return {name: value if name == "preset" else float(value) for name, value in found.items()}


def _read_review(found: dict[str, str]) -> dict[str, Any]:
    label = found.get("label", "")
    return {**found, "label": int(label)} if label.isdigit() else dict(found)


def _read_propagate(found: dict[str, str]) -> dict[str, Any]:
    return {name: value if name == "direction" else int(value) for name, value in found.items()}


_READERS: Final[dict[str, tuple[re.Pattern[str], Callable[[dict[str, str]], dict[str, Any]]]]] = {
    "ADD_POINTS": (_POINT, _read_point),
    "ADD_BOX": (_BOX, _read_box),
    "SET_WINDOW": (_WINDOW, _read_window),
    "ZOOM": (_ZOOM, dict),
    "REVIEW": (_REVIEW, _read_review),
    "PROPAGATE": (_PROPAGATE, _read_propagate),
}


def _write_operation(operation: BaseOperation, paths: Sequence[str]) -> str:
    arguments = _write_arguments(operation, operation.to_json()["args"], paths)
    return " ".join([WORDS[operation.code], *arguments])


def _write_arguments(operation: BaseOperation, given: Mapping[str, Any], paths: Sequence[str]) -> list[str]:
    match operation:
        case AddPoints():
            return _write_point(operation)
        case AddBox(at=None, cells=None):
            return []
        case AddBox(at=None, cells=(first, second)):
            return [f"{first} to {second}"]
        case AddBox(at=at):
            return ["at", *(f"{n:g}" for n in at or ())]
        case SetWindow(preset=str(preset)):
            return [preset]
        case SetWindow(level=level, width=width):
            return [f"level {level:g} width {width:g}"]
        case Review(text=text):
            words = [str(given[name]) for name in ("status", "label") if name in given]
            return words if text is None else [*words, f'"{text}"']
        case Propagate(to=to):
            words = [str(given[name]) for name in ("direction", "count") if name in given]
            return words if to is None else [*words, f"to {to}"]
        case _ if "path" in given:
            return [f"#{list(paths).index(given['path']) + 1}"]
        case _:
            return [str(value) for value in given.values()]


def _write_point(operation: AddPoints) -> list[str]:
    words = ["negative"] if operation.polarity == "negative" else []
    if operation.at is not None:
        return [*words, "at", ", ".join(f"{x:g} {y:g}" for x, y in operation.at)]
    if operation.cell is not None:
        return [*words, "cell", operation.cell]
    if operation.here:
        return [*words, "here"]
    return words if operation.count == 1 else [*words, str(operation.count)]
