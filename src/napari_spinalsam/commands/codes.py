"""A letter and a number: grid cells (C4) and vertebral levels (L3, "el three", "third lumbar", 第三腰椎)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from napari_spinalsam.commands.numbers import read_english
from napari_spinalsam.vertebrae import VERSE

if TYPE_CHECKING:
    from napari_spinalsam.commands.lexer import Token

#: Window settings are written the same way ("W400 L40"), so a code's number may be large.
LARGEST: Final = 9999

_JOINED: Final = re.compile(r"^([a-z]{1,2})(\d{1,4})$")
#: A letter as a recogniser or a speller writes it. These sound like nothing else.
_SURE_LETTERS: Final = {
    "el": "l", "ell": "l", "elle": "l", "al": "l", "tee": "t", "cee": "c", "bee": "b", "dee": "d", "gee": "g",
    "jay": "j", "kay": "k", "em": "m", "ess": "s", "vee": "v", "zed": "z", "zee": "z", "ef": "f", "eff": "f",
    "aitch": "h", "cue": "q", "ar": "r", "pee": "p", "tea": "t", "hell": "l",
    # The spelling alphabet, for the columns of the grid and the regions of the spine.
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "lima": "l", "sierra": "s", "tango": "t",
}  # fmt: skip
#: These are words of their own as well, and count as letters only where a cell or a level is expected.
_DOUBTFUL_LETTERS: Final = {
    "see": "c", "sea": "c", "be": "b", "a": "a", "i": "i", "eye": "i", "ay": "a", "hey": "a", "you": "u", "are": "r",
    "he": "e", "oh": "o", "o": "o", "tee": "t", "tell": "l", "and": "n", "in": "n", "an": "n", "why": "y", "pea": "p",
    "queue": "q", "eh": "a", "ex": "x", "eight": "a", "ac": "c",
}  # fmt: skip
_EXPECTED_AFTER: Final = frozenset(
    [
        "cell",
        "cells",
        "square",
        "tile",
        "box",
        "from",
        "to",
        "at",
        "level",
        "label",
        "zoom",
        "into",
        "in",
        "on",
        "vertebra",
        "focus",
        "between",
        "grid",
        "as",
        "approve",
        "flag",
        "measure",
    ]
)
_SPOKEN_DIGIT: Final = {
    "to": 2,
    "too": 2,
    "two": 2,
    "for": 4,
    "fore": 4,
    "won": 1,
    "ate": 8,
    "tree": 3,
    "free": 3,
    "sex": 6,
}
_COUNTED: Final = frozenset(
    ["points", "point", "slices", "slice", "images", "image", "frames", "steps", "times", "levels"]
)
#: Body region -> letter of its levels.
_REGIONS: Final = {
    "cervical": "C", "thoracic": "T", "dorsal": "T", "lumbar": "L", "sacral": "S", "lumber": "L", "thorasic": "T",
    "颈椎": "C", "颈": "C", "胸椎": "T", "胸": "T", "腰椎": "L", "腰": "L", "骶椎": "S", "骶": "S", "骶骨": "S",
    "胸椎体": "T", "腰椎体": "L", "颈椎体": "C", "要": "L",
}  # fmt: skip
REGION_WORDS: Final = frozenset(_REGIONS)
_BONES: Final = {
    "vertebra",
    "vertebral body",
    "vertebrae",
    "segment",
    "level",
    "body",
    "number",
    "节",
    "椎体",
    "节椎体",
    "椎",
    "号",
}


class CodeReading(NamedTuple):
    """A code found in a phrase: its letter (upper case), its number and how many words it took."""

    letter: str
    number: int
    length: int


def is_letter(word: str) -> bool:
    """Whether a word spells a letter, or is a code."""
    return len(word) == 1 or word in _SURE_LETTERS or word in _DOUBTFUL_LETTERS or bool(_JOINED.match(word))


def is_cell(code: tuple[str, int]) -> bool:
    """Whether a code can be a grid cell."""
    return len(code[0]) == 1 and 1 <= code[1] <= 99


def is_level(code: tuple[str, int]) -> bool:
    """Whether a code is a vertebral level."""
    return f"{code[0]}{code[1]}" in VERSE


def read(words: Sequence[str], before: str) -> CodeReading | None:
    """Code that begins ``words``, or None.

    Parameters
    ----------
    words : sequence of str
        Lower-case words and numbers from here on.
    before : str
        The word before, which tells whether "see four" is a cell.
    """
    word = words[0]
    joined = _JOINED.match(word)
    if joined and word != "3d":
        return CodeReading(joined.group(1).upper(), int(joined.group(2)), 1)
    letter = _letter(word, before)
    if letter is None or len(words) < 2:
        return None
    number, length = _number(words, letter_is_plain=len(word) == 1 or word in _SURE_LETTERS)
    if number is None or number > LARGEST or (letter in "XY" and not before.startswith("cell")):
        return None
    if number < 0 and letter not in ("L", "C", "WL", "WC"):
        return None
    if len(letter) == 1 and len(word) == 1 and word not in "wlc" and number > 99:
        return None
    return CodeReading(letter, number, 1 + length)


def _letter(word: str, before: str) -> str | None:
    if word in ("ww", "wl", "wc"):
        return word.upper()
    expected = before in _EXPECTED_AFTER or before.split(" ")[-1] in _EXPECTED_AFTER
    if word in _DOUBTFUL_LETTERS and word not in _SURE_LETTERS:
        return _DOUBTFUL_LETTERS[word].upper() if expected else None
    if word in _SURE_LETTERS:
        return _SURE_LETTERS[word].upper()
    return word.upper() if len(word) == 1 and word.isalpha() else None


def _number(words: Sequence[str], *, letter_is_plain: bool) -> tuple[int | None, int]:
    after = words[1]
    if after.removeprefix("-").isdigit():
        return (int(after), 1) if len(after) <= 5 else (None, 0)
    reading = read_english(words, 1)
    if reading is not None and not reading.ordinal:
        return reading.value, reading.length
    following = words[2] if len(words) > 2 else ""
    plain_end = not following or following in ("and", "then", "to", "please") or following in _SURE_LETTERS
    if letter_is_plain and after in _SPOKEN_DIGIT and plain_end and not _next_is_code(words[2:]):
        return _SPOKEN_DIGIT[after], 1
    return None, 0


def _next_is_code(words: Sequence[str]) -> bool:
    return bool(words) and (words[0].isdigit() or bool(_JOINED.match(words[0])))


def join_regions(tokens: list[Token]) -> list[Token]:
    """Make one code of a body region and a number: "lumbar three", "third lumbar vertebra", 腰3, 第三腰椎."""
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        letter = _REGIONS.get(tokens[i].text)
        if letter is None or (tokens[i].kind != "unknown" and tokens[i].text == "要"):
            result.append(tokens[i])
            i += 1
            continue
        number, stop = _region_number(tokens, i + 1)
        if number is None and result and result[-1].kind == "number":
            number, stop = result.pop(), _past_bones(tokens, i + 1)
        if number is None or number.value != int(number.value):
            tokens[i].kind, tokens[i].mask = "unknown", 0
            result.append(tokens[i])
            i += 1
            continue
        token = tokens[i]
        token.kind, token.code, token.mask = "code", (letter, int(number.value)), _code_bit()
        result.append(token)
        i = stop
    return result


def _past_bones(tokens: list[Token], i: int) -> int:
    while i < len(tokens) and tokens[i].text in _BONES:
        i += 1
    return i


def _region_number(tokens: list[Token], start: int) -> tuple[Token | None, int]:
    i = _past_bones(tokens, start)
    if i < len(tokens) and tokens[i].kind == "number":
        return tokens[i], _past_bones(tokens, i + 1)
    return None, start


def _code_bit() -> int:
    from napari_spinalsam.commands.lexicon import BIT

    return BIT["CODE"]
