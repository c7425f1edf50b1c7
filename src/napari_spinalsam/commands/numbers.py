"""Numbers in words, from 0 to 9999, in English and in Chinese: read and written.

English is read from a list of words ("one hundred and twenty", "twelve hundred", "forty second"), Chinese from the
characters themselves ("一百二十", "一千零五", "两百", "一二零", and the colloquial "一百二" for 120).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

LARGEST: Final = 9999

_UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL: Final = {word: i for i, word in enumerate(_UNITS)}
_TEN: Final = {word: 10 * i for i, word in enumerate(_TENS, start=2)} | {"fourty": 40}

#: Ordinals from "zeroth" to "nineteenth", each at its own index.
ORDINAL_WORDS: Final = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_ORDINAL_SMALL: Final = {word: i for i, word in enumerate(ORDINAL_WORDS)}
_ORDINAL_TEN: Final = {word[:-1] + "ieth": value for word, value in _TEN.items()}

_DIGITS: Final = "零一二三四五六七八九"
_DIGIT: Final = {char: i for i, char in enumerate(_DIGITS)} | {"〇": 0, "两": 2, "兩": 2}
_POWER: Final = {"千": 1000, "百": 100, "十": 10}

#: Characters a Chinese number is written with.
CHINESE_CHARACTERS: Final = frozenset(_DIGIT) | frozenset(_POWER)

#: Words an English number can be written with, so that nothing takes them for misspelt command words.
ENGLISH_WORDS: Final = (
    frozenset(_SMALL) | frozenset(_TEN) | frozenset(_ORDINAL_SMALL) | frozenset(_ORDINAL_TEN) | {"hundred", "thousand"}
)


class Reading(NamedTuple):
    """A number found in a phrase: its value, how many words or characters it took, and whether it is an ordinal."""

    value: int
    length: int
    ordinal: bool


def _oh(words: Sequence[str], i: int) -> int | None:
    """Value of "two oh six", or None."""
    if i + 2 >= len(words) or words[i + 1] not in ("oh", "o"):
        return None
    hundreds, units = _SMALL.get(words[i], 0), _SMALL.get(words[i + 2], 0)
    return hundreds * 100 + units if 1 <= hundreds <= 9 and 1 <= units <= 9 else None


def _below_hundred(words: Sequence[str], i: int) -> Reading | None:
    """Read "seven", "twelve", "forty", "forty two", "second" or "forty second" at word ``i``."""
    if i >= len(words):
        return None
    word = words[i]
    if word in _SMALL:
        hundreds = _oh(words, i)
        return Reading(hundreds, 3, ordinal=False) if hundreds else Reading(_SMALL[word], 1, ordinal=False)
    if word in _ORDINAL_SMALL:
        return Reading(_ORDINAL_SMALL[word], 1, ordinal=True)
    if word in _ORDINAL_TEN:
        return Reading(_ORDINAL_TEN[word], 1, ordinal=True)
    if word not in _TEN:
        return None
    ten, after = _TEN[word], words[i + 1] if i + 1 < len(words) else ""
    if 1 <= _SMALL.get(after, 0) <= 9:
        return Reading(ten + _SMALL[after], 2, ordinal=False)
    if 1 <= _ORDINAL_SMALL.get(after, 0) <= 9:
        return Reading(ten + _ORDINAL_SMALL[after], 2, ordinal=True)
    return Reading(ten, 1, ordinal=False)


def _continued(words: Sequence[str], i: int, base: int, unit: int) -> Reading:
    """Read what follows "… hundred" or "… thousand": an optional "and" and a smaller number. From word ``i``."""
    joined = 1 if i < len(words) and words[i] == "and" else 0
    rest = _at(words, i + joined, limit=unit)
    if rest is not None and _begins_another(words, i + joined + rest.length):
        # "one hundred twenty two hundred" is 120 and 200.
        ten = _TEN.get(words[i + joined])
        rest = Reading(ten, 1, ordinal=False) if ten and rest.length == 2 else None
    if rest is None or rest.value == 0:
        return Reading(base, 0, ordinal=False)
    return Reading(base + rest.value, joined + rest.length, rest.ordinal)


def _begins_another(words: Sequence[str], i: int) -> bool:
    """Whether the number before word ``i`` counts hundreds or thousands of its own."""
    return i < len(words) and words[i] in ("hundred", "thousand")


def _at(words: Sequence[str], i: int, limit: int) -> Reading | None:
    """Read a number below ``limit`` (100, 1000 or 10000) at word ``i``; "a hundred" counts as one hundred."""
    article = i + 1 < len(words) and words[i] == "a" and words[i + 1] in ("hundred", "thousand")
    first = Reading(1, 1, ordinal=False) if article else _below_hundred(words, i)
    if first is None or first.ordinal:
        return first
    after = i + first.length
    unit = words[after] if after < len(words) else ""
    for name, size in (("thousand", 1000), ("hundred", 100)):
        is_ordinal = unit == name + "th"
        if not (unit == name or is_ordinal) or not 1 <= first.value < 20:
            continue
        value = first.value * size
        if value >= limit:
            return first
        if is_ordinal:
            return Reading(value, first.length + 1, ordinal=True)
        rest = _continued(words, after + 1, value, size)
        if size == 100 and rest.length == 0 and after + 1 < len(words) and words[after + 1] == "thousand":
            return first
        return Reading(rest.value, first.length + 1 + rest.length, rest.ordinal)
    return first


def read_english(words: Sequence[str], start: int = 0) -> Reading | None:
    """Longest number from 0 to 9999 that begins at word ``start`` of lower-case ``words``, or None."""
    return _at(words, start, limit=LARGEST + 1)


def read_chinese(text: str, start: int = 0) -> Reading | None:
    """Longest number from 0 to 9999 in Chinese characters that begins at ``start``, or None."""
    end = start
    while end < len(text) and text[end] in CHINESE_CHARACTERS:
        end += 1
    for stop in range(end, start, -1):
        value = _chinese_value(text[start:stop])
        if value is not None and value <= LARGEST:
            return Reading(value, stop - start, ordinal=False)
    return None


def _chinese_value(text: str) -> int | None:
    """Value of a whole Chinese number, or None where the characters make none."""
    if all(char in _DIGIT for char in text):
        return int("".join(str(_DIGIT[char]) for char in text)) if len(text) <= 4 else None
    total, digit, last_power, after_zero = 0, None, 10_000, False
    for position, char in enumerate(text):
        if char in _POWER:
            power = _POWER[char]
            if power >= last_power or (digit is None and not (power == 10 and position == 0)) or digit == 0:
                return None
            total += (1 if digit is None else digit) * power
            last_power, digit, after_zero = power, None, False
        elif _DIGIT[char] == 0:
            if digit is not None or after_zero or total == 0:
                return None
            after_zero = True
        elif digit is not None:
            return None
        else:
            digit = _DIGIT[char]
    if digit is None:
        return None if after_zero else total
    # "一百二" is 120, "一百零二" is 102, "二十二" is 22.
    return total + digit * (1 if after_zero or last_power == 10 else last_power // 10)


def english_words(value: int) -> str:
    """Write 0 to 9999 in English words.

    Raises
    ------
    ValueError
        If the number is outside that range.
    """
    _check(value)
    parts = []
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if value >= size:
            parts.append(f"{_UNITS[value // size]} {name}")
            value %= size
    if parts and value:
        parts.append("and")
    if value >= 20:
        parts.append(_TENS[value // 10 - 2])
        value = value % 10 or -1
    if value > 0 or (value == 0 and not parts):
        parts.append(_UNITS[value])
    return " ".join(parts)


def chinese_words(value: int) -> str:
    """Write 0 to 9999 in Chinese characters.

    Raises
    ------
    ValueError
        If the number is outside that range.
    """
    _check(value)
    if value == 0:
        return _DIGITS[0]
    written, skipped = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit == 0:
            skipped = bool(written)
            continue
        one_ten = size == 10 and digit == 1 and not written
        written += (_DIGITS[0] if skipped else "") + ("" if one_ten else _DIGITS[digit]) + name
        skipped = False
    return written


def _check(value: int) -> None:
    if not 0 <= value <= LARGEST:
        raise ValueError(f"{value} is not between 0 and {LARGEST}")
