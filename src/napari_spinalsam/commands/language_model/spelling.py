"""Number words turned into digits, for a model that reads digits better than it counts.

On top of what :mod:`napari_spinalsam.commands.numbers` reads, people say "one twenty" (120), "one oh five" (105),
"a couple" and "half a dozen".
"""

from __future__ import annotations

import re
from typing import Final

from napari_spinalsam.commands.numbers import ENGLISH_WORDS, Reading, read_chinese, read_english

_OTHER_WORDS: Final = {"couple": 2, "pair": 2, "twice": 2, "thrice": 3, "dozen": 12}
_ZERO: Final = frozenset({"oh", "o", "zero"})
_SOME_WORD: Final = "|".join(sorted((*ENGLISH_WORDS, *_OTHER_WORDS, *_ZERO), key=len, reverse=True))
#: A run of number words; "and" belongs to it only between two of them.
_RUN: Final = re.compile(rf"\b(?:{_SOME_WORD})(?:(?:\s+and\s+|\s+|-)(?:{_SOME_WORD}))*\b")
#: Chinese digits; a single 一 only before a counter or after 第 and a spinal region, as in 第一张, not in 一下.
_CHINESE: Final = re.compile(
    r"[〇零一二两三四五六七八九十百千]{2,}|[零二两三四五六七八九十]|(?<=[第腰胸颈骶])一|一(?=[张个层片步次号节幅页格])"
)


def words_to_digits(text: str) -> str:
    """``text`` (lower case) with its number words as digits; ordinals from "second" on become ``2th``, ``42th``.

    Examples
    --------
    >>> words_to_digits("go to slice one hundred and five")
    'go to slice 105'
    >>> words_to_digits("第四十二张")
    '第42张'
    """
    text = re.sub(r"\ban? (hundred|thousand)\b", r"one \1", text.replace("half a dozen", "6"))
    text = _RUN.sub(lambda match: _read_run(match.group()), text)
    return _CHINESE.sub(lambda match: _read_chinese_run(match.group()), text)


def _read_run(run: str) -> str:
    """Digits of a run of number words, which may hold several numbers ("ten twenty" is 10 20)."""
    words = re.split(r"[\s-]+", run)
    if all(word in _ZERO or word == "first" for word in words) and "zero" not in words:
        return run
    written, i = [], 0
    while i < len(words):
        reading = _read_at(words, i)
        if reading is None or words[i] == "first":
            written.append(words[i])
            i += 1
        else:
            written.append(f"{reading.value}th" if reading.ordinal else str(reading.value))
            i += reading.length
    return " ".join(written)


def _read_at(words: list[str], i: int) -> Reading | None:
    """Read the number that begins at word ``i``."""
    if words[i] in _OTHER_WORDS:
        return Reading(_OTHER_WORDS[words[i]], 1, ordinal=False)
    first = _read_english(words, i)
    if first is None or first.ordinal or not 1 <= first.value <= 9 or first.length != 1:
        return first
    after = _read_english(words, i + 1)
    if after is not None and 10 <= after.value <= 99:
        return Reading(100 * first.value + after.value, 1 + after.length, after.ordinal)
    digit = _read_english(words, i + 2) if words[i + 1 : i + 2] and words[i + 1] in _ZERO else None
    if digit is not None and 1 <= digit.value <= 9:
        return Reading(100 * first.value + digit.value, 3, ordinal=False)
    return first


def _read_english(words: list[str], i: int) -> Reading | None:
    """As ``read_english``, but "one hundred two hundred" are two numbers: the last "two" belongs to "hundred"."""
    hundreds = (j for j in range(i + 2, len(words)) if words[j] == "hundred" and words[j - 2] != "thousand")
    for j in hundreds:
        shorter = read_english(words[: j - 1], i)
        if shorter is not None and shorter.length == j - 1 - i:
            return shorter
    return read_english(words, i)


def _read_chinese_run(run: str) -> str:
    written, i = "", 0
    while i < len(run):
        reading = read_chinese(run, i)
        if reading is None:
            written, i = written + run[i], i + 1
        else:
            written, i = written + str(reading.value), i + reading.length
    return written
