"""The words of commands, ready to be looked up: phrases of English words, runs of Chinese characters.

A meaning class is one bit, so that a word in several classes is a bit mask and a rule is tested with a few ``&``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from napari_spinalsam.commands.vocabulary import SEQUENCES, TABLES

#: Classes that the lexer gives to arguments; the vocabularies give the others.
ARGUMENT_CLASSES: Final = ("NUM", "ORD", "COUNT", "INDEX", "CODE", "PATH")


def _bits() -> dict[str, int]:
    names = ["FILLER", "GLUE", *ARGUMENT_CLASSES, *(name for table in TABLES for name in table)]
    return {name: 1 << i for i, name in enumerate(dict.fromkeys(names))}


#: Class name -> its bit.
BIT: Final = _bits()


def mask(names: str) -> int:
    """Bits of class names separated by ``|`` or spaces.

    Raises
    ------
    KeyError
        If there is no such class.
    """
    bits = 0
    for name in names.replace("|", " ").split():
        bits |= BIT[name]
    return bits


#: Fillers and small words, which every rule allows.
SILENT: Final = mask("FILLER GLUE")


class Entry(NamedTuple):
    """A phrase found: how many words or characters it takes, and the meanings it stands for, in order."""

    length: int
    masks: tuple[int, ...]


def _phrases(text: str) -> Iterable[str]:
    return filter(None, (" ".join(phrase.split()) for phrase in text.split(",")))


def _collect() -> dict[str, tuple[int, ...]]:
    """Every phrase of both languages with its meanings."""
    found: dict[str, int] = {}
    for table in TABLES:
        for name, phrases in table.items():
            for phrase in _phrases(phrases):
                found[phrase] = found.get(phrase, 0) | BIT[name]
    entries: dict[str, tuple[int, ...]] = {phrase: (bits,) for phrase, bits in found.items()}
    for phrase, names in SEQUENCES.items():
        entries[phrase] = tuple(mask(name) for name in names.split())
    return entries


class Lexicon:
    """Longest-match look-up of phrases.

    Parameters
    ----------
    entries : mapping of str to tuple of int
        Phrase to class masks; a phrase that begins with a Chinese character is matched character by character.
    """

    def __init__(self, entries: Mapping[str, tuple[int, ...]]) -> None:
        self._english: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = {}
        self._chinese: dict[str, tuple[int, ...]] = {}
        words: set[str] = set()
        for phrase, masks in entries.items():
            if is_chinese(phrase[0]):
                self._chinese[phrase] = masks
                continue
            parts = tuple(phrase.split())
            if any(is_chinese(char) for char in phrase):
                self._chinese[phrase] = masks
                continue
            words.update(parts)
            self._english.setdefault(parts[0], []).append((parts, masks))
        for candidates in self._english.values():
            candidates.sort(key=lambda item: -len(item[0]))
        self._longest = max(map(len, self._chinese), default=0)
        #: Every English word that occurs in a phrase.
        self.words: Final = frozenset(words)

    def english(self, words: Sequence[str], start: int) -> Entry | None:
        """Longest phrase of whole words that begins at word ``start``."""
        for parts, masks in self._english.get(words[start], ()):
            length = len(parts)
            if length == 1 or tuple(words[start : start + length]) == parts:
                return Entry(length, masks)
        return None

    def chinese(self, text: str, start: int) -> Entry | None:
        """Longest phrase of characters that begins at ``start``."""
        for stop in range(min(len(text), start + self._longest), start, -1):
            masks = self._chinese.get(text[start:stop])
            if masks is not None:
                return Entry(stop - start, masks)
        return None


def is_chinese(char: str) -> bool:
    """Whether a character is a CJK ideograph."""
    return "\u4e00" <= char <= "\u9fff" or char == "〇"


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the lexicon of both languages, built once."""
    return Lexicon(_collect())
