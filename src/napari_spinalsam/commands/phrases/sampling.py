"""Phrases with the operations they mean, drawn from the wording families."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from napari_spinalsam.commands.language_model.answer import read_answer
from napari_spinalsam.commands.operations import BaseOperation, to_json
from napari_spinalsam.commands.phrases.families import (
    Family,
    Split,
    is_held_out,
    read_families,
    unseen_expansions,
)
from napari_spinalsam.commands.phrases.noise import disturb, wrap
from napari_spinalsam.commands.phrases.slots import Manner, fill
from napari_spinalsam.commands.phrases.synonyms import vary
from napari_spinalsam.commands.phrases.template import choose

_SLOT: Final = re.compile(r"\{(\w+)\}")
_NEGATIVE_SHARE: Final = 0.27
_JOINED_SHARE: Final = 0.18
#: Of sentences that were written with several orders, where there are added ones.
_WRITTEN_JOINED_SHARE: Final = 0.08
_SPOKEN_SHARE: Final = 0.35
#: How often a joined sentence has two, three, four and five orders; the fixed sets keep what they were drawn with.
_LENGTHS: Final = (62, 24, 9, 5)
_FIXED_LENGTHS: Final = (72, 22, 6, 0)
#: How often a training phrase gets a word that its family does not have.
_SYNONYM_SHARE: Final = 0.3
_JOINTS: Final = (
    " and ",
    " and ",
    " and then ",
    " then ",
    ", then ",
    ", ",
    ", ",
    "; ",
    ". ",
    ", and ",
    " after that ",
    ", after that ",
    ", next ",
    " and also ",
    " and afterwards ",
    ", and then ",
    ". Then ",
    " plus ",
    " & ",
)
_CHINESE_JOINTS: Final = (
    "，",
    "，",
    "，然后",
    "然后",
    "，再",
    "再",
    "并",
    "并且",
    "，接着",
    "。",
    "；",
    "、",
    " ",
    "，之后",
)
#: Answers that make no sense as a part of a longer order.
_ALONE: Final = ("none", "yes", "no", "repeat", "help", "stop")


@dataclass(frozen=True)
class Phrase:
    """A phrase and what it means.

    Attributes
    ----------
    text : str
    operations : tuple of BaseOperation
    kind : str
        What it is about, for reports: "none", "joined", or the answer's first words.
    sources : tuple of str
        The wording families it was made from.
    """

    text: str
    operations: tuple[BaseOperation, ...]
    kind: str
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the phrase as a case of :mod:`napari_spinalsam.commands.harness`, with the families it came from."""
        language = "zh" if re.search(r"[\u4e00-\u9fff]", self.text) else "en"
        return {
            "text": self.text,
            "operations": to_json(self.operations),
            "kind": self.kind,
            "language": language,
            "sources": list(self.sources),
        }


class PhraseSampler:
    """Draws phrases without end.

    Parameters
    ----------
    split : {"train", "validation", "test"}
        The families to draw from.
    seed : int
    """

    def __init__(self, split: Split, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311
        self._held_out = split != "train"
        usable = [f for f in read_families() if f.split == split and (not self._held_out or unseen_expansions(f))]
        self._written_joined = [f for f in usable if f.added and ";" in f.answer]
        usable = [f for f in usable if not f.added or ";" not in f.answer]
        self._by_answer: dict[str, list[Family]] = defaultdict(list)
        for family in usable:
            self._by_answer[family.answer].append(family)
        self._answers = [answer for answer in self._by_answer if answer != "none"]
        self._weights = [math.sqrt(len(self._by_answer[answer])) for answer in self._answers]
        self._joinable = {
            chinese: [f for f in usable if f.imperative and f.chinese == chinese and not f.answer.startswith(_ALONE)]
            for chinese in (False, True)
        }

    def __iter__(self) -> Iterator[Phrase]:
        return self

    def __next__(self) -> Phrase:
        draw = self._rng.random()
        if draw < _NEGATIVE_SHARE and self._by_answer["none"]:
            return self.draw(self._rng.choice(self._by_answer["none"]))
        if draw < _NEGATIVE_SHARE + _JOINED_SHARE:
            return self._joined()
        if self._written_joined and draw < _NEGATIVE_SHARE + _JOINED_SHARE + _WRITTEN_JOINED_SHARE:
            return self.draw(self._rng.choice(self._written_joined))
        answer = self._rng.choices(self._answers, self._weights)[0]
        return self.draw(self._rng.choice(self._by_answer[answer]))

    def draw(self, family: Family) -> Phrase:
        """One phrase of a family."""
        manner = self._manner(chinese=family.chinese)
        text = self._expand(family)
        if family.answer != "none" or self._rng.random() < 0.3:
            text = wrap(text, manner, self._rng, imperative=family.imperative, open_end="remark" in family.source)
        return self._fill(text, [family], manner, family.kind)

    def _joined(self) -> Phrase:
        chinese = self._rng.random() < 0.2
        count = self._rng.choices((2, 3, 4, 5), _FIXED_LENGTHS if self._held_out else _LENGTHS)[0]
        families = [self._pick_joinable(chinese=chinese) for _ in range(count)]
        families.sort(key=lambda family: "remark" in family.source)  # free text runs to the end
        manner = self._manner(chinese=chinese)
        joints = _CHINESE_JOINTS if chinese else _JOINTS
        text = self._expand(families[0])
        for i, family in enumerate(families[1:], start=2):
            renamed = _SLOT.sub(lambda match, i=i: f"{{{match[1]}__{i}}}", self._expand(family))  # type: ignore[misc]
            text += self._rng.choice(joints) + renamed
        text = wrap(text, manner, self._rng, imperative=True, open_end="remark" in text)
        return self._fill(text, families, manner, "joined")

    def _pick_joinable(self, *, chinese: bool) -> Family:
        families = self._joinable[chinese]
        answers = list({family.answer: None for family in families})
        weights = [math.sqrt(len(self._by_answer[answer])) for answer in answers]
        answer = self._rng.choices(answers, weights)[0]
        return self._rng.choice([family for family in families if family.answer == answer])

    def _expand(self, family: Family) -> str:
        if self._held_out:
            return self._rng.choice(unseen_expansions(family))
        text = choose(family.template, self._rng)
        while family.added and is_held_out(text):
            text = choose(family.template, self._rng)
        return text

    def _manner(self, *, chinese: bool) -> Manner:
        return Manner(spoken=self._rng.random() < _SPOKEN_SHARE, chinese=chinese)

    def _fill(self, text: str, families: Sequence[Family], manner: Manner, kind: str) -> Phrase:
        if not self._held_out and not manner.chinese and self._rng.random() < _SYNONYM_SHARE:
            text = vary(text, self._rng)
        text = disturb(text, manner, self._rng)
        values: dict[str, str] = {}
        paths: list[str] = []

        def say(match: re.Match[str]) -> str:
            slot = match[1].lower()
            value, said = self._fill_slot(slot, manner, values)
            if slot.startswith("path"):
                paths.append(value)
                value = f"#{len(paths)}"
            values[slot] = value
            return said.lower() if manner.spoken and not slot.startswith("path") else said

        text = _SLOT.sub(say, text)
        operations: list[BaseOperation] = []
        for i, family in enumerate(families, start=1):
            suffix = f"__{i}" if i > 1 else ""
            answer = _SLOT.sub(lambda match, suffix=suffix: self._value(match[1] + suffix, values), family.answer)  # type: ignore[misc]
            operations += read_answer(answer, paths, {})
        if manner.spoken:
            operations = [_lower_remark(operation) for operation in operations]
        return Phrase(text, tuple(operations), kind, tuple(family.source for family in families))

    def _fill_slot(self, slot: str, manner: Manner, values: Mapping[str, str]) -> tuple[str, str]:
        """Value of a slot and how it is said; in training ``{layer2}`` is another layer than ``{layer}``."""
        name, *suffix = slot.split("__")
        others = [values.get("__".join([before, *suffix])) for before in (name[:-1], f"{name[:-1]}2") if before != name]
        filling = fill(name, manner, self._rng)
        while not self._held_out and name[-1] in "23" and filling[0] in others:
            filling = fill(name, manner, self._rng)
        return filling

    @staticmethod
    def _value(slot: str, values: dict[str, str]) -> str:
        if slot in values:
            return values[slot]
        return values[slot.replace("i", "ith", 1)]  # "the {ith} slice" is answered with {i}


def _lower_remark(operation: BaseOperation) -> BaseOperation:
    text = getattr(operation, "text", None)
    return operation if text is None else operation.model_copy(update={"text": text.lower()})


def draw_fixed(split: Split, count: int, seed: int = 0) -> list[Phrase]:
    """Draw the same ``count`` distinct phrases every time, of every family once or more."""
    sampler = PhraseSampler(split, seed)
    families = [family for members in sampler._by_answer.values() for family in members]
    phrases = {phrase.text: phrase for phrase in map(sampler.draw, families)}
    for phrase in sampler:
        if len(phrases) >= count:
            break
        if phrase.kind in ("joined", "none") or len(phrases) > count // 2:
            phrases.setdefault(phrase.text, phrase)
    return list(phrases.values())[: max(count, len(families))]
