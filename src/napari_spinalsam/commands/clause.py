"""One clause of a phrase, with the questions that builders of operations ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from napari_spinalsam.commands.codes import is_cell, is_level
from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import BIT, is_chinese
from napari_spinalsam.commands.operations import BaseOperation

#: "segment it": from the points or from the box is known only from what was said before.
SEGMENT: Final = "segment"
Said = BaseOperation | Literal["segment"]

_NUMBERS: Final = BIT["NUM"] | BIT["ORD"] | BIT["COUNT"] | BIT["INDEX"]
_COUNTED: Final = BIT["SLICE"] | BIT["STEP"] | BIT["TIMES"]
_PLURALS: Final = frozenset(
    ("slices", "images", "frames", "pictures", "slides", "cuts", "sections", "scans", "imgs", "pics", "pages", "layers")
)
_DIGIT_WORDS: Final = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
_BETWEEN: Final = (
    BIT["MORE"]
    | BIT["NEXT"]
    | BIT["PREV"]
    | BIT["NEIGHBOUR"]
    | BIT["RECENT"]
    | BIT["GLUE"]
    | BIT["FORWARD"]
    | BIT["BACK"]
)


@dataclass(slots=True)
class Clause:
    """Tokens between two joints.

    Attributes
    ----------
    tokens : list of Token
        Without joints.
    masks : list of int
        Class masks of the tokens, where numbers are told apart by what they stand beside: ``COUNT`` ("five slices"),
        ``INDEX`` ("slice 5"), ``ORD`` ("fifth"), ``NUM`` (none of these).
    """

    tokens: list[Token]
    masks: list[int]
    union: int
    joined: bool = False

    @classmethod
    def of(cls, tokens: list[Token], *, joined: bool = False) -> Clause:
        """Clause of tokens, its numbers told apart; ``joined`` where there was an "and" or a comma in it."""
        masks = [token.mask for token in tokens]
        _tell_numbers_apart(tokens, masks)
        union = 0
        for bits in masks:
            union |= bits
        return cls(tokens, masks, union, joined)

    def has(self, names: str) -> bool:
        """Whether a token is in one of the classes."""
        return bool(self.union & sum(BIT[name] for name in names.split()))

    def position(self, names: str) -> int | None:
        """Index of the first token in one of the classes."""
        wanted = sum(BIT[name] for name in names.split())
        return next((i for i, bits in enumerate(self.masks) if bits & wanted), None)

    def numbers(self, names: str = "NUM ORD COUNT INDEX") -> list[int]:
        """Find the indices of the number tokens of these kinds."""
        wanted = sum(BIT[name] for name in names.split())
        return [i for i, bits in enumerate(self.masks) if bits & wanted and self.tokens[i].kind == "number"]

    def value(self, i: int) -> float:
        """Return the number at token ``i``, a whole one as int."""
        value = self.tokens[i].value
        return int(value) if value == int(value) else value

    def merged_hundreds(self) -> Clause | None:
        """Return the clause with "one fifty one" read as 151; None where nothing is spoken so."""
        tokens: list[Token] = []
        masks: list[int] = []
        merged = False
        for token, bits in zip(self.tokens, self.masks, strict=True):
            before = tokens[-1] if tokens else None
            if before is not None and _makes_hundreds(before, token):
                value = before.value * 100 + token.value
                tokens[-1] = replace(before, text=f"{before.text} {token.text}", value=value)
                merged = True
            else:
                tokens.append(token)
                masks.append(bits)
        return Clause(tokens, masks, self.union, self.joined) if merged else None

    def runs_together(self) -> bool:
        """Whether it is unclear where one number ends: "one thirty two twelve" is 132 and 12, or 130 and 212."""
        for before, token in zip(self.tokens, self.tokens[1:], strict=False):
            spoken = before.kind == token.kind == "number" and before.text.isascii() and token.text[:1].isalpha()
            if spoken and " " in before.text and before.text.split()[-1] in _DIGIT_WORDS and 10 <= token.value <= 99:
                return True
        return False

    def codes(self) -> list[tuple[str, int]]:
        """Letter and number of every code."""
        return [token.code for token in self.tokens if token.code is not None]

    def cells(self) -> list[str] | None:
        """Grid cells; None where a code cannot be one."""
        codes = self.codes()
        return [f"{letter}{number}" for letter, number in codes] if all(map(is_cell, codes)) else None

    def levels(self) -> list[str] | None:
        """Vertebral levels; None where a code is none."""
        codes = self.codes()
        return [f"{letter}{number}" for letter, number in codes] if all(map(is_level, codes)) else None

    def paths(self) -> list[str]:
        """Paths that were named."""
        return [token.path for token in self.tokens if token.path is not None]

    def texts(self) -> Iterator[str]:
        """Words as they were written."""
        return (token.text for token in self.tokens)


def _makes_hundreds(before: Token, token: Token) -> bool:
    """Whether two number words follow each other as in "one fifty one"."""
    spoken = before.kind == token.kind == "number" and before.text.isalpha() and token.text[:1].isalpha()
    return spoken and 1 <= before.value <= 9 and 10 <= token.value <= 99 and not is_chinese(token.text[0])


def _tell_numbers_apart(tokens: list[Token], masks: list[int]) -> None:
    for i, token in enumerate(tokens):
        if token.kind != "number" or not masks[i] & BIT["NUM"]:
            continue
        if _counts(tokens, masks, i):
            masks[i] = BIT["COUNT"]
        elif _indexes(tokens, masks, i):
            masks[i] = BIT["INDEX"]


def _counts(tokens: list[Token], masks: list[int], i: int) -> bool:
    """Whether number ``i`` counts something: "five slices", "two more steps", 5张."""
    for j in range(i + 1, len(tokens)):
        if masks[j] & _COUNTED and tokens[j].kind == "word":
            return True
        if not masks[j] & _BETWEEN or tokens[j].kind != "word":
            return tokens[j].text in ("张", "层")
    return False


def _indexes(tokens: list[Token], masks: list[int], i: int) -> bool:
    """Whether number ``i`` names a slice: "slice 5", "image number 5"."""
    j = i - 1
    while j >= 0 and tokens[j].text in ("number", "no", "nr", "at", "index", "position", "is", "号", "to"):
        j -= 1
    return j >= 0 and bool(masks[j] & BIT["SLICE"]) and tokens[j].text not in _PLURALS and tokens[j].kind == "word"
