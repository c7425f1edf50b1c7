"""The words of commands, English and Chinese, by meaning class: data that the lexicon is built from.

A word may stand in several classes; the rules decide which one counts. English is lower case, hyphens are spaces.
Chinese is simplified and matched by the longest entry at each place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from napari_spinalsam.commands.vocabulary import (
    chinese_actions,
    chinese_remarks,
    chinese_small_words,
    chinese_things,
    english_actions,
    english_remarks,
    english_small_words,
    english_things,
)

#: Meaning class -> words and phrases, separated by commas; one table a file.
TABLES: Final[tuple[Mapping[str, str], ...]] = (
    {"FILLER": english_small_words.FILLERS, "GLUE": english_small_words.GLUE},
    english_things.WORDS,
    english_actions.WORDS,
    english_remarks.WORDS,
    {"FILLER": chinese_small_words.FILLERS, "GLUE": chinese_small_words.GLUE},
    chinese_things.WORDS,
    chinese_actions.WORDS,
    chinese_remarks.WORDS,
)

#: Phrase -> the meanings that it stands for, in order: 骨窗 is a bone and a window.
SEQUENCES: Final[Mapping[str, str]] = chinese_actions.SEQUENCES
