"""The table of named cases: what people say, and what it means. Every parser is run through it.

The table itself is ``named_cases.txt``; its head tells the notation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_TABLE: Final = Path(__file__).with_suffix(".txt")


def sections() -> dict[str, list[str]]:
    """Operations in the table's notation, or "none" -> phrases."""
    found: dict[str, list[str]] = {}
    phrases: list[str] = []
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            phrases = found.setdefault(line[3:], [])
        elif line and not line.startswith("#"):
            phrases += [phrase.strip() for phrase in line.split(" | ")]
    return found


def operations(written: str) -> list[dict[str, Any]]:
    """JSON operations of the notation above."""
    return [_operation(part.strip()) for part in written.split("; ")]


def _operation(written: str) -> dict[str, Any]:
    code, _, rest = written.partition(" ")
    args: dict[str, Any] = {}
    while rest:
        name, _, rest = rest.partition("=")
        value, end = _value(rest)
        args[name.strip()] = value
        rest = rest[end:].strip()
    return {"op": code, "args": args}


def _value(text: str) -> tuple[Any, int]:
    if text[0] in '["':
        return json.JSONDecoder().raw_decode(text)
    word = text.split(" ", 1)[0]
    try:
        return json.loads(word), len(word)
    except json.JSONDecodeError:
        return word, len(word)


def command_cases() -> list[tuple[str, list[dict[str, Any]]]]:
    """Phrase and operations of every command in the table."""
    return [
        (phrase, operations(written))
        for written, phrases in sections().items()
        if written != "none"
        for phrase in phrases
    ]


def negative_cases() -> list[str]:
    """Phrases that are no command."""
    return sections()["none"]
