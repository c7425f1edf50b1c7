"""Wording families: one way of putting a command, with its small variations.

The text files beside this module hold one family a line under the answer they share. A family is either trained on,
used for early stopping and thresholds (``validation``), or held out (``test``), with all its variations; so the test
set is wording that the model has not seen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final, Literal

from napari_spinalsam.commands.phrases.template import Template, expansions, parse_template

Split = Literal["train", "validation", "test"]
_FILES: Final = (
    "english_slices.txt",
    "english_prompts.txt",
    "english_masks.txt",
    "english_view.txt",
    "english_system.txt",
    "chinese.txt",
    "joined.txt",
    "negatives.txt",
)
#: Written when the held-out families were fixed already.
_ADDED_FILES: Final = (
    "chinese_spoken.txt",
    "english_indirect.txt",
    "english_indirect_masks.txt",
    "english_indirect_view.txt",
    "english_spoken.txt",
    "english_spoken_masks.txt",
    "english_spoken_prompts.txt",
    "english_spoken_system.txt",
    "english_spoken_view.txt",
    "english_typed.txt",
    "english_typed_masks.txt",
    "english_typed_prompts.txt",
    "english_typed_review.txt",
    "english_typed_system.txt",
    "english_typed_view.txt",
    "joined_chinese.txt",
    "joined_spoken.txt",
    "negatives_more.txt",
    "chinese_various.txt",
    "english_various_masks.txt",
    "english_various_prompts.txt",
    "english_various_system.txt",
    "english_various_view.txt",
    "joined_various.txt",
    "negatives_various.txt",
)
#: Per cent of the families that are held out, and that are for validation.
_TEST: Final = 14
_VALIDATION: Final = 6
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Family:
    """One way of putting a command.

    Attributes
    ----------
    answer : str
        Template in the answer language, with the same slots as the phrase.
    source : str
        The line that was written.
    template : Template
        The phrase, parsed.
    imperative : bool
        Whether it is a request that takes "could you …" before it; wishes and remarks do not.
    chinese : bool
    split : {"train", "validation", "test"}
    added : bool
        Whether it was written later, for training only.
    """

    answer: str
    source: str
    template: Template
    imperative: bool
    chinese: bool
    split: Split
    added: bool = False

    @property
    def kind(self) -> str:
        """First word or two of the answer, slots left out: what is reported on."""
        return re.sub(r"\s*(\{|at |level |cell |to |\"|;).*", "", self.answer)


@cache
def read_families() -> tuple[Family, ...]:
    """All families of this package. A hash of the wording says which split one belongs to, whatever else is there.

    Added families that say nothing but what is held out are left out.
    """
    written = dict.fromkeys(pair for name in _ADDED_FILES for pair in _read_lines(name))
    added = (replace(_make_family(answer, line), split="train", added=True) for answer, line in written)
    own = (f for f in added if not all(map(is_held_out, expansions(f.template))))
    return (*_first_families(), *own)


@cache
def _first_families() -> tuple[Family, ...]:
    written = dict.fromkeys(pair for name in _FILES for pair in _read_lines(name))
    return tuple(_make_family(answer, line) for answer, line in written)


@cache
def trained_wordings() -> frozenset[str]:
    """Every expansion of the first training families, slots unfilled: what a held-out phrase must not equal."""
    return _wordings(family for family in _first_families() if family.split == "train")


@cache
def held_out_wordings() -> frozenset[str]:
    """Every expansion of the held-out families: what a phrase of an added family must not equal."""
    return _wordings(family for family in _first_families() if family.split != "train")


def is_held_out(text: str) -> bool:
    """Whether a wording, slots unfilled, is one of a held-out family."""
    return _canonical(text) in held_out_wordings()


@cache
def unseen_expansions(family: Family) -> tuple[str, ...]:
    """Expansions of a held-out family that no training family has too."""
    return tuple(text for text in expansions(family.template) if _canonical(text) not in trained_wordings())


def _wordings(families: Iterable[Family]) -> frozenset[str]:
    return frozenset(_canonical(text) for family in families for text in expansions(family.template))


def _canonical(text: str) -> str:
    return re.sub(r"[^\w{}]+", " ", text.lower()).strip()


def _read_lines(name: str) -> list[tuple[str, str]]:
    """(answer, line) of every family of a file."""
    text = resources.files("napari_spinalsam.commands.phrases").joinpath(name).read_text(encoding="utf-8")
    answer, found = "none", []
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("== "):
            answer = line[3:]
        elif line and not line.startswith("#"):
            phrase, arrow, own_answer = line.partition(" => ")
            found.append((own_answer if arrow else answer, phrase.strip()))
    return found


def _make_family(answer: str, line: str) -> Family:
    source = line.removeprefix("~")
    imperative = not line.startswith("~") and answer != "none"
    return Family(answer, source, parse_template(source), imperative, bool(_CHINESE.search(source)), _split(source))


def _split(source: str) -> Split:
    place = int(hashlib.sha256(source.encode()).hexdigest(), 16) % 100
    return "test" if place < _TEST else "validation" if place < _TEST + _VALIDATION else "train"
