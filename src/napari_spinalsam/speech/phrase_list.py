"""What a recogniser listens for in each situation, made from the operation catalogue.

Every example of the catalogue counts as a pattern: its numbers, levels and cells stand for all numbers, levels and
cells. A recogniser with a word pair grammar (Vosk's) learns from them which word follows which.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal

from napari_spinalsam.commands.catalogue import BY_CODE, CATALOGUE, Entry
from napari_spinalsam.commands.numbers import ENGLISH_WORDS, ORDINAL_WORDS, chinese_words, english_words
from napari_spinalsam.vertebrae import LEVELS

#: Commands; the answer to a question that was asked; asleep, only what wakes.
Expecting = Literal["commands", "answer", "wake"]

#: What wakes the program up, as a whole utterance. Two words at least: one is heard too easily in talk.
WAKE_PHRASES: Final = ("wake up", "start listening", "hello spine", "hey spine", "开始监听", "打开麦克风")

#: Operations that make sense while a question waits for its answer.
_ANSWERS: Final = ("CONFIRM", "CANCEL", "STOP", "UNDO", "REPEAT", "HELP", "STOP_LISTENING")
#: Short answers beside the catalogue's examples. The rules understand every one.
_SHORT_ANSWERS: Final = ("yes", "yes please", "do it", "confirm", "no", "cancel", "never mind", "是", "不", "不要")
#: Commands that are not in the catalogue's examples, said by everybody who speaks instead of typing.
_SPOKEN: Final = (
    "next", "previous", "back", "forward", "go back", "go to the next slice", "take the second mask", "first mask",
    "accept it", "accept as l three", "keep it", "point at cell c four", "box from b two to e five", "undo that",
    "clear the points", "hide the grid", "save the labels", "this is l three", "go to sleep", "wake up",
)  # fmt: skip

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PATH: Final = re.compile(r"[/\\]|\.nii")
#: A letter with a number (a level or a cell), or a number alone; "3D" is neither.
_NUMBER: Final = "|".join(sorted(ENGLISH_WORDS - set(ORDINAL_WORDS), key=len, reverse=True))
_SLOT: Final = re.compile(rf"\b(?P<code>[a-z] ?(?:\d+|{_NUMBER}))\b|\b(?:\d+|{_NUMBER})\b", re.IGNORECASE)
#: 上一张, 最后一张 and 第二个 are words and no counts.
_CHINESE_SLOT: Final = re.compile(r"(?P<code>[A-Z]\d+)|\d+|(?<![上下后第])[一二三四五六七八九十]+(?=[张步])")
_CELLS: Final = [(letter, row) for letter in string.ascii_lowercase[:8] for row in range(1, 9)]
_LEVELS: Final = [(level[0].lower(), int(level[1:])) for level in LEVELS]
#: Each first and each last word of a number, and the ways in which its words follow one another.
_NUMBERS: Final = (
    *range(21), *range(30, 100, 10), 21, 32, 43, 54, 65, 76, 87, 98, 29, *range(100, 1000, 100), 105, 210, 342, 456,
    1000, 1200,
)  # fmt: skip
_EVERY_PAIR: Final = (
    *range(100),
    *(hundreds + rest for hundreds in range(100, 1000, 100) for rest in range(0, 100, 7)),
)


def phrases(expecting: Expecting, *, grid: bool = True) -> tuple[str, ...]:
    """Phrases to listen for, English and Chinese.

    Parameters
    ----------
    expecting : {"commands", "answer", "wake"}
    grid : bool
        Whether the lettered grid is shown; without it nobody names its cells.

    Returns
    -------
    tuple of str
        Lower case, numbers in words, no punctuation.
    """
    if expecting == "wake":
        return WAKE_PHRASES
    if expecting == "answer":
        examples = [phrase for code in _ANSWERS for phrase in (*BY_CODE[code].english, *BY_CODE[code].chinese)]
        return tuple(dict.fromkeys([*map(spoken, examples), *_SHORT_ANSWERS]))
    return _commands(grid)


@cache
def _commands(grid: bool) -> tuple[str, ...]:
    examples = [(phrase, arguments) for entry in CATALOGUE for phrase, arguments in _examples(entry)]
    patterns = [phrase for phrase, arguments in examples if grid or arguments.keys().isdisjoint(("cell", "cells"))]
    patterns += [phrase for phrase in _SPOKEN if grid or not _names_cells(phrase)]
    said = [phrase for pattern in patterns for phrase in _generalised(pattern)]
    said += [f"go to slice {english_words(number)}" for number in _EVERY_PAIR]
    return tuple(dict.fromkeys(said))


def _examples(entry: Entry) -> list[tuple[str, dict[str, Any]]]:
    """Examples that can be spoken, with their arguments: nobody dictates the path of a file."""
    both = {**entry.english, **entry.chinese}
    return [(phrase, arguments) for phrase, arguments in both.items() if not _PATH.search(phrase)]


def spoken(phrase: str) -> str:
    """Write a phrase as it sounds.

    >>> spoken("Background point at cell C4: 120, 3D")
    'background point at cell c four one hundred and twenty three d'
    """
    if _CHINESE.search(phrase):
        in_words = re.sub(r"\d+", lambda number: chinese_words(int(number.group())), phrase)
        return re.sub(r"\W", "", in_words).lower()
    words = re.findall(r"[a-z]+|\d+", phrase.lower())
    return " ".join(english_words(int(word)) if word.isdigit() else word for word in words)


def _generalised(pattern: str) -> Iterator[str]:
    """Give the pattern as it sounds, and with each other number, level or cell in the place of each that it names."""
    yield spoken(pattern)
    chinese = bool(_CHINESE.search(pattern))
    in_words = chinese_words if chinese else english_words
    for slot in (_CHINESE_SLOT if chinese else _SLOT).finditer(pattern):
        before, after = pattern[: slot.start()], pattern[slot.end() :]
        if slot["code"] is not None:
            codes = _CELLS if _names_cells(pattern) else _LEVELS
            fillings = [f"{letter} {in_words(number)}" for letter, number in codes]
        else:
            fillings = [in_words(number) for number in _NUMBERS]
        for filling in fillings:
            yield spoken(f"{before}{filling}{after}")


def _names_cells(phrase: str) -> bool:
    return bool(re.search("point|cell|zoom|box|单元格|框|放大", phrase))
