"""Sentences that are no orders, from a dictionary's examples of use: thousands of words that no phrase here holds.

``python -m napari_spinalsam.training.parser.dictionary_sentences /usr/share/wordnet > sentences.txt`` reads WordNet
(Debian: ``wordnet-base``), whose licence allows any use.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from napari_spinalsam.commands.phrases.families import read_families
from napari_spinalsam.commands.phrases.template import expansions
from napari_spinalsam.commands.rules import parse

_EXAMPLE: Final = re.compile(r'"([^"]{8,90})"')
_PLAIN: Final = re.compile(r"[A-Za-z' ,.?!-]+")
_FEWEST_WORDS: Final = 4


def wordnet_examples(folder: Path) -> Iterator[str]:
    """All examples of use in WordNet's ``data.*``, each once."""
    seen: set[str] = set()
    for path in sorted(folder.glob("data.*")):
        for example in _EXAMPLE.findall(path.read_text(encoding="utf-8", errors="replace")):
            if _PLAIN.fullmatch(example) and example not in seen:
                seen.add(example)
                yield example


def are_no_orders(sentences: Iterator[str]) -> Iterator[str]:
    """Sentences that do not begin as orders of the training phrases do, and that the rules take for none."""
    beginnings = _beginnings()
    for sentence in sentences:
        words = sentence.lower().split()
        if len(words) >= _FEWEST_WORDS and words[0] not in beginnings and not parse(sentence).operations:
            yield sentence


def _beginnings() -> set[str]:
    orders = (f for f in read_families() if f.split == "train" and f.imperative and f.answer != "none")
    texts = (text for family in orders for text in expansions(family.template)[:20])
    common = {"the", "a", "an", "this", "that", "it", "i", "we", "he", "she", "they", "his", "her", "my"}
    return {text.lower().split()[0] for text in texts if text} - common


if __name__ == "__main__":
    sys.stdout.writelines(f"{sentence}\n" for sentence in are_no_orders(wordnet_examples(Path(sys.argv[1]))))
