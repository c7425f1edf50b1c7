"""Builders of walks through slices and levels."""

from __future__ import annotations

from itertools import pairwise

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import Operations, counted, one_number
from napari_spinalsam.commands.clause import Clause
from napari_spinalsam.commands.grammar import Builder
from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import BIT, SILENT

_COUNTING = BIT["NEXT"] | BIT["PREV"] | BIT["LAST"] | BIT["FIRST"] | BIT["MIDDLE"] | BIT["RECENT"]
_ARTICLES = frozenset(("a", "the", "this", "that", "one", "my"))


def names_a_change(clause: Clause) -> bool:
    """Whether a step of the history is spoken of, and no step through slices: "the last change", "one step back"."""
    return any(
        (bits & BIT["STEP"] or token.text == "step back")
        and (before.kind == "number" or before.mask & _COUNTING or before.text.split(" ")[-1] in _ARTICLES)
        for before, token, bits in zip(clause.tokens, clause.tokens[1:], clause.masks[1:], strict=False)
    )


def walk(cls: type[ops.NextSlice] | type[ops.PreviousSlice]) -> Builder:
    """Builder of a walk through slices; "back one change" walks through the history."""
    build = counted(cls)

    def step(clause: Clause) -> Operations:
        skips_it = clause.has("NEXT") and not clause.numbers() and not _SKIPPING.isdisjoint(clause.texts())
        return None if names_a_change(clause) or skips_it or _names_a_view(clause) else build(clause)

    return step


def _names_a_view(clause: Clause) -> bool:
    """Whether it is the next view that is asked for: axial, then coronal."""
    return any(
        after in ("view", "views") and before.mask & (BIT["NEXT"] | BIT["PREV"])
        for before, after in zip(clause.tokens, list(clause.texts())[1:], strict=False)
    )


#: "Skip the next" may be to go to the one after.
_SKIPPING = frozenset(("skip", "skip over", "skip past", "jump over", "pass over"))


def skipped(clause: Clause) -> Operations:
    """Go forward: "skip ten" goes forward ten; "skip one" may mean one or two."""
    return walk(ops.NextSlice)(clause) if one_number(clause) != 1 else None


def back(clause: Clause) -> Operations:
    """Back one slice; "image back" asks for the image."""
    word, noun = clause.position("BACK"), clause.position("SLICE")
    return None if word is not None and noun is not None and noun < word else walk(ops.PreviousSlice)(clause)


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


_MOVES = BIT["SLICE"] | BIT["GOTO"] | BIT["GO"] | BIT["TOWARD"]


def _moves(token: Token) -> bool:
    return bool(token.mask & _MOVES) and token.text not in ("now", "take", "use")


def go_to_number(clause: Clause) -> Operations:
    """Jump to a number that nothing says to be a slice: "go to 42", but not "select 2" or "switch to 5"."""
    verbs = [token for token, bits in zip(clause.tokens, clause.masks, strict=True) if bits & BIT["GOTO"]]
    set_to = any(token.mask & (BIT["PICK"] | BIT["NAMEIT"]) or token.text in _SET_TO for token in verbs)
    return None if set_to and not clause.has("SLICE") else go_to(clause)


#: A label or a candidate mask as well as a slice.
_SET_TO = frozenset(("set to", "switch to", "change to"))


def go_to_named(clause: Clause) -> Operations:
    """Jump to the first, middle or last slice."""
    texts = list(clause.texts())
    if any(text in ("center", "centre") and after == "the" for text, after in pairwise(texts)):
        return None  # "centre the image" is about the camera
    if names_a_change(clause) or not any(_moves(token) for token in clause.tokens):
        return None  # "take the last change back"; "end it now"
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
