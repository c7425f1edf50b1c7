"""A long sentence, cut where one order may end and the next begin.

The interpreter falls back on this when neither the rules nor the model understood the sentence as a whole: the rules
may know one part of it and the model another.
"""

from __future__ import annotations

import re
from typing import Final

#: Longer plans are not pieced together.
MAX_PIECES: Final = 6
_JOINT: Final = re.compile(
    r"""
      \s*(?!(?<=\d),\s*\d)[,;]\s+(?:and\s+then|then|and|after\s+that|next)?\s*   # "undo, then save"; not "at 12, 40"
    | [.!]\s+                                                      # "Undo. Save."
    | \s+(?:and\s+then|and\s+also|and\s+afterwards|and|then|after\s+that|plus(?!\s+(?:\d|one|two|three)\b)|&)\s+
    | \s*[，；。！、]\s*(?:然后|接着|再|并且|并)?\s*
    | \s*(?:然后再|然后|并且|接着|之后再|之后)\s*
    """,
    re.VERBOSE | re.IGNORECASE,
)


def split_sentence(text: str) -> tuple[str, ...]:
    """Cut ``text`` at every joint; one piece where there is none, an empty tuple where there are too many.

    Examples
    --------
    >>> split_sentence("save a.nii.gz, then undo and label L3")
    ('save a.nii.gz', 'undo', 'label L3')
    >>> split_sentence("撤销，然后保存")
    ('撤销', '保存')
    """
    pieces = tuple(piece for piece in (part.strip() for part in _JOINT.split(text)) if piece)
    return pieces if len(pieces) <= MAX_PIECES else ()
