"""From normal text to tokens: words with their meaning classes, numbers, grid cells and levels, paths, joints.

What a speech recogniser or a hurried typist makes of a word is mended here: number words, "el three" and "see four",
"for" and "to" where a number belongs, small misspellings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from napari_spinalsam.commands import codes, typos
from napari_spinalsam.commands.lexicon import BIT, SILENT, Entry, lexicon
from napari_spinalsam.commands.normalise import PATH_MARK, Normal
from napari_spinalsam.commands.numbers import CHINESE_CHARACTERS, ENGLISH_WORDS, read_chinese, read_english
from napari_spinalsam.commands.vocabulary.joints import (
    BEFORE_COUNT,
    CHINESE_JOINS,
    CHINESE_QUANTITIES,
    COUNTED,
    HOMOPHONES,
    JOINS,
    QUANTITIES,
    SHORT_FORMS,
)

Kind = Literal["word", "number", "code", "path", "join", "stop", "unknown"]

_UNIT: Final = re.compile(
    r"(?P<ordinal>\d+(?:st|nd|rd|th)\b)|(?P<special>3d\b|hd95\b)|(?P<number>(?<![A-Za-z0-9.])-\d+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"|(?P<word>[a-z][a-z0-9'+]*)|(?P<path>[\ue000-\uf8ff])|(?P<chinese>[\u4e00-\u9fff〇]+)|(?P<mark>[^\s])"
)
_SLICES: Final = re.compile("[张层片页帧幅]|个(?:切片|层面)")
#: What 后 is not part of a direction before.
_TOWARD: Final = ("向前", "向后", "向上", "向下", "往前", "往后", "往上", "往下")
_STOPS: Final = frozenset(";.!?。；！？")
_COMMAS: Final = frozenset(",、/&")


def _counts_on(run: list[str], i: int) -> bool:
    """Whether the word before ``i`` is a number rather than a pronoun: "one slices", "one sixty"."""
    return run[i] in COUNTED or run[i].isdigit() or read_english(run, i) is not None


@dataclass(slots=True)
class Token:
    """One meaning in a phrase.

    Attributes
    ----------
    kind : str
        What the token is; "join" and "stop" stand between clauses, weakly and strongly.
    mask : int
        Meaning classes, as bits.
    text : str
        As written.
    value : int or float
        Of a number.
    code : tuple of (str, int) or None
        Letter and number of a grid cell or level.
    path : str or None
        As written by the user.
    mended : bool
        Whether the word was misspelt.
    """

    kind: Kind
    mask: int
    text: str
    value: float = 0
    code: tuple[str, int] | None = None
    path: str | None = None
    mended: bool = False


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, normal: Normal) -> None:
        self._paths = normal.paths
        self._kinds: list[str] = []
        self._words: list[str] = []
        for match in _UNIT.finditer(normal.text):
            self._kinds.append(match.lastgroup or "mark")
            self._words.append(match.group())
        self.tokens: list[Token] = []
        self._mended = self._mend()

    def _mend(self) -> set[int]:
        """Mend misspelt words; positions of those that were."""
        mended = set()
        for i, (kind, word) in enumerate(zip(self._kinds, self._words, strict=True)):
            if word in SHORT_FORMS:
                self._words[i] = SHORT_FORMS[word]
            elif kind == "word" and not is_known(word):
                right = typos.correct(word)
                if right is not None:
                    self._words[i] = right
                    mended.add(i)
        return mended

    def read(self) -> list[Token]:
        i = 0
        while i < len(self._words):
            kind = self._kinds[i]
            if kind == "chinese":
                i += self._chinese_run(i)
            elif kind == "mark":
                self._mark(i)
                i += 1
            elif kind == "path":
                index = ord(self._words[i]) - PATH_MARK
                path = self._paths[index] if index < len(self._paths) else None
                self.tokens.append(Token("path" if path else "unknown", BIT["PATH"], self._words[i], path=path))
                i += 1
            else:
                i += self._latin(i)
        return self.tokens

    def _mark(self, i: int) -> None:
        char = self._words[i]
        if char == "-" and i + 1 < len(self._words) and self._words[i + 1][0] in CHINESE_CHARACTERS:
            self.tokens.append(Token("word", BIT["NEG"], char))
            return
        if char in _STOPS:
            self.tokens.append(Token("stop", 0, char))
        elif char in _COMMAS:
            self.tokens.append(Token("join", 0, char))
        elif char in "'-%:":
            return
        else:
            self.tokens.append(Token("unknown", 0, char))

    def _run(self, i: int) -> list[str]:
        """Latin words and numbers from unit ``i`` to the next mark, path or Chinese character."""
        stop = i
        while stop < len(self._words) and self._kinds[stop] in ("word", "number", "ordinal", "special"):
            stop += 1
        return self._words[i:stop]

    # -- English ------------------------------------------------------------------------------------------------

    def _latin(self, i: int) -> int:
        run = self._run(i)
        join = self._english_join(run)
        if join:
            return join
        code = codes.read(run, self._before())
        entry = lexicon().english(run, 0)
        if (
            entry
            and 1 < entry.length < len(run)
            and run[entry.length - 1] in HOMOPHONES
            and run[entry.length] in COUNTED
        ):
            entry = lexicon().english(run[: entry.length - 1], 0)  # "go back to slices" goes back two
        if entry and 1 < entry.length < len(run) and run[entry.length - 1] == "one" and _counts_on(run, entry.length):
            entry = lexicon().english(run[: entry.length - 1], 0)  # "the previous one sixty five slices"
        number = self._number(run)
        if code and (entry is None or entry.length <= code.length):
            self.tokens.append(
                Token("code", BIT["CODE"], " ".join(run[: code.length]), code=(code.letter, code.number))
            )
            return code.length
        if number and (entry is None or entry.length <= number[1]):
            token, length = number
            self.tokens.append(token)
            return length
        if entry is None:
            self.tokens.append(Token("unknown", 0, run[0]))
            return 1
        self._append(
            entry, " ".join(run[: entry.length]), mended=not self._mended.isdisjoint(range(i, i + entry.length))
        )
        return entry.length

    def _before(self) -> str:
        return self.tokens[-1].text if self.tokens and self.tokens[-1].kind not in ("join", "stop") else ""

    def _english_join(self, run: list[str]) -> int:
        for length in (3, 2, 1):
            phrase = " ".join(run[:length])
            if len(run) < length:
                continue
            for kind in ("stop", "join"):
                if phrase in JOINS[kind]:
                    self.tokens.append(Token("stop" if kind == "stop" else "join", 0, phrase))
                    return length
        return 0

    def _number(self, run: list[str]) -> tuple[Token, int] | None:
        word = run[0]
        if word[0].isdigit() or word[0] == "-":
            return self._digits(word, run), 1
        for length in (3, 2, 1):
            value = QUANTITIES.get(tuple(run[:length])) if len(run) >= length else None
            if value is not None:
                is_times = run[0] in ("twice", "thrice", "once", "one")
                return Token(
                    "number", BIT["COUNT"] if is_times else BIT["NUM"], " ".join(run[:length]), float(value)
                ), length
        if word in HOMOPHONES and len(run) > 1 and run[1] in COUNTED and self._before().split(" ")[-1] in BEFORE_COUNT:
            return Token("number", BIT["NUM"], word, float(HOMOPHONES[word])), 1
        reading = read_english(run)
        if reading is None:
            return None
        if word == "one" and self.tokens and self._pronoun(run):
            return Token("word", BIT["GLUE"], word), 1
        bit = BIT["ORD"] if reading.ordinal else BIT["NUM"]
        return Token("number", bit, " ".join(run[: reading.length]), float(reading.value)), reading.length

    def _pronoun(self, run: list[str]) -> bool:
        """Whether "one" stands for a noun: "the second one", "a negative one", "another one here"."""
        last = self.tokens[-1]
        adjective = (
            BIT["ORD"] | BIT["POS"] | BIT["NEG"] | BIT["MORE"] | BIT["NEW"] | BIT["FIRST"] | BIT["LAST"] | BIT["MIDDLE"]
        )
        after = run[1] if len(run) > 1 else ""
        alone = after not in COUNTED and not after.isdigit() and read_english(run, 1) is None
        return alone and bool(last.mask & adjective) and read_english(run).length == 1  # type: ignore[union-attr]

    def _digits(self, word: str, run: list[str]) -> Token:
        if word == "3d":
            entry = lexicon().english(run, 0)
            return Token("word", entry.masks[0] if entry else 0, word)
        if word[-1].isalpha():
            return Token("number", BIT["ORD"], word, float(word[:-2]))
        value = float(word) if len(word) <= 12 else float("inf")
        return Token("number", BIT["NUM"], word, value)

    def _append(self, entry: Entry, text: str, *, mended: bool = False) -> None:
        for bits in entry.masks:
            self.tokens.append(Token("word", bits, text, mended=mended))
            text = ""

    # -- Chinese ------------------------------------------------------------------------------------------------

    def _chinese_run(self, i: int) -> int:
        run, following = self._words[i], "".join(self._words[i + 1 : i + 3])
        position = 0
        while position < len(run):
            position += self._chinese_at(run, position, following)
        return 1

    def _chinese_at(self, run: str, position: int, following: str) -> int:
        if self._leads_on(run, position, following):
            self.tokens.append(Token("stop", 0, run[position]))
            return 1
        entry = lexicon().chinese(run, position)
        join = self._chinese_join(run, position)
        number = self._chinese_number(run, position, following)
        if number and (entry is None or entry.length <= number[1]):
            self.tokens.append(number[0])
            return number[1]
        if join and (entry is None or entry.length <= len(join.text)):
            self.tokens.append(join)
            return len(join.text)
        if entry is None:
            self.tokens.append(Token("unknown", 0, run[position]))
            return 1
        self._append(entry, run[position : position + entry.length])
        return entry.length

    def _leads_on(self, run: str, position: int, following: str) -> bool:
        """Whether 后 stands between two orders (加载后放大) and is not the next of something (后五张, 后面)."""
        rest = run[position + 1 :] + following
        if run[position] != "后" or not rest or not any(token.mask & ~SILENT for token in self.tokens):
            return False
        if rest.startswith(_TOWARD):
            return True  # 接受后向前传播
        entry = lexicon().chinese(run, position)
        is_word = entry is not None and entry.length > 1
        return not (is_word or self._chinese_join(run, position) or _counts_slices(rest))

    def _chinese_join(self, run: str, position: int) -> Token | None:
        for length in (3, 2, 1):
            text = run[position : position + length]
            if len(text) != length:
                continue
            if text in CHINESE_JOINS["stop"]:
                return Token("stop", 0, text)
            if text in CHINESE_JOINS["join"]:
                return Token("join", 0, text)
        return None

    def _chinese_number(self, run: str, position: int, following: str) -> tuple[Token, int] | None:
        ordinal = run[position] == "第"
        if ordinal and position + 1 == len(run):
            return (Token("word", BIT["GLUE"], "第"), 1) if following[:1].isdigit() else None
        for text, value in CHINESE_QUANTITIES.items():
            if run.startswith(text, position):
                return Token("number", BIT["NUM"], text, float(value)), len(text)
        reading = read_chinese(run, position + ordinal)
        if reading is None:
            return None
        bit = BIT["ORD"] if ordinal else BIT["NUM"]
        length = reading.length + ordinal
        return Token("number", bit, run[position : position + length], float(reading.value)), length


def _counts_slices(text: str) -> bool:
    """Whether a text begins with a number of slices: 五张."""
    reading = read_chinese(text, 0)
    return bool(_SLICES.match(text[reading.length :] if reading else text.lstrip("0123456789")))


def tokenise(normal: Normal) -> list[Token]:
    """Tokens of a normalised phrase, in order."""
    tokens = _Reader(normal).read()
    return codes.join_regions(_chinese_ordinals(tokens))


def _chinese_ordinals(tokens: list[Token]) -> list[Token]:
    """Make "第" before digits an ordinal: 第42张."""
    result: list[Token] = []
    for token in tokens:
        if token.kind == "number" and result and result[-1].text == "第" and token.mask & BIT["NUM"]:
            result.pop()
            token.mask = BIT["ORD"]
        result.append(token)
    return result


def is_known(word: str) -> bool:
    """Whether an English word is part of the vocabulary, of a number or of a code."""
    return word in lexicon().words or word in ENGLISH_WORDS or word in codes.REGION_WORDS or codes.is_letter(word)
