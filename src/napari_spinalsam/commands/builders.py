"""Builders: from a clause that a rule explains to operations, or None where its arguments make no sense.

A builder must use every argument of the clause; one that is left over means that the clause says something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.clause import SEGMENT, Clause, Said
from napari_spinalsam.commands.grammar import Builder
from napari_spinalsam.commands.lexicon import BIT, SILENT, is_chinese

Operations = Sequence[Said] | None


def skipped(clause: Clause) -> Operations:
    """ "Skip ten" goes forward ten; "skip one" may mean one or two."""
    return counted(ops.NextSlice)(clause) if _one_number(clause) != 1 else None


def unjoined(build: Builder) -> Builder:
    """The builder, for a clause without "and" or a comma in it: "boxes and mask" is no "box mask"."""
    return lambda clause: None if clause.joined else build(clause)


def cancel(clause: Clause) -> Operations:
    """No; but 不 alone, since before other words it says something else."""
    words = [token.text for token in clause.tokens if token.mask & ~SILENT]
    return None if "不" in words and len(words) > 1 else plain(ops.Cancel)(clause)


def back(clause: Clause) -> Operations:
    """Back one slice; "image back" asks for the image."""
    word, noun = clause.position("BACK"), clause.position("SLICE")
    return None if word is not None and noun is not None and noun < word else counted(ops.PreviousSlice)(clause)


def plain(*classes: type[ops.BaseOperation]) -> Builder:
    """Builder of operations without arguments."""

    def build(clause: Clause) -> Operations:
        return [cls() for cls in classes] if not clause.has("NUM ORD COUNT INDEX CODE PATH") else None

    return build


def either_segment(_: Clause) -> Operations:
    """Segment, from whichever prompt was spoken of before."""
    return [SEGMENT]


def _one_number(clause: Clause, kinds: str = "NUM COUNT") -> int | None:
    """The only number of the clause, 0 where there is none, None where there are several or it is no whole number."""
    numbers = clause.numbers()
    if not numbers:
        return 0
    if len(numbers) > 1 or not clause.numbers(kinds):
        return None
    value = clause.value(numbers[0])
    return value if isinstance(value, int) and value > 0 else None


def counted(cls: type[ops.BaseOperation]) -> Builder:
    """Builder of an operation with ``count``: "undo", "undo the last three"."""

    def build(clause: Clause) -> Operations:
        count = _one_number(clause)
        if count is None or clause.codes() or clause.paths() or _says_twice(clause) or _ends_at(clause):
            return None
        if clause.has("TIMES") and not clause.has("COUNT SLICE STEP"):
            return None
        return [cls(count=count)] if count else [cls()]  # type: ignore[call-arg]

    return build


def _says_twice(clause: Clause) -> bool:
    """Whether a content word stands twice: "next next" may mean two slices, so it is not decided here."""
    words = [token.text for token in clause.tokens if token.kind == "word" and token.mask & ~SILENT]
    return len(words) != len(set(words))


def _ends_at(clause: Clause) -> bool:
    """Whether the number is a place and no count: "rewind to 56"."""
    return any(i > 0 and clause.tokens[i - 1].text in ("to", "until", "till") for i in clause.numbers())


def open_image(clause: Clause) -> Operations:
    """Open a path, or ask for one."""
    paths = clause.paths()
    if (
        len(paths) > 1
        or _one_number(clause) not in (0, 1)
        or (not clause.has("OPEN SET TOWARD") and "to" in clause.texts())
    ):
        return None
    return [ops.OpenImage(path=paths[0] if paths else None)]


_WRITTEN = frozenset(("write", "store", "save"))


def save_labels(clause: Clause) -> Operations:
    """Save to a path, or beside the image."""
    paths = clause.paths()
    if len(paths) > 1 or (clause.has("MASK") and not paths):
        return None  # "save the mask" may mean to keep it
    if not paths and not _WRITTEN.isdisjoint(clause.texts()) and clause.has("UNTIL") or "写到" in clause.texts():
        return None  # "write this to the labels" keeps the mask
    return [ops.SaveLabels(path=paths[0] if paths else None)]


# -- prompts ----------------------------------------------------------------------------------------------------


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
    """The same, "one fifty one" read as 151 where that leaves pairs."""
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
    """The number that counts a noun: "three (more negative) points"."""
    i = noun - 1
    while i >= 0 and clause.tokens[i].kind == "word" and clause.masks[i] & _ADJECTIVES:
        i -= 1
    return i if i >= 0 and clause.tokens[i].kind == "number" else None


def points(clause: Clause) -> Operations:
    """Prompt points with their count, polarity, pixels, cells or the cursor."""
    if clause.numbers("ORD COUNT INDEX") or clause.runs_together() or (clause.has("POS") and clause.has("NEG")):
        return None
    split, cells = _split_spoken(clause), clause.cells()
    if split is None or cells is None:
        return None
    count, rest = split
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
        or clause.has("NEG")
    ):
        return None
    noun = clause.position("BOX")
    article = _number_before(clause, noun) if noun is not None else None
    if article is not None and clause.value(article) == 1:
        numbers.remove(article)
    if not cells and len(numbers) <= 1:
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


_CLEARED = {"POINT": ops.ClearPoints, "BOX": ops.ClearBoxes, "MASK": ops.RejectMask}


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


# -- walking ----------------------------------------------------------------------------------------------------


def _spoken_index(clause: Clause) -> int | None:
    """A slice number, also digit by digit ("one two zero") or in halves ("one twenty")."""
    values = [clause.value(i) for i in clause.numbers("NUM ORD INDEX COUNT")]
    if not values or any(not isinstance(value, int) or value < 0 for value in values):
        return None
    if len(values) == 1:
        return int(values[0])
    if len(values) <= 4 and all(value < 10 for value in values):
        return int("".join(str(value) for value in values))
    if len(values) == 2 and 1 <= values[0] < 10 and 10 <= values[1] < 100:
        return int(values[0] * 100 + values[1])
    return None


_ASIDE = BIT["FORWARD"] | BIT["BACK"] | BIT["UP"] | BIT["DOWN"]


def go_to(clause: Clause) -> Operations:
    """Jump to a slice by number."""
    number = clause.position("INDEX")
    if number is not None and any(bits & _ASIDE and not bits & SILENT for bits in clause.masks[number + 1 :]):
        return None  # "move the slice nine forward"
    if clause.numbers("ORD") and _spoken_index(clause) == 1:
        return [ops.GoToSlice(index="first")]
    index = _spoken_index(clause)
    return None if index is None or index > ops.MAX_COUNT else [ops.GoToSlice(index=index)]


def go_to_chinese(clause: Clause) -> Operations:
    """跳到42层: the measure word makes no count of it."""
    return go_to(clause) if any(is_chinese(text[0]) for text in clause.texts()) else None


def go_to_named(clause: Clause) -> Operations:
    """Jump to the first, middle or last slice."""
    named: list[ops.GoToSlice] = []
    if clause.has("LAST") and any("back" in text for text in clause.texts()):
        return None  # "back to the last picture" may mean the one before
    for name, index in (("FIRST", "first"), ("MIDDLE", "middle"), ("LAST", "last")):
        if clause.has(name):
            named.append(ops.GoToSlice(index=index))  # type: ignore[arg-type]
    return named if len(named) == 1 and not clause.numbers() else None


_VIEWS = {"AXIAL": "axial", "CORONAL": "coronal", "SAGITTAL": "sagittal", "THREED": "3d"}


def view(clause: Clause) -> Operations:
    """Change the view; "axial slice 42" also jumps."""
    axes = [axis for name, axis in _VIEWS.items() if clause.has(name)]
    if len(axes) != 1:
        return None
    said: list[Said] = [ops.SetView(axis=axes[0])]  # type: ignore[arg-type]
    if clause.numbers():
        jump = go_to(clause) if clause.numbers("INDEX ORD") else None
        if jump is None:
            return None
        said.extend(jump)
    return said


# -- windows ----------------------------------------------------------------------------------------------------

_PRESETS = {"BONE": "bone", "SOFT": "soft_tissue", "LUNG": "lung", "FULL": "full", "FULLRANGE": "full"}


def preset(clause: Clause) -> Operations:
    """A window by its name."""
    names = {value for name, value in _PRESETS.items() if clause.has(name)}
    if len(names) != 1 or clause.numbers() or clause.codes():
        return None
    return [ops.SetWindow(preset=names.pop())]  # type: ignore[arg-type]


def _marker(clause: Clause, i: int) -> str | None:
    """ "level" or "width" where token ``i`` names one; a bare "window" means the width ("window 400 level 40")."""
    bits = clause.masks[i]
    for name, meaning in (("WWIDTH", "width"), ("WLEVEL", "level"), ("WINDOW", "width")):
        if bits & BIT[name] and clause.tokens[i].kind == "word":
            return meaning
    return None


def _names_come_after(clause: Clause) -> bool:
    """Whether each number stands before its name: "40 level, 400 width"."""
    numbers = clause.numbers()
    names = [i for i in range(len(clause.tokens)) if _marker(clause, i) and not clause.masks[i] & BIT["WINDOW"]]
    return bool(numbers and names) and names[-1] > numbers[-1]


def window(clause: Clause) -> Operations:
    """A window by level and width, in either order, each number beside its name."""
    found: dict[str, float] = {}
    after = _names_come_after(clause)
    name, waiting, negative = None, None, False
    for i, token in enumerate(clause.tokens):
        if token.code is not None:
            meaning = {"W": "width", "WW": "width", "L": "level", "WL": "level", "C": "level", "WC": "level"}.get(
                token.code[0]
            )
            if meaning is None or meaning in found:
                return None
            found[meaning] = -token.code[1] if negative else token.code[1]
            name, negative = None, False
        elif token.kind == "number":
            value = -clause.value(i) if negative else clause.value(i)
            if name is not None and name not in found and not after:
                found[name] = value
            elif waiting is None:
                waiting = value
            else:
                return None
            name, negative = None, False
        elif _marker(clause, i):
            name = _marker(clause, i)
            if waiting is not None and name is not None and name not in found:
                found[name], waiting, name = waiting, None, None
        elif clause.masks[i] & BIT["NEG"]:
            negative = True
    if waiting is not None or set(found) != {"level", "width"}:
        return None
    return [ops.SetWindow(level=found["level"], width=found["width"])]


# -- layers and camera ------------------------------------------------------------------------------------------

_LAYERS = {
    "MASK": "mask",
    "GRID": "grid",
    "LABELS": "labels",
    "LABEL": "labels",
    "POINT": "points",
    "BOX": "boxes",
    "IMAGE": "image",
}


_WHOLE = frozenset(("whole", "entire", "full", "complete", "整个", "整张", "完整"))


def layers(cls: type[ops.Show] | type[ops.Hide]) -> Builder:
    """Builder of SHOW or HIDE for every layer named, in order."""

    def build(clause: Clause) -> Operations:
        targets: list[str] = []
        for bits in clause.masks:
            target = next((layer for name, layer in _LAYERS.items() if bits & BIT[name]), None)
            if target is not None and target not in targets:
                targets.append(target)
        if (len(targets) > 1 and not clause.joined) or not _WHOLE.isdisjoint(clause.texts()):
            return None  # "show the whole image" is about the camera
        return [cls(target=target) for target in targets] or None  # type: ignore[arg-type]

    return build


def zoom(direction: ops.ZoomDirection) -> Builder:
    """Builder of a zoom in a direction, or to a cell where one is named ("zoom in on C4"), as often as was said."""

    def build(clause: Clause) -> Operations:
        cells, times = clause.cells(), _one_number(clause, "COUNT")
        if cells is None or times is None or len(cells) > 1 or times > 4:
            return None
        if cells:
            return [ops.Zoom(cell=cells[0])] if direction == "in" and not times else None
        return [ops.Zoom(direction=direction)] * (times or 1)

    return build


# -- masks and labels -------------------------------------------------------------------------------------------


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
    if levels is None or len(levels) > 1 or clause.numbers():
        return None
    named: list[Said] = [ops.SetLabel(label=level) for level in levels]
    return [*named, ops.AcceptMask()]


def set_label(clause: Clause) -> Operations:
    """The label by level or by integer."""
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
        count = _one_number(clause)
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


_AHEAD, _BEHIND = "FORWARD DOWN NEXT", "BACK UP PREV"


def propagate(clause: Clause) -> Operations:
    """Carry the mask: direction, how many slices, up to which slice."""
    ahead, behind = clause.has(_AHEAD), clause.has(_BEHIND)
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
    return [ops.Propagate(direction=direction, count=value)] if value > 0 else None


def _follows_until(clause: Clause, i: int) -> bool:
    """Whether number ``i`` is where it ends: "to 80", "until 80"; 传播到80层."""
    return i > 0 and bool(clause.masks[i - 1] & BIT["UNTIL"])


def checked(build: Callable[[Clause], Operations]) -> Builder:
    """The builder, with a value out of an operation's range counted as not understood."""

    def safe(clause: Clause) -> Operations:
        try:
            return build(clause)
        except ValidationError:
            return None

    return safe
