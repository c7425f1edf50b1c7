"""Rules over meanings: which classes must be in a clause, which may be, and what it then says.

A rule is written ``"UNDO [RECENT STEP NUM]"``: the classes outside the brackets must each be there, in any order and on
different tokens (``A|B`` asks for either), those inside may be there, and nothing else may, but for fillers. So every
content word of a clause is explained by the rule, or the rule does not apply. A leading ``=`` asks for a
whole sentence, a leading ``&`` lets the clause span joints ("the mask and the labels").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from napari_spinalsam.commands.clause import Clause, Said
from napari_spinalsam.commands.lexicon import SILENT, mask

Builder = Callable[[Clause], "Sequence[Said] | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say something.

    Attributes
    ----------
    required : tuple of int
        For each thing that must be said, the classes that say it.
    allowed : int
        Classes that may occur at all.
    alone : bool
        Whether the clause must be the whole sentence: a bare "box" is a command, "… and boxes" is not.
    spans : bool
        Whether an "and" or a comma may stand inside: "hide the mask and the points".
    build : callable
        Makes what was said out of a clause; None where its arguments make no sense.
    """

    required: tuple[int, ...]
    allowed: int
    build: Builder
    alone: bool = False
    spans: bool = False

    def matches(self, masks: Sequence[int], union: int) -> bool:
        """Whether the rule explains all tokens, given their class masks and the union of those."""
        for need in self.required:
            if not need & union:
                return False
        allowed = self.allowed
        for bits in masks:
            if not bits & allowed:
                return False
        return len(self.required) == 1 or _distinct(self.required, masks)


def _distinct(required: Sequence[int], masks: Sequence[int], used: int = 0) -> bool:
    """Whether the required classes can be found on different tokens (``used`` is a bit set of token positions)."""
    if not required:
        return True
    need, rest = required[0], required[1:]
    return any(
        bits & need and not used >> i & 1 and _distinct(rest, masks, used | 1 << i) for i, bits in enumerate(masks)
    )


def rule(pattern: str, build: Builder) -> Rule:
    """Rule of a pattern such as ``"CLEAR POINT|BOX [ALL PROMPT]"``."""
    marks = pattern[: len(pattern) - len(pattern.lstrip("=&"))]
    needed, _, optional = pattern.lstrip("=&").partition("[")
    required = tuple(mask(group) for group in needed.split())
    allowed = mask(optional.replace("]", " ")) | SILENT
    for group in required:
        allowed |= group
    return Rule(required, allowed, build, "=" in marks, "&" in marks)
