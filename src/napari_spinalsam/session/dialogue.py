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
    """At most one of both is set."""

    awaiting: Awaiting | None = None
    question: Question | None = None
