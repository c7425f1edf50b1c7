"""Builders of prompts: points and boxes, their pixels and cells; and of clearing them."""

from __future__ import annotations

from collections.abc import Sequence

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import Operations
from napari_spinalsam.commands.clause import Clause
from napari_spinalsam.commands.lexicon import BIT, SILENT


def _coordinates(clause: Clause, numbers: Sequence[int]) -> list[tuple[float, float]] | None:
    """Pairs of pixels; "row 200 column 120" is turned round."""
    values = [clause.value(i) for i in numbers]
    if len(values) % 2 or any(value < 0 for value in values):
        return None
    pairs = list(zip(values[::2], values[1::2], strict=True))
    x, y = clause.position("X"), clause.position("Y")
    if (x is None) != (y is None):
        return None
    if x is not None and y is not None and y < x:
        pairs = [(b, a) for a, b in pairs]
    return pairs


def _split_count(clause: Clause, numbers: list[int]) -> tuple[int, list[int]] | None:
    """How many points, and which of the numbers are coordinates."""
    noun = clause.position("POINT")
    if noun is None:
        noun = clause.position("POS NEG HERE")
    if len(numbers) % 2 == 0:
        after = [i for i in numbers if noun is not None and i > noun]
        return (1, numbers) if len(after) in (0, len(numbers)) else None
    near = _number_before(clause, noun if noun is not None else len(clause.tokens))
    if near is None:
        return None
    value = clause.value(near)
    return (value, [i for i in numbers if i != near]) if isinstance(value, int) and value > 0 else None


def _split_spoken(clause: Clause) -> tuple[int, list[int]] | None:
    """Split likewise, "one fifty one" read as 151 where that leaves pairs."""
    merged = clause.merged_hundreds()
    if merged is not None:
        split = _split_count(merged, merged.numbers())
        if split is not None and len(split[1]) % 2 == 0:
            clause.tokens, clause.masks = merged.tokens, merged.masks
            return split
    numbers = [i for i in clause.numbers() if not _is_pronoun(clause, i)]
    pronouns = len(clause.numbers()) - len(numbers)
    if not pronouns:
        return _split_count(clause, numbers)
    return (1, numbers) if len(numbers) % 2 == 0 else None


def _is_pronoun(clause: Clause, i: int) -> bool:
    """Whether "one" stands for a point whose place follows: "a point at 1 2 and one at 3 4"."""
    after = clause.tokens[i + 1].text if i + 1 < len(clause.tokens) else ""
    noun_after = (
        i + 2 < len(clause.tokens) and bool(clause.masks[i + 1] & BIT["POINT"]) and clause.tokens[i + 2].text == "at"
    )
    return clause.tokens[i].text == "one" and (after in ("at", "in", "on") or noun_after)


_ADJECTIVES = SILENT | sum(BIT[name] for name in ("POS", "NEG", "MORE", "NEW", "PROMPT", "ADD", "SET", "CANDIDATE"))


def _number_before(clause: Clause, noun: int) -> int | None:
    """Find the number that counts a noun: "three (more negative) points"."""
    i = noun - 1
    while i >= 0 and clause.tokens[i].kind == "word" and clause.masks[i] & _ADJECTIVES:
        i -= 1
    return i if i >= 0 and clause.tokens[i].kind == "number" else None


_ANEW = BIT["ADD"] | BIT["CREATE"] | BIT["DRAW"] | BIT["MORE"] | BIT["NEW"]


def _begins_anew(clause: Clause) -> bool:
    """Whether another order stands after a place: "… at 3 4 and place another"."""
    places = [i for i, token in enumerate(clause.tokens) if token.kind in ("number", "code")]
    return (
        bool(places)
        and any(bits & _ANEW and not bits & SILENT for bits in clause.masks[places[0] + 1 :])
        and (clause.masks[-1] & _ANEW == 0)
    )


def _began_before(clause: Clause) -> bool:
    """Whether an order stands before the place: in "at 3 4 add a point" it follows."""
    place = next((i for i, token in enumerate(clause.tokens) if token.kind in ("number", "code")), 0)
    return any(bits & _ANEW and not bits & SILENT for bits in clause.masks[:place])


_MADE_FROM = frozenset(("from", "using", "with", "via", "based", "by", "for", "to"))
_DETERMINERS = frozenset(("the", "these", "those", "this", "that", "my", "our", "some", "current", "existing"))
_DEFINITE = frozenset(("the", "these", "those"))
_NEWLY = "ADD CREATE DRAW DROP MORE NEW NUM"


def _speaks_of_old(clause: Clause, name: str) -> bool:
    """Whether the prompts are there already: "make a new one from the points", "i want the points"."""
    noun = clause.position(name)
    if noun is None:
        return False
    before = [token for token in clause.tokens[:noun] if token.text not in _DETERMINERS]
    made_from = bool(before) and before[-1].kind == "word" and before[-1].text in _MADE_FROM
    only_wanted = clause.has("GIVE") and not clause.has(_NEWLY) and not _DEFINITE.isdisjoint(clause.texts())
    return made_from or only_wanted


def points(clause: Clause) -> Operations:
    """Prompt points with their count, polarity, pixels, cells or the cursor."""
    if clause.numbers("ORD COUNT INDEX") or clause.runs_together() or (clause.has("POS") and clause.has("NEG")):
        return None
    split, cells = _split_spoken(clause), clause.cells()
    if split is None or cells is None:
        return None
    count, rest = split
    if not rest and not cells and not clause.has("HERE") and _speaks_of_old(clause, "POINT"):
        return None
    if (clause.joined or ((rest or cells) and _began_before(clause))) and _begins_anew(clause):
        return None
    if not rest and not cells and sum(bool(bits & BIT["POINT"]) for bits in clause.masks) > 1:
        return None
    pairs = _coordinates(clause, rest)
    here = clause.has("HERE")
    if pairs is None or bool(pairs) + bool(cells) + here > 1:
        return None
    polarity: ops.Polarity = "negative" if clause.has("NEG") else "positive"
    if pairs:
        return [ops.AddPoints(polarity=polarity, at=tuple(pairs))] if count in (1, len(pairs)) else None
    if cells:
        return [ops.AddPoints(polarity=polarity, cell=cell) for cell in cells] if count in (1, len(cells)) else None
    if here:
        return [ops.AddPoints(polarity=polarity, here=True)] if count == 1 else None
    return [ops.AddPoints(count=count, polarity=polarity)]


def box(clause: Clause) -> Operations:
    """Prompt box at pixels or between two cells, or by a drag."""
    merged = clause.merged_hundreds()
    if clause.runs_together():
        return None
    if merged is not None and len(merged.numbers()) == 4:
        clause = merged
    numbers, cells = clause.numbers(), clause.cells()
    if (
        cells is None
        or sum(bool(bits & BIT["BOX"]) for bits in clause.masks) > 1
        or clause.numbers("ORD INDEX")
        or clause.has("NEG POINT")
    ):
        return None
    noun = clause.position("BOX")
    article = _number_before(clause, noun) if noun is not None else None
    if article is not None and clause.value(article) == 1:
        numbers.remove(article)
    if not cells and len(numbers) <= 1:
        if _speaks_of_old(clause, "BOX"):
            return None
        return [ops.AddBox()] if not numbers or clause.value(numbers[0]) == 1 else None
    if len(cells) == 2 and not numbers:
        return [ops.AddBox(cells=(cells[0], cells[1]))]
    if cells or len(numbers) != 4:
        return None
    pairs = _coordinates(clause, numbers)
    return [ops.AddBox(at=(*pairs[0], *pairs[1]))] if pairs else None


def box_with_place(clause: Clause) -> Operations:
    """Prompt box where "box" itself is not said: "draw from B2 to E5"."""
    return box(clause) if len(clause.codes()) == 2 or len(clause.numbers()) == 4 else None


_CLEARED: dict[str, type[ops.BaseOperation]] = {"POINT": ops.ClearPoints, "BOX": ops.ClearBoxes, "MASK": ops.RejectMask}


def clear(clause: Clause) -> Operations:
    """Clear points, boxes, the mask, in the order spoken."""
    return _targets(clause, _CLEARED)


def _targets(clause: Clause, classes: dict[str, type[ops.BaseOperation]]) -> Operations:
    """One operation for each thing named, in order."""
    found: list[type[ops.BaseOperation]] = []
    for bits in clause.masks:
        for name, cls in classes.items():
            if bits & BIT[name] and cls not in found:
                found.append(cls)
                break
    if len(found) > 1 and not clause.joined:
        return None
    return [cls() for cls in found] or None
