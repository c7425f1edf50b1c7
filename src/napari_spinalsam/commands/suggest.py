""" "Did you mean …?": the catalogue's examples nearest to a phrase that was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from napari_spinalsam.commands.catalogue import BY_CODE, CATALOGUE
from napari_spinalsam.commands.lexicon import is_chinese
from napari_spinalsam.commands.operations import BaseOperation, from_json

_COUNT: Final = 3
_CUTOFF: Final = 45


@lru_cache(maxsize=2)
def _examples(chinese: bool) -> tuple[tuple[str, str], ...]:
    """Pairs of example and operation code in one language."""
    return tuple(
        (phrase, entry.code) for entry in CATALOGUE for phrase in (entry.chinese if chinese else entry.english)
    )


def suggest(text: str, count: int = _COUNT) -> tuple[str, ...]:
    """Up to ``count`` examples near a phrase, nearest first, one an operation.

    Parameters
    ----------
    text : str
        What was said.
    count : int
        How many at most.
    """
    examples = _examples(any(map(is_chinese, text)))
    near = process.extract(
        text.lower()[:200],
        [phrase for phrase, _ in examples],
        scorer=fuzz.WRatio,
        score_cutoff=_CUTOFF,
        limit=4 * count,
    )
    chosen: dict[str, str] = {}
    for phrase, _, index in near:
        chosen.setdefault(examples[index][1], phrase)
    return tuple(chosen.values())[:count]


def describe(operations: Sequence[BaseOperation]) -> str:
    """Operations as a phrase that can be said, or, where the catalogue has none, as their codes and arguments."""
    return ", then ".join(_phrase(operation) for operation in operations)


def _phrase(operation: BaseOperation) -> str:
    for phrase, args in BY_CODE[operation.code].english.items():
        if from_json({"op": operation.code, "args": args}) == operation:
            return phrase
    arguments = " ".join(f"{name}={value}" for name, value in operation.to_json()["args"].items())
    return f"{operation.code} {arguments}".strip()
