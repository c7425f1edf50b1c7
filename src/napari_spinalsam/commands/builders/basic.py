"""Builders of the simplest kind, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.clause import SEGMENT, Clause, Said
from napari_spinalsam.commands.grammar import Builder
from napari_spinalsam.commands.lexicon import BIT, SILENT

#: What a builder returns: operations, or None where the arguments of the clause make no sense.
Operations = Sequence[Said] | None


def unjoined(build: Builder) -> Builder:
    """Restrict a builder to a clause without "and" or a comma in it: "boxes and mask" is no "box mask"."""
    return lambda clause: None if clause.joined else build(clause)


#: Chinese words that make a layer of what they stand with: 图像层, 底图.
LAYER_WORDS = frozenset(("图层", "底图", "原图", "层"))

_FROM = frozenset(("from", "around", "由", "从", "根据", "基于"))
_DETERMINERS = frozenset(("the", "this", "that", "my", "current", "这个", "该", "当前"))
_INTO = frozenset(("to", "into", "成", "为"))


def mask_of(cls: type[ops.SegmentPoints] | type[ops.SegmentBox]) -> Builder:
    """Builder of a mask from prompts; "a box from the mask" and "the mask into a box" are no such thing."""
    build = unjoined(plain(cls))

    def segment(clause: Clause) -> Operations:
        mask, prompt = clause.position("MASK SEGMENTATION"), clause.position("POINT BOX")
        if mask is None or prompt is None:
            return build(clause)
        texts = list(clause.texts())
        before = [text for text in texts[:mask] if text not in _DETERMINERS]
        from_mask = bool(before) and before[-1] in _FROM
        into_prompt = mask < prompt and (clause.has("CONVERT") or any(text in _INTO for text in texts[mask:prompt]))
        return None if from_mask or into_prompt else build(clause)

    return segment


def cancel(clause: Clause) -> Operations:
    """No; but 不 alone, since before other words it says something else."""
    words = [token.text for token in clause.tokens if token.mask & ~SILENT]
    return None if "不" in words and len(words) > 1 else plain(ops.Cancel)(clause)


def plain(*classes: type[ops.BaseOperation]) -> Builder:
    """Builder of operations without arguments."""

    def build(clause: Clause) -> Operations:
        return [cls() for cls in classes] if not clause.has("NUM ORD COUNT INDEX CODE PATH") else None

    return build


def either_segment(_: Clause) -> Operations:
    """Segment, from whichever prompt was spoken of before."""
    return [SEGMENT]


def one_number(clause: Clause, kinds: str = "NUM COUNT") -> int | None:
    """Return the only number: 0 where there is none, None where there are several or it is no whole number."""
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
        count = one_number(clause)
        if count is None or clause.codes() or clause.paths() or says_twice(clause) or _ends_at(clause):
            return None
        if clause.has("TIMES") and not clause.has("COUNT SLICE STEP"):
            return None
        return [cls(count=count)] if count else [cls()]  # type: ignore[call-arg]

    return build


def undone(cls: type[ops.Undo] | type[ops.Redo]) -> Builder:
    """Builder of a step through the history; "retract the take back" takes back two ways, 恢复到三步之前 the other."""
    build = counted(cls)

    def step(clause: Clause) -> Operations:
        verbs = sum(bool(bits & _HISTORY and not bits & BIT["WRONG"]) for bits in clause.masks)
        texts = set(clause.texts())
        backwards = cls is ops.Redo and not _FORMER.isdisjoint(texts)
        slices = any(_counts_slices(clause, i) for i in clause.numbers())
        return None if verbs > 1 or backwards or slices else build(clause)

    return step


_HISTORY = BIT["UNDO"] | BIT["REDO"]
#: "Restore to three steps before" undoes.
_FORMER = frozenset(("到", "至", "回到", "前", "之前", "以前", "前面"))
_SLICE_MEASURES = frozenset("张层片页帧幅")


def _counts_slices(clause: Clause, i: int) -> bool:
    """Whether number ``i`` counts slices in Chinese: 回退10层."""
    return i + 1 < len(clause.tokens) and clause.tokens[i + 1].text in _SLICE_MEASURES


def says_twice(clause: Clause) -> bool:
    """Whether a content word stands twice: "next next" may mean two slices, so it is not decided here."""
    words = [token.text for token in clause.tokens if token.kind == "word" and token.mask & ~SILENT]
    return len(words) != len(set(words))


_TO = frozenset(("to", "until", "till"))


def _ends_at(clause: Clause) -> bool:
    """Whether the number is a place and no count: "rewind to 56"."""
    return any(i > 0 and clause.tokens[i - 1].text.split(" ")[-1] in _TO for i in clause.numbers())


def checked(build: Callable[[Clause], Operations]) -> Builder:
    """Wrap a builder, with a value out of an operation's range counted as not understood."""

    def safe(clause: Clause) -> Operations:
        try:
            return build(clause)
        except ValidationError:
            return None

    return safe
