"""Builders of walks through slices and levels."""

from __future__ import annotations

from itertools import pairwise

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import Operations, counted, one_number
from napari_spinalsam.commands.clause import Clause
from napari_spinalsam.commands.lexicon import BIT, SILENT


def skipped(clause: Clause) -> Operations:
    """Go forward: "skip ten" goes forward ten; "skip one" may mean one or two."""
    return counted(ops.NextSlice)(clause) if one_number(clause) != 1 else None


def back(clause: Clause) -> Operations:
    """Back one slice; "image back" asks for the image."""
    word, noun = clause.position("BACK"), clause.position("SLICE")
    return None if word is not None and noun is not None and noun < word else counted(ops.PreviousSlice)(clause)


def _spoken_index(clause: Clause) -> int | None:
    """Read a slice number, also digit by digit ("one two zero") or in halves ("one twenty")."""
    values = [clause.value(i) for i in clause.numbers("NUM ORD INDEX COUNT")]
    if not values or any(not isinstance(value, int) or value < 0 for value in values):
        return None
    if len(values) == 1:
        return int(values[0])
    if len(values) <= 4 and all(value < 10 for value in values):
        return int("".join(str(value) for value in values))
    if len(values) == 2 and 1 <= values[0] < 10 and 10 <= values[1] < 100:
        return int(values[0] * 100 + values[1])
    return None


_ASIDE = BIT["FORWARD"] | BIT["BACK"] | BIT["UP"] | BIT["DOWN"]


def go_to(clause: Clause) -> Operations:
    """Jump to a slice by number."""
    number = clause.position("INDEX")
    if number is not None and any(bits & _ASIDE and not bits & SILENT for bits in clause.masks[number + 1 :]):
        return None  # "move the slice nine forward"
    if clause.numbers("ORD") and _spoken_index(clause) == 1:
        return [ops.GoToSlice(index="first")]
    index = _spoken_index(clause)
    return None if index is None or index > ops.MAX_COUNT else [ops.GoToSlice(index=index)]


_ARRIVING = frozenset("到至去")


def go_to_chinese(clause: Clause) -> Operations:
    """跳到42层: the measure word makes no count of it."""
    return go_to(clause) if any(not _ARRIVING.isdisjoint(text) for text in clause.texts()) else None


def go_to_named(clause: Clause) -> Operations:
    """Jump to the first, middle or last slice."""
    texts = list(clause.texts())
    if any(text in ("center", "centre") and after == "the" for text, after in pairwise(texts)):
        return None  # "centre the image" is about the camera
    named: list[ops.GoToSlice] = []
    if clause.has("LAST") and any("back" in text or text == "again" for text in clause.texts()):
        return None  # "back to the last picture" may mean the one before
    for name, index in (("FIRST", "first"), ("MIDDLE", "middle"), ("LAST", "last")):
        if clause.has(name):
            named.append(ops.GoToSlice(index=index))  # type: ignore[arg-type]
    return named if len(named) == 1 and not clause.numbers() else None


def go_to_end_of_stack(clause: Clause) -> Operations:
    """Jump to an end that is named in full: "bottom of the volume" is no other last thing."""
    return go_to_named(clause) if any(" of the " in text for text in clause.texts()) else None
