"""Builders about masks, labels, their review, measures and propagation."""

from __future__ import annotations

from pydantic import ValidationError

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.builders.basic import Operations, one_number
from napari_spinalsam.commands.clause import Clause, Said
from napari_spinalsam.commands.grammar import Builder
from napari_spinalsam.commands.lexicon import BIT


def choose(clause: Clause) -> Operations:
    """One of the three candidates: "mask 2", "the second mask"."""
    numbers = clause.numbers()
    if len(numbers) != 1:
        return None
    i, noun = numbers[0], clause.position("MASK CANDIDATE")
    ordinal = bool(clause.masks[i] & BIT["ORD"])
    if not ordinal and (noun is None or noun > i):
        return None
    value = clause.value(i)
    return [ops.ChooseMask(index=value)] if value in (1, 2, 3) else None  # type: ignore[arg-type]


def accept(clause: Clause) -> Operations:
    """Keep the mask, under a label where one is named: then the label comes first."""
    levels = clause.levels()
    if levels is None or len(levels) > 1 or clause.numbers() or (not levels and _keeps_labels(clause)):
        return None
    named: list[Said] = [ops.SetLabel(label=level) for level in levels]
    return [*named, ops.AcceptMask()]


_INTO = frozenset(("in", "into", "to", "onto", "as", "under", "with", "到", "入", "进", "为", "作为", "至", "成"))


def _keeps_labels(clause: Clause) -> bool:
    """Whether the labels are what is kept, and no mask is put into them: "keep the labels, discard the preview"."""
    if clause.has("MASK SEGMENTATION"):
        return False
    nouns = [
        i for i, bits in enumerate(clause.masks) if bits & (BIT["LABELS"] | BIT["LABEL"]) and not bits & BIT["ACCEPT"]
    ]
    return any(_INTO.isdisjoint(token.text.split(" ")[-1] for token in clause.tokens[max(0, i - 2) : i]) for i in nouns)


def set_label(clause: Clause) -> Operations:
    """Set the label by level or by integer."""
    levels, numbers = clause.levels(), clause.numbers("NUM INDEX")
    if not {"ok", "okay"}.isdisjoint(clause.texts()) and "mark" in clause.texts():
        return None  # "mark L3 okay" approves it
    if levels is None or clause.numbers("ORD COUNT") or len(levels) + len(numbers) != 1:
        return None
    label: str | int = levels[0] if levels else _whole(clause.value(numbers[0]))
    try:
        return [ops.SetLabel(label=label)]
    except ValidationError:
        return None


def _whole(value: float) -> int:
    return value if isinstance(value, int) else 0


def neighbour_level(cls: type[ops.BaseOperation]) -> Builder:
    """Builder of the level above or below; "one level down" is one, "two levels down" is two."""

    def build(clause: Clause) -> Operations:
        count = one_number(clause)
        if count is None or clause.codes() or count > 4:
            return None
        return [cls() for _ in range(count or 1)]

    return build


def review(clause: Clause) -> Operations:
    """Approve or flag each level named, or the current one."""
    levels = clause.levels()
    if levels is None or clause.numbers() or (clause.has("APPROVE") and clause.has("FLAG")):
        return None
    status: ops.ReviewStatus = "approved" if clause.has("APPROVE") else "flagged"
    return [ops.Review(status=status, label=level) for level in levels] or [ops.Review(status=status)]


_SHOWN = frozenset(("show", "show me", "display", "see", "view"))


def measure(clause: Clause) -> Operations:
    """Measure each level named, a label by integer, or the current one."""
    levels, numbers = clause.levels(), clause.numbers("NUM")
    if not {"张", "层"}.isdisjoint(clause.texts()):
        return None  # 有多少层 counts slices
    if (
        not levels
        and clause.has("VOLUME")
        and not clause.has("MEASURE VERTEBRA")
        and not _SHOWN.isdisjoint(clause.texts())
    ):
        return None  # "show the volume" may mean the image
    if levels is None or clause.numbers("ORD COUNT INDEX") or len(numbers) > 1 or (levels and numbers):
        return None
    if numbers:
        if not clause.has("LABEL"):
            return None
        try:
            return [ops.Measure(label=_whole(clause.value(numbers[0])))]
        except ValidationError:
            return None
    return [ops.Measure(label=level) for level in levels] or [ops.Measure()]


#: "Propagate forward 300" is rather a slice than a count.
_MANY = 50
_AHEAD, _BEHIND = "FORWARD DOWN NEXT", "BACK UP PREV"


def _leads(clause: Clause, names: str) -> bool:
    """Whether a direction is said; a "next" at the very start only leads on."""
    wanted = sum(BIT[name] for name in names.split())
    return any(bits & wanted for i, bits in enumerate(clause.masks) if i or clause.tokens[i].text != "next")


def propagate(clause: Clause) -> Operations:
    """Carry the mask: direction, how many slices, up to which slice."""
    ahead, behind = _leads(clause, _AHEAD), _leads(clause, _BEHIND)
    direction: ops.Direction = "both"
    if clause.has("REAR"):
        ahead, behind = False, True
    if not clause.has("BOTHWAYS") and ahead != behind:
        direction = "forward" if ahead else "backward"
    numbers = clause.numbers()
    if len(numbers) > 1 or clause.codes():
        return None
    if not numbers:
        return [ops.Propagate(direction=direction)]
    value = clause.value(numbers[0])
    if not isinstance(value, int):
        return None
    if clause.masks[numbers[0]] & (BIT["INDEX"] | BIT["ORD"]) or _follows_until(clause, numbers[0]):
        return [ops.Propagate(direction=direction, to=value)]
    said_of_slices = clause.has("COUNT") or (direction != "both" and value <= _MANY)
    return [ops.Propagate(direction=direction, count=value)] if value > 0 and said_of_slices else None


def _follows_until(clause: Clause, i: int) -> bool:
    """Whether number ``i`` is where it ends: "to 80", "until 80"; 传播到80层."""
    return i > 0 and bool(clause.masks[i - 1] & BIT["UNTIL"])
