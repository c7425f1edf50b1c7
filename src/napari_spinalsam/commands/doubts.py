"""Phrases whose every word is known and whose sense is not: second thoughts, and orders told in reverse.

"Slice 5, no, slice 6" and "before you save, measure it" would be read word by word as two orders, in the wrong order.
The rules leave such a phrase undecided, however well its parts are understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import BIT, SILENT, mask

#: Words without meaning elsewhere that take back what was just said.
_TAKES_BACK: Final = frozenset(["actually", "i mean"])
#: Among the verdicts ("bad", "wrong") those that answer oneself.
_ONESELF: Final = frozenset(
    ["no", "nope", "oops", "whoops", "ups", "sorry", "oh no", "damn", "shoot", "哎呀", *_TAKES_BACK]
)
#: Said last, these only excuse.
_EXCUSES: Final = frozenset(["oops", "whoops", "ups", "sorry", "my mistake", "damn", "哎呀", *_TAKES_BACK])
_HISTORY: Final = mask("UNDO REDO")
#: A verdict may stand beside these: "flag it, that's wrong".
_JUDGED: Final = mask("UNDO REDO REJECT DISCARD CLEAR FLAG RESTART")
_ASIDE: Final = mask("PRAISE WRONG FILLER")
_BEFORE_THAT: Final = frozenset(["前", "之前", "以前"])
_VERBS: Final = mask(
    "ADD DRAW SEE HIDE GOTO NEXT PREV SEGMENT CLEAR DISCARD RESTART UNDO REDO ACCEPT REJECT SAVE MEASURE EVALUATE "
    "CHECK STOP PROPAGATE ZOOM IN OUT OPEN SET APPROVE FLAG MAKE BACK FORWARD BONE SOFT LUNG AXIAL CORONAL SAGITTAL"
)


def doubtful(tokens: Sequence[Token]) -> bool:
    """Whether the order or the validity of what is said is in doubt.

    Parameters
    ----------
    tokens : sequence of Token
        The whole phrase.
    """
    return _thinks_twice(tokens) or _tells_in_reverse(tokens) or _answers_first(tokens)


def _is_joint(token: Token) -> bool:
    return token.kind in ("join", "stop")


def _is_content(token: Token) -> bool:
    """Whether a token is part of an order."""
    if _is_joint(token) or token.text in _TAKES_BACK:
        return False
    return token.kind != "word" or bool(token.mask & ~SILENT and not token.mask & _ASIDE)


def _thinks_twice(tokens: Sequence[Token]) -> bool:
    """Whether a word that takes back stands after an order: "zoom in, no, zoom out"."""
    content = [i for i, token in enumerate(tokens) if _is_content(token)]
    for i, token in enumerate(tokens):
        takes_back = token.text in _TAKES_BACK or (token.mask & BIT["WRONG"] and not token.mask & BIT["FLAG"])
        if not takes_back or not content or content[0] > i:
            continue
        before = [tokens[j] for j in content if j < i]
        after = next((tokens[j] for j in content if j > i), None)
        if not _goes_together(before, token, after, beside=not _is_joint(tokens[i - 1])):
            return True
    return False


def _goes_together(before: Sequence[Token], verdict: Token, after: Token | None, *, beside: bool) -> bool:
    """Whether a verdict agrees with the orders round it: "add a point, oops, undo"; "undo, that was wrong"."""
    judged = bool(before[-1].mask & _JUDGED)
    if after is None:
        return judged or verdict.text in _EXCUSES
    said = 0
    for token in before:
        said |= token.mask
    if after.mask & BIT["UNDO"]:
        return not said & _HISTORY and before[-1].text != "next"  # "next, oops, undo": is "next" said or taken back?
    if verdict.text in _ONESELF:
        return False
    return (judged and beside) or bool(after.mask & _JUDGED and not said & (_JUDGED | BIT["ACCEPT"]))


def _tells_in_reverse(tokens: Sequence[Token]) -> bool:
    """Whether what is said first is to be done last: "before you save, measure it", 保存前测量."""
    for i, token in enumerate(tokens):
        if token.text == "before you" and not _two_orders(tokens, i):
            return True
        if token.text in _BEFORE_THAT and any(map(_is_content, tokens[:i])) and _ends_a_clause(tokens, i):
            return True
    return False


def _two_orders(tokens: Sequence[Token], i: int) -> bool:
    """Whether joint ``i`` stands between two orders and nothing else: "accept before you save"."""
    before, after = tokens[:i], tokens[i + 1 :]
    return any(map(_is_content, before)) and not _is_joint(before[-1]) and not any(map(_is_joint, after))


def _ends_a_clause(tokens: Sequence[Token], i: int) -> bool:
    """Whether 前 says "before this is done" and not "the former": an order or nothing follows."""
    counted = i > 1 and tokens[i - 1].mask & mask("STEP TIMES") and tokens[i - 2].kind == "number"
    if counted:
        return False
    after = next((token for token in tokens[i + 1 :] if not token.mask & BIT["FILLER"]), None)
    if after is None:
        return tokens[i].text != "前" and not any(token.mask & BIT["SLICE"] for token in tokens)
    return _is_joint(after) or (after.kind == "word" and bool(after.mask & _VERBS))


def _answers_first(tokens: Sequence[Token]) -> bool:
    """Whether an answer comes before an order: "yes, then save" may answer a question of the plugin."""
    joint = next((i for i, token in enumerate(tokens) if _is_joint(token)), len(tokens))
    words = [token for token in tokens[:joint] if token.mask & ~SILENT]
    rest = joint + 1 if joint < len(tokens) and tokens[joint].text in ",.;，。；、" else joint
    leads_on = rest < len(tokens) and _is_joint(tokens[rest]) and tokens[rest].text[0].isalpha()
    return leads_on and bool(words) and all(token.mask & BIT["YES"] for token in words)
