"""Several commands in one sentence: where one ends and the next begins.

The sentence is cut at its joints ("and", "then", commas, 并, 然后 …), at as many of them as leave clauses that are all
understood; "clear points and boxes" is not cut, since "boxes" alone says nothing. Where there is no joint, a clause may
also end where a new verb stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.clause import Clause, Said
from napari_spinalsam.commands.grammar import Rule
from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import BIT, SILENT, mask
from napari_spinalsam.commands.phrasing import RULES

#: Longer sentences are no commands.
MAX_TOKENS: Final = 80
_MAX_PIECES: Final = 16

#: Said twice in a row these are meant once: "looks good, keep it"; "yes, do it".
_ONCE: Final = (
    ops.AcceptMask,
    ops.RejectMask,
    ops.Confirm,
    ops.Cancel,
    ops.Stop,
    ops.Help,
    ops.StartListening,
    ops.StopListening,
    ops.Repeat,
    ops.ClearAll,
    ops.Evaluate,
    ops.CheckDevice,
    ops.CheckModel,
    ops.Measure,
    ops.Review,
    ops.SetView,
    ops.SetWindow,
)
#: Between the things of a list; an order after them that speaks of "all" (点和框都隐藏) is for each of these.
_AND: Final = frozenset(("和", "与", "跟", "及", "以及", "、"))
_EACH: Final = frozenset(("都", "全都", "全部", "统统", "通通"))
#: "Make the box bigger" is one order.
_COMPARATIVES: Final = frozenset(
    ("closer", "nearer", "bigger", "larger", "smaller", "wider", "further away", "farther away", "大一点", "小一点")
)
_POINTING: Final = frozenset(("这", "那"))
_ANSWERS: Final = (ops.Confirm, ops.Cancel)
#: These begin or end no sentence without a joint: "please don't undo", "stop displaying the mask".
_NOT_RUN_ON: Final = (ops.Confirm, ops.Cancel, ops.Stop, ops.Help, ops.Repeat, ops.Undo, ops.Redo, ops.Propagate)
#: Said before a command, these only comment on what went before.
_REMARK: Final = mask("PRAISE WRONG FILLER")
_BARE: Final = mask("FORWARD BACK UP DOWN NUM COUNT SLICE FILLER GLUE")
_VERBS: Final = mask(
    "ADD MAKE DRAW SEE HIDE GO GOTO SKIP NEXT PREV SEGMENT CLEAR DISCARD RESTART UNDO REDO ACCEPT REJECT SAVE "
    "MEASURE EVALUATE CHECK STOP PROPAGATE ZOOM IN OUT OPEN NAMEIT SET CHOOSE LIKE GIVE BONE SOFT LUNG AXIAL "
    "CORONAL SAGITTAL LISTEN MUTE COMPARE"
)


def parse_clauses(tokens: Sequence[Token]) -> list[Said] | None:
    """Understand a sentence: what it says, or None where a part of it is not understood."""
    if len(tokens) > MAX_TOKENS:
        return None
    pieces, strong, listed = _pieces(_without_next(tokens))
    if not pieces or len(pieces) > _MAX_PIECES:
        return None
    said = _Splitter(pieces, strong, listed).from_piece(0)
    if said == []:
        said = understand([token for piece in pieces for token in piece], alone=True)
    said = _once(said) if said else None
    if said is None or (len(said) > 1 and any(isinstance(item, _ANSWERS) for item in said)):
        return None  # an answer and a command: unclear what is answered
    return None if _place_is_apart(said, tokens) else said


def _place_is_apart(said: list[Said], tokens: Sequence[Token]) -> bool:
    """Whether one point may have been taken for two: "120 62 is background, a negative point"; "a point, just this"."""
    if any(token.mask & BIT["MORE"] for token in tokens):
        return False
    points = [item if isinstance(item, ops.AddPoints) and item.count == 1 else None for item in said]
    for one, other in itertools.pairwise(points):
        if one is None or other is None:
            continue
        if not _has_place(one) and _has_place(other):
            return True
        if _has_place(one) and not _has_place(other) and one.polarity == other.polarity:
            return True
    last = next((token.text for token in reversed(tokens) if token.mask & ~BIT["FILLER"]), "")
    return last in _POINTING and points[-1] is not None and not _has_place(points[-1])


def _has_place(points: ops.AddPoints) -> bool:
    return points.here or points.at is not None or points.cell is not None


def _without_next(tokens: Sequence[Token]) -> Sequence[Token]:
    """Drop a "next" that only leads on: "next, segment the points"."""
    start = next((i for i, token in enumerate(tokens) if token.mask & ~SILENT), 0)
    if tokens and tokens[start].text == "next" and start + 1 < len(tokens) and tokens[start + 1].text == ",":
        return [*tokens[:start], *tokens[start + 2 :]]
    return tokens


def _pieces(tokens: Sequence[Token]) -> tuple[list[list[Token]], list[bool], list[bool]]:
    """Cut into runs of tokens between joints; for each, whether the joint is strong and whether a list goes on."""
    pieces: list[list[Token]] = [[]]
    strong = [True]
    joints = [""]
    for token in tokens:
        if token.kind not in ("join", "stop"):
            pieces[-1].append(token)
            continue
        if pieces[-1]:
            pieces.append([])
            strong.append(False)
            joints.append("")
        joints[-1] += token.text
        strong[-1] = strong[-1] or token.kind == "stop"
    if not pieces[-1]:
        pieces.pop()
        strong.pop()
    listed = [
        joint in _AND and any(token.text in _EACH for token in piece)
        for joint, piece in zip(joints, pieces, strict=False)
    ]
    return pieces, strong, listed


class _Splitter:
    """Finds the finest cut whose clauses are all understood; each clause is tried once."""

    def __init__(self, pieces: list[list[Token]], strong: list[bool], listed: list[bool]) -> None:
        self._pieces = pieces
        self._strong = strong
        self._listed = listed
        self._known: dict[int, list[Said] | None] = {}

    def from_piece(self, start: int) -> list[Said] | None:
        """Understand what is said from piece ``start`` on."""
        if start == len(self._pieces):
            return []
        if start not in self._known:
            self._known[start] = self._cut(start)
        return self._known[start]

    def _carried_on(self, start: int, clause: list[Token], said: list[Said]) -> list[Said]:
        """Read "… and nine backward" after "propagate two forward" as a second propagation."""
        earlier = [token for piece in self._pieces[:start] for token in piece if token.mask & _VERBS]
        moves = [item for item in said if isinstance(item, ops.NextSlice | ops.PreviousSlice)]
        bare = all(token.mask & _BARE and (" " not in token.text or token.kind == "number") for token in clause)
        if not (earlier and earlier[-1].mask & BIT["PROPAGATE"] and bare and len(moves) == len(said) == 1):
            return said
        return [
            ops.Propagate(direction="forward" if isinstance(move, ops.NextSlice) else "backward", count=move.count)
            for move in moves
        ]

    def _content_pieces(self, start: int, stop: int) -> int:
        return sum(not all(map(is_aside, piece)) for piece in self._pieces[start:stop])

    def _cut(self, start: int) -> list[Said] | None:
        clause: list[Token] = []
        for stop in range(start + 1, len(self._pieces) + 1):
            if stop > start + 1 and self._strong[stop - 1]:
                break
            clause = clause + self._pieces[stop - 1]
            if stop < len(self._pieces) and self._listed[stop]:
                continue
            said = understand(clause, alone=len(self._pieces) == 1, joined=self._content_pieces(start, stop) > 1)
            if said is None:
                continue
            said = self._carried_on(start, clause, said)
            rest = self.from_piece(stop)
            if rest is not None:
                return said + rest
        return None


def understand(tokens: list[Token], *, alone: bool, joined: bool = False) -> list[Said] | None:
    """Understand one clause: [] for a mere remark beside other clauses, None where it is not understood."""
    if any(token.kind == "unknown" for token in tokens):
        return None
    if not alone and all(map(is_aside, tokens)):
        return []
    said = _match(tokens, alone=alone, joined=joined)
    return said if said is not None or joined else _at_verbs(tokens)


def is_aside(token: Token) -> bool:
    """Whether a word only comments on what went before ("good", "no", "oops"), or means nothing."""
    return token.kind != "unknown" and (bool(token.mask & _REMARK) or not token.mask & ~SILENT)


def _match(tokens: list[Token], *, alone: bool = False, joined: bool = False) -> list[Said] | None:
    content = [token for token in tokens if token.mask & ~SILENT or token.kind == "number"]
    if not content:
        return None
    clause = Clause.of(tokens, joined=joined)
    for rule in RULES:
        if (alone or not rule.alone) and (rule.spans or not joined) and rule.matches(clause.masks, clause.union):
            said = rule.build(clause)
            if said is not None:
                return list(said)
    return None


def _at_verbs(tokens: list[Token]) -> list[Said] | None:
    """Two or more commands with nothing between them: "add three points generate the mask"."""
    if tokens[0].text == "next" and len(tokens) > 1 and tokens[1].text != "next":
        return _match(tokens[1:]) or _at_verbs(tokens[1:])  # "next segment the points": it only leads on
    for i in range(1, len(tokens)):
        if not tokens[i].mask & _VERBS or tokens[i].kind != "word" or tokens[i].text in _COMPARATIVES:
            continue
        head = _match(tokens[:i])
        if head is None or isinstance(head[-1], _NOT_RUN_ON) or _is_a_name(tokens[:i]):
            continue
        tail = _match(tokens[i:]) or _at_verbs(tokens[i:])
        if tail is not None and not isinstance(tail[0], _NOT_RUN_ON) and head[-1] != tail[0]:
            return head + tail
    return None


def _is_a_name(tokens: list[Token]) -> bool:
    """Whether 标记, a mark or to mark, is all that is said: 标记设到第十二胸椎 sets a label."""
    return [token.text for token in tokens if token.mask & ~SILENT] == ["标记"]


def _once(said: list[Said]) -> list[Said]:
    """Drop an answer that only repeats the one before."""
    result: list[Said] = []
    for item in said:
        if result and isinstance(result[-1], ops.Confirm) and isinstance(item, ops.AcceptMask):
            result.pop()
        if not (result and isinstance(item, _ONCE) and (item == result[-1] or _is_said_of(item, result[-1]))):
            result.append(item)
    return result


def _is_said_of(item: Said, before: Said) -> bool:
    """Whether a mark repeats one that named its level: "L3 is suspicious, flag it"."""
    return isinstance(before, ops.Review) and item == ops.Review(status=before.status)


def matching(tokens: list[Token]) -> list[Rule]:
    """Every rule that explains a clause; for checks of the table."""
    clause = Clause.of(tokens)
    return [rule for rule in RULES if rule.matches(clause.masks, clause.union)]
