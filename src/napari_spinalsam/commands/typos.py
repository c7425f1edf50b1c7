"""Misspelt words, mended within a bound that never turns one command into another.

The bound: the same first letter (but for two letters swapped at the start); words of four letters only where two
neighbours are swapped; one mistake from five letters on, two from nine on; nothing where two words that mean different
things are equally near; and never a word that is a word of its own ("mass" is not "mask").
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from napari_spinalsam.commands.codes import REGION_WORDS
from napari_spinalsam.commands.lexicon import lexicon
from napari_spinalsam.commands.numbers import ENGLISH_WORDS
from napari_spinalsam.commands.vocabulary.english_neighbours import WORDS_OF_THEIR_OWN

_SHORTEST: Final = 4

_WORDS_OF_THEIR_OWN: Final = frozenset(WORDS_OF_THEIR_OWN.split())


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    """Words that are not changed and that others may be changed to; number words of four letters are only kept."""
    words = lexicon().words | REGION_WORDS
    return frozenset(word for word in words if word.isascii() and word.isalpha() and len(word) >= _SHORTEST)


@lru_cache(maxsize=1)
def _by_beginning() -> dict[tuple[str, int], tuple[str, ...]]:
    """(First letter, length) -> words: what a misspelt word is compared with."""
    buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in sorted(_vocabulary() | {word for word in ENGLISH_WORDS if len(word) > _SHORTEST}):
        buckets[word[0], len(word)].append(word)
    return {key: tuple(words) for key, words in buckets.items()}


def _candidates(word: str) -> list[str]:
    """Words that begin alike and are about as long, and words that begin with its second letter."""
    buckets = _by_beginning()
    alike = [(word[0], length) for length in range(len(word) - 2, len(word) + 3)]
    return [near for key in (*alike, (word[1], len(word))) for near in buckets.get(key, ())]


@lru_cache(maxsize=4096)
def correct(word: str) -> str | None:
    """Find the word of the vocabulary that a misspelt one stands for, or None where that is not certain."""
    if (
        len(word) < _SHORTEST
        or not word.isascii()
        or not word.isalpha()
        or word in _WORDS_OF_THEIR_OWN
        or word in _vocabulary()
    ):
        return None
    near = process.extract(word, _candidates(word), scorer=OSA.distance, score_cutoff=2, limit=8)
    allowed = [
        (distance, candidate) for candidate, distance, _ in near if _within_bound(word, candidate, int(distance))
    ]
    if not allowed:
        return None
    best = min(distance for distance, _ in allowed)
    winners = [candidate for distance, candidate in allowed if distance == best]
    same = len({_stem(winner) for winner in winners}) == 1 or len({_meaning(winner) for winner in winners}) == 1
    return winners[0] if same else None


def _meaning(word: str) -> tuple[int, ...] | str:
    """Classes of a word that is said alone; the word itself where it is only a part of phrases."""
    entry = lexicon().english((word,), 0)
    return entry.masks if entry else word


def _stem(word: str) -> str:
    """Singular and plural are the same word here."""
    return word[:-2] if word.endswith("es") and len(word) > 4 else word.rstrip("s")


def _is_inflected(word: str, right: str) -> bool:
    """Whether the word is another form of the right one: "deleted" reports, it does not order."""
    ending = word.removeprefix(right.removesuffix("e"))
    return ending in ("s", "es", "d", "ed", "ing", "er", "ers", "r", "rs", "ly", "or") and not right.endswith(ending)


def _within_bound(word: str, right: str, distance: int) -> bool:
    swapped = distance == 1 and len(word) == len(right) and sorted(word) == sorted(right)
    if swapped:
        return True
    if word[0] != right[0] or len(right) <= _SHORTEST or _is_inflected(word, right):
        return False
    return distance <= (1 if len(right) < 9 else 2)
