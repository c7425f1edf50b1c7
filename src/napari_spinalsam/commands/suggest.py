"""Suggestions, "did you mean …?": the catalogue's examples nearest to a phrase that was not understood.

Near in meaning first (how many words of the phrase and of the example share a meaning class), then in spelling.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from napari_spinalsam.commands.catalogue import BY_CODE, CATALOGUE
from napari_spinalsam.commands.lexer import Token, tokenise
from napari_spinalsam.commands.lexicon import SILENT, is_chinese, mask
from napari_spinalsam.commands.normalise import normalise, strip_control
from napari_spinalsam.commands.operations import BaseOperation, from_json

_COUNT: Final = 3
_CUTOFF: Final = 0.25
#: How much likeness of spelling counts beside likeness of meaning.
_SPELLING: Final = 0.35
_LONGEST: Final = 200


#: Classes of words that say little about which operation is meant.
_VAGUE: Final = SILENT | mask("WHICH REVIEWWORD HAVE NAMEIT CORNER AREA CHECK GO GIVE")


class _Example(NamedTuple):
    phrase: str
    code: str
    masks: tuple[int, ...]


@lru_cache(maxsize=2)
def _examples(*, chinese: bool) -> tuple[_Example, ...]:
    """Examples in one language."""
    return tuple(
        _Example(phrase, entry.code, _meanings(tokenise(normalise(phrase))))
        for entry in CATALOGUE
        for phrase in (entry.chinese if chinese else entry.english)
    )


def _meanings(tokens: Sequence[Token]) -> tuple[int, ...]:
    """Class masks of the words that mean something."""
    return tuple(token.mask & ~_VAGUE for token in tokens if token.mask & ~_VAGUE)


def suggest(text: str, count: int = _COUNT) -> tuple[str, ...]:
    """Up to ``count`` examples near a phrase, nearest first, one an operation.

    Parameters
    ----------
    text : str
        What was said.
    count : int
        How many at most.
    """
    line = strip_control(text)[:_LONGEST]
    meanings = _meanings(tokenise(normalise(line)))
    lower = line.lower()
    nearness = [
        (_shared(meanings, example.masks) + _SPELLING * fuzz.ratio(lower, example.phrase.lower()) / 100, example)
        for example in _examples(chinese=any(map(is_chinese, line)))
    ]
    chosen: dict[str, str] = {}
    for near, example in sorted(nearness, key=lambda pair: -pair[0]):
        if near < _CUTOFF or len(chosen) == count:
            break
        chosen.setdefault(example.code, example.phrase)
    return tuple(chosen.values())


def _shared(these: Sequence[int], those: Sequence[int]) -> float:
    """Share of words, of both sides, that have a meaning in common with the other side."""
    if not these or not those:
        return 0.0
    here, there = _union(these), _union(those)
    common = sum(bool(bits & there) for bits in these) + sum(bool(bits & here) for bits in those)
    return common / (len(these) + len(those))


def _union(masks: Sequence[int]) -> int:
    union = 0
    for bits in masks:
        union |= bits
    return union


def describe(operations: Sequence[BaseOperation]) -> str:
    """Operations as a phrase that can be said, or, where the catalogue has none, as their codes and arguments."""
    return ", then ".join(_phrase(operation) for operation in operations)


def _phrase(operation: BaseOperation) -> str:
    for phrase, args in BY_CODE[operation.code].english.items():
        if from_json({"op": operation.code, "args": args}) == operation:
            return phrase
    arguments = " ".join(f"{name}={value}" for name, value in operation.to_json()["args"].items())
    return f"{operation.code} {arguments}".strip()
