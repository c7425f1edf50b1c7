"""The rule parser: text to operations, quickly, or an honest "not understood".

``parse`` answers only where every word of the phrase is explained. Otherwise it returns nothing, tells whether it is
sure that there is no command (``decided``), and suggests what was perhaps meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from napari_spinalsam.commands import negatives, review_comment
from napari_spinalsam.commands.clause import SEGMENT, Said
from napari_spinalsam.commands.doubts import doubtful
from napari_spinalsam.commands.lexer import Token, tokenise
from napari_spinalsam.commands.normalise import has_url, normalise, strip_control
from napari_spinalsam.commands.operations import (
    AddBox,
    AddPoints,
    BaseOperation,
    CheckDevice,
    CheckModel,
    Evaluate,
    Help,
    Measure,
    Repeat,
    SegmentBox,
    SegmentPoints,
)
from napari_spinalsam.commands.split import is_aside, parse_clauses
from napari_spinalsam.commands.suggest import suggest

#: No sentence makes a longer plan.
MAX_OPERATIONS: Final = 8
#: No longer text is read.
MAX_CHARACTERS: Final = 500

_SURE: Final = 1.0
_MENDED: Final = 0.9
_NO_COMMAND: Final = 0.95


#: What a question may ask for.
_FIGURES: Final = (CheckDevice, CheckModel, Measure, Evaluate, Help, Repeat)
_QUESTION: Final = re.compile(r"(?<!可以)(?<!好)(?<!行)吗\W*$")


@dataclass(frozen=True, slots=True)
class Parse:
    """What the rules made of a phrase.

    Attributes
    ----------
    operations : tuple of BaseOperation
        In the order spoken; empty where there is no command or it was not understood.
    confidence : float
        0 where not decided.
    suggestions : tuple of str
        Phrases that were perhaps meant, nearest first; only where not decided.
    decided : bool
        True for a command that was understood, and for text that is surely none.
    """

    operations: tuple[BaseOperation, ...] = ()
    confidence: float = 0.0
    suggestions: tuple[str, ...] = ()
    decided: bool = False


def prepare() -> None:
    """Build the tables now (some 40 ms), so that the first phrase is as quick as the others."""
    parse("prepare to undo the piont")
    parse("准备撤销")


def parse(text: str) -> Parse:
    """Operations that a phrase means, in the order spoken.

    Parameters
    ----------
    text : str
        Any text, English or Chinese. More than ``MAX_CHARACTERS`` characters are no command.

    Returns
    -------
    Parse
        At most ``MAX_OPERATIONS`` operations; it never raises.
    """
    if len(text) > MAX_CHARACTERS:
        return Parse(confidence=_NO_COMMAND, decided=True)
    line = strip_control(text)
    if not line or has_url(line):
        return Parse(confidence=_NO_COMMAND, decided=True)
    commented = review_comment.parse(line, _parse_plain)
    if commented is not None:
        return Parse(commented, _SURE, decided=True) if len(commented) <= MAX_OPERATIONS else _undecided(line)
    return _parse_line(line)


def is_remark(text: str) -> bool:
    """Whether a part of a sentence orders nothing and only leads on: "well", "perfect", "please"."""
    return all(map(is_aside, tokenise(normalise(text))))


def is_doubtful(text: str) -> bool:
    """Whether a sentence means something else than its parts, one after the other: "zoom in, no, zoom out"."""
    return doubtful(tokenise(normalise(text)))


def _parse_plain(text: str) -> tuple[BaseOperation, ...]:
    """Operations of a part of a phrase, without suggestions."""
    said = _said(tokenise(normalise(text)))
    return (_resolved(said) or ()) if said else ()


def _said(tokens: list[Token]) -> list[Said] | None:
    return None if negatives.negated(tokens) or doubtful(tokens) else parse_clauses(tokens)


def _parse_line(line: str) -> Parse:
    normal = normalise(line)
    tokens = tokenise(normal)
    said = _said(tokens)
    if said:
        operations = _resolved(said)
        if operations is not None and _asks(normal.text) and not all(isinstance(op, _FIGURES) for op in operations):
            return _undecided(line)
        if operations is not None and len(operations) <= MAX_OPERATIONS:
            mended = any(token.mended for token in tokens)
            return Parse(operations, _MENDED if mended else _SURE, decided=True)
        return _undecided(line)
    if negatives.wholly_negated(tokens) or negatives.surely_no_command(normal.text):
        return Parse(confidence=_NO_COMMAND, decided=True)
    return _undecided(line)


def _asks(text: str) -> bool:
    """Whether a Chinese phrase is a question, and not only a polite one: 这有问题吗."""
    return bool(_QUESTION.search(text))


def _undecided(line: str) -> Parse:
    return Parse(suggestions=suggest(line))


def _resolved(said: list[Said]) -> tuple[BaseOperation, ...] | None:
    """Operations, "segment it" told apart by the prompt spoken of before; None where there was none."""
    operations: list[BaseOperation] = []
    for item in said:
        if item != SEGMENT:
            operations.append(item)
            continue
        prompt = next((op for op in reversed(operations) if isinstance(op, AddPoints | AddBox)), None)
        if prompt is None:
            return None
        operations.append(SegmentPoints() if isinstance(prompt, AddPoints) else SegmentBox())
    return tuple(operations)
