"""Templates of phrases: alternatives in brackets, slots in braces.

``(go|move) {n} slices( back|)`` has two groups of alternatives and one slot. Brackets without a bar are themselves, as
in ``({x}, {y})``; groups may be nested.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

#: A parsed template: strings and groups of alternatives, each of which is a parsed template again.
Part = str | tuple["Template", ...]
Template = tuple[Part, ...]
_MAX_EXPANSIONS: Final = 3000


def parse_template(source: str) -> Template:
    """Parse a template."""
    alternatives, end = _parse(source, 0, nested=False)
    if end != len(source):
        raise ValueError(f"unbalanced brackets in {source!r}")
    return alternatives[0]


def choose(template: Template, rng: random.Random) -> str:
    """One expansion, every alternative being equally likely."""
    return "".join(part if isinstance(part, str) else choose(rng.choice(part), rng) for part in template)


def expansions(template: Template) -> list[str]:
    """All expansions, or the first few thousand of them."""
    return [text for text, _ in zip(_expand(template), range(_MAX_EXPANSIONS), strict=False)]


def _expand(template: Sequence[Part]) -> Iterator[str]:
    if not template:
        yield ""
        return
    first, rest = template[0], template[1:]
    beginnings = (first,) if isinstance(first, str) else (text for part in first for text in _expand(part))
    for beginning in beginnings:
        for ending in _expand(rest):
            yield beginning + ending


def _parse(source: str, start: int, *, nested: bool) -> tuple[list[Template], int]:
    """Alternatives from ``start`` to the closing bracket (nested) or the end; where reading stopped."""
    alternatives: list[list[Part]] = [[]]
    i, literal = start, ""

    def flush() -> None:
        nonlocal literal
        if literal:
            alternatives[-1].append(literal)
        literal = ""

    while i < len(source) and not (nested and source[i] == ")"):
        if source[i] == "(":
            inner, end = _parse(source, i + 1, nested=True)
            if len(inner) > 1 and source[end : end + 1] == ")":
                flush()
                alternatives[-1].append(tuple(inner))
                i = end + 1
                continue
        if nested and source[i] == "|":
            flush()
            alternatives.append([])
        elif source[i] == "\\" and i + 1 < len(source):
            i += 1
            literal += source[i]
        else:
            literal += source[i]
        i += 1
    flush()
    return [tuple(parts) for parts in alternatives], i
