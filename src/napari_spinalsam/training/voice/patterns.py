"""What the voice model can hear: the patterns of ``commands.txt`` with their slots filled.

A phrase is a list of words. Single capital letters stand for letters that are spelled ("cell A one"), so that a
synthesiser does not take them for the article; the recogniser's text has them in lower case.
"""

from __future__ import annotations

import random
import re
from functools import cache
from importlib import resources
from typing import Final

from napari_spinalsam.commands.catalogue import CATALOGUE
from napari_spinalsam.commands.numbers import LARGEST, ORDINAL_WORDS, english_words
from napari_spinalsam.commands.phrases.template import expansions, parse_template
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.vertebrae import LEVELS

#: A phrase, word by word.
Words = tuple[str, ...]

_SECTION_WITHOUT_RULES: Final = "speech"
_COLUMNS: Final = "ABCDEFGH"
_ROWS: Final = 8
_SPELLED: Final = {
    "A": "alpha", "B": "bravo", "C": "charlie", "D": "delta", "E": "echo", "F": "foxtrot", "G": "golf", "H": "hotel",
    "L": "lima", "S": "sierra", "T": "tango",
}  # fmt: skip
_REGIONS: Final = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
#: Typical remarks; a comment with other words is a matter for a big recogniser, or the keyboard.
REMARKS: Final = (
    "old fracture",
    "healed fracture",
    "burst fracture",
    "acute compression fracture",
    "looks fine",
    "check with radiologist",
    "mild wedge deformity",
    "metal artefact",
    "motion artefact",
    "boundary unclear",
    "possible metastasis",
    "severe osteopenia",
    "needs a second reader",
    "cement visible",
    "screws in place",
    "endplate irregular",
    "stenosis",
)
_SLOT: Final = re.compile(r"\{(\w+)\}")


@cache
def read_patterns() -> tuple[str, ...]:
    """Every pattern that is a command for the rules, alternatives expanded, slots unfilled."""
    return tuple(text for section, text in _expanded_lines() if section != _SECTION_WITHOUT_RULES)


@cache
def read_speech_patterns() -> tuple[str, ...]:
    """Phrases for the speech part itself: waking up, going to sleep."""
    return tuple(text for section, text in _expanded_lines() if section == _SECTION_WITHOUT_RULES)


def command_grammar() -> str:
    """Read ``commands.txt``, which a model carries with it."""
    return resources.files("napari_spinalsam.training.voice").joinpath("commands.txt").read_text(encoding="utf-8")


def _expanded_lines() -> list[tuple[str, str]]:
    section, found = "", dict[tuple[str, str], None]()
    for line in command_grammar().splitlines():
        if line.startswith("== "):
            section = line[3:]
        elif line and not line.startswith("#"):
            found.update(((section, " ".join(text.split())), None) for text in expansions(parse_template(line)))
    return list(found)


def catalogue_phrases() -> tuple[str, ...]:
    """English examples of the catalogue as they are spoken, numbers and levels in words; none that names a file."""
    examples = (phrase for entry in CATALOGUE for phrase in entry.english)
    return tuple(_spoken_example(phrase) for phrase in examples if ".nii" not in phrase)


def _spoken_example(phrase: str) -> str:
    text = phrase.replace("3D", "three d")
    text = re.sub(r"\b([A-Z])(\d+)\b", lambda match: f"{match[1]} {english_words(int(match[2]))}", text)
    text = re.sub(r"\d+", lambda match: english_words(int(match[0])), text)
    text = re.sub(r"[^\w ]", "", text)
    return " ".join(word if len(word) == 1 and word != "I" else word.lower() for word in text.split())


@cache
def slot_phrases(slot: str) -> tuple[str, ...]:
    """Everything that a slot can be filled with.

    Raises
    ------
    KeyError
        If there is no such slot.
    """
    return tuple(dict.fromkeys(SLOTS[slot]()))


def _counts() -> list[str]:
    return [english_words(value) for value in range(1, 100)]


def _numbers() -> list[str]:
    return [way for value in range(LARGEST + 1) for way in number_ways(value)]


def number_ways(value: int) -> list[str]:
    """Spell a number in the usual ways: "one hundred and six", "one hundred six", "one oh six", "fifteen hundred"."""
    words = english_words(value)
    ways = [words, words.replace(" and ", " ")]
    hundreds, rest = divmod(value, 100)
    if 1 <= hundreds <= 9 and 1 <= rest <= 9:
        ways.append(f"{english_words(hundreds)} oh {english_words(rest)}")
    if 11 <= hundreds <= 19 and not rest:
        ways.append(f"{english_words(hundreds)} hundred")
    return ways


def _slices() -> list[str]:
    return [way for value in range(LARGEST + 1) for way in slice_ways(value)]


def slice_ways(value: int) -> list[str]:
    """Spell the number of a slice, which may also be said as "one twenty"."""
    hundreds, rest = divmod(value, 100)
    short = [f"{english_words(hundreds)} {english_words(rest)}"] if 1 <= hundreds <= 9 and rest >= 10 else []
    return [*number_ways(value), *short]


def _levels() -> list[str]:
    ways: list[str] = []
    for level in LEVELS:
        letter, number = level[0], int(level[1:])
        ways += [f"{name} {english_words(number)}" for name in (letter, _SPELLED[letter], _REGIONS[letter])]
        if letter != "S":
            ways.append(f"the {ORDINAL_WORDS[number]} {_REGIONS[letter]}")
    return ways


def _cells() -> list[str]:
    rows = [english_words(row) for row in range(1, _ROWS + 1)]
    return [f"{name} {row}" for letter in _COLUMNS for name in (letter, _SPELLED[letter]) for row in rows]


#: Slot -> what fills it.
SLOTS: Final = {
    "count": _counts,
    "number": _numbers,
    "slice": _slices,
    "level": _levels,
    "cell": _cells,
    "remark": lambda: list(REMARKS),
}


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word that the model knows, in alphabetical order."""
    texts = [*read_patterns(), *read_speech_patterns(), *catalogue_phrases(), "and then please"]
    for slot in SLOTS:
        texts += slot_phrases(slot)
    return tuple(sorted({word.lower() for text in texts for word in _SLOT.sub("", text).split()}))


class PhraseSampler:
    """Draws phrases: every written pattern is as likely as any other, whatever the number of its expansions.

    Parameters
    ----------
    seed : int
    joined_share, polite_share : float
        How often two commands come together, and how often "please" is said.
    """

    def __init__(self, seed: int, *, joined_share: float = 0.08, polite_share: float = 0.04) -> None:
        self._rng = random.Random(seed)  # noqa: S311
        self._joined_share, self._polite_share = joined_share, polite_share
        self._commands = [*read_patterns(), *catalogue_phrases()]
        self._weights = _evened(self._commands)

    def command(self) -> str:
        """One command, perhaps two; what the rules do not understand is drawn anew ("mute … and yes do it")."""
        while not parse((text := self._draw()).lower()).operations:
            pass
        return text

    def _draw(self) -> str:
        text = self._single()
        if self._rng.random() < self._joined_share:
            text = f"{text} {self._rng.choice(('and', 'then', 'and then'))} {self._single()}"
        if self._rng.random() < self._polite_share:
            text = f"please {text}" if self._rng.random() < 0.5 else f"{text} please"
        return text

    def _single(self) -> str:
        return self.fill(self._rng.choices(self._commands, self._weights)[0])

    def fill(self, pattern: str) -> str:
        """Fill the slots of a pattern."""
        return _SLOT.sub(lambda match: self._filling(match[1]), pattern)

    def _filling(self, slot: str) -> str:
        ways = {"number": number_ways, "slice": slice_ways}.get(slot)
        if ways is None:
            return self._rng.choice(slot_phrases(slot))
        size = self._rng.choice((20, 100, 100, 300, 600, 600, 1000, 2000, LARGEST))
        return self._rng.choice(ways(self._rng.randint(0, size)))


def _evened(patterns: list[str]) -> list[float]:
    """Weights that make first words more even: "add" begins hundreds of patterns, "undo" a few."""
    counts: dict[str, int] = {}
    for pattern in patterns:
        first = pattern.split()[0]
        counts[first] = counts.get(first, 0) + 1
    return [counts[pattern.split()[0]] ** -0.6 for pattern in patterns]
