"""What the session waits for: clicks, or the answer to a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from napari_spinalsam.commands.operations import BaseOperation, Polarity


@dataclass(frozen=True)
class Awaiting:
    """Clicks or a drag that the front end serves.

    Parameters
    ----------
    kind : {"points", "box"}
    count : int
        How many are still to come.
    polarity : {"positive", "negative"}
        Polarity of the points to come.
    """

    kind: Literal["points", "box"]
    count: int = 1
    polarity: Polarity = "positive"


@dataclass(frozen=True)
class Question:
    """A yes/no question, and what CONFIRM then executes."""

    text: str
    operation: BaseOperation


@dataclass(frozen=True)
class Dialogue:
    """What the session waits for, at most one of both, and what was said to follow it.

    Parameters
    ----------
    awaiting : Awaiting or None
    question : Question or None
    then : tuple of BaseOperation
        The rest of the phrase, e.g. the segmentation after "add three points and generate the mask".
    """

    awaiting: Awaiting | None = None
    question: Question | None = None
    then: tuple[BaseOperation, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is waited for."""
        return self.awaiting is not None or self.question is not None

    def without_question(self) -> Dialogue:
        """Return the dialogue after something else than an answer came."""
        return self if self.question is None else Dialogue()
