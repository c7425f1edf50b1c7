"""Making phrases of the words that a model has.

A recogniser can hear only words of its own lexicon. For one that it lacks, a way of writing its sound in other words
may be there (an alias); phrases with a word that has none are left out, and the word is reported. Chinese phrases are
cut into the longest words that the model has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

#: Whether a model has a word.
Knows = Callable[[str], bool]

#: What a word may be written as where the model lacks it; each sounds the same, or nearly so.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "gpu": ("g p u", "gee pea you"),
    "sagittal": ("saggy tall", "sadge it all", "sad jet all"),
    "coronal": ("corona", "core on all"),
    "axial": ("axel", "axle"),
    "redo": ("re do", "read do"),
    "undo": ("un do", "on do"),
    "unmute": ("un mute",),
    "vertebra": ("vertebrae", "virtue bra"),
    "propagate": ("prop a gate", "proper gate"),
    "evaluate": ("evaluates",),
    "parameters": ("parameter",),
    "lumbar": ("lumber",),
    "thoracic": ("thor acid",),
    "spine": ("spines",),
}

#: Words that are named in a warning; of more only the number is told.
_NAMED: Final = 8

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_WORD: Final = 6


@dataclass(frozen=True)
class Fitted:
    """Phrases in the words of one model.

    Parameters
    ----------
    phrases : tuple of str
    aliases : dict of str to str
        What stands in for a word that the model lacks -> that word.
    missing : frozenset of str
        Words that cannot be heard; phrases with one of them are left out.
    """

    phrases: tuple[str, ...]
    aliases: dict[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def meant(self, text: str) -> str:
        """Put the words that are meant for the aliases that were heard."""
        for alias, word in self.aliases.items():
            text = re.sub(rf"\b{re.escape(alias)}\b", word, text)
        return text


def fit(phrases: Iterable[str], knows: Knows) -> Fitted:
    """Write phrases in the words that a model has.

    Phrases of a language of which the model has not a single word are not its business: they are left out without a
    word about it.
    """
    aliases: dict[str, str] = {}
    missing: dict[bool, set[str]] = {False: set(), True: set()}
    fitted: dict[bool, list[str]] = {False: [], True: []}
    known = cache(knows)
    for phrase in phrases:
        chinese = bool(_CHINESE.search(phrase))
        words = _segmented(phrase, known) if chinese else phrase.split()
        written = [_written(word, known) for word in words]
        missing[chinese].update(word for word, form in zip(words, written, strict=True) if form is None)
        if None not in written:
            fitted[chinese].append(" ".join(form for form in written if form is not None))
            aliases.update({form: word for word, form in zip(words, written, strict=True) if form not in (word, None)})
    spoken = [chinese for chinese in (False, True) if fitted[chinese]]
    said = dict.fromkeys(phrase for chinese in spoken for phrase in fitted[chinese])
    return Fitted(tuple(said), aliases, frozenset(word for chinese in spoken for word in missing[chinese]))


def cannot_hear(missing: frozenset[str]) -> str:
    """Warn of words that a model lacks, for the user.

    >>> cannot_hear(frozenset({"sagittal", "coronal"}))
    "The voice model does not know: coronal, sagittal. Type commands with these words, or download Vosk's model"
    """
    words = sorted(missing)
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    named = ", ".join(words[:_NAMED])
    return f"The voice model does not know: {named}{more}. Type commands with these words, or download Vosk's model"


def _written(word: str, knows: Knows) -> str | None:
    """Write a word as the model can hear it; None if it cannot."""
    if knows(word):
        return word
    return next((alias for alias in ALIASES.get(word, ()) if all(map(knows, alias.split()))), None)


def _segmented(phrase: str, knows: Knows) -> list[str]:
    """Cut Chinese text into the longest words that the model has, from the left."""
    words, rest = [], phrase.replace(" ", "")
    while rest:
        lengths = range(min(len(rest), _LONGEST_WORD), 1, -1)
        length = next((length for length in lengths if knows(rest[:length])), 1)
        words.append(rest[:length])
        rest = rest[length:]
    return words
