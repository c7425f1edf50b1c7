"""One phrase, typed or spoken: heard → understood → did.

The operations of a phrase are done in their order and become one undo step: whoever says "add a point at 40 60 and
generate the mask" takes back what they said, not half of it. Where one is not possible, those before it stay done,
those after it are not tried, and the entry says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from napari_spinalsam.commands.operations import BaseOperation, Redo, Undo
from napari_spinalsam.errors import SpinalSamError
from napari_spinalsam.session.outcome import Outcome
from napari_spinalsam.session.slice_key import SliceKey

if TYPE_CHECKING:
    from napari_spinalsam.commands.interpreter import Interpretation
    from napari_spinalsam.session.session import Session


class InterpreterLike(Protocol):
    """What turns a text into operations; see ``commands.interpreter.Interpreter``."""

    def interpret(self, text: str) -> Interpretation:
        """Turn a text into operations."""
        ...


@dataclass(frozen=True)
class Entry:
    """A line of the log.

    Parameters
    ----------
    heard : str
        The text.
    understood : tuple of BaseOperation
        What it means, in the order spoken.
    did : tuple of Outcome
        What was done.
    error : SpinalSamError or None
        Why the next one was not possible.
    skipped : tuple of BaseOperation
        What was not tried because of the error.
    postponed : tuple of BaseOperation
        What follows once the clicks or the answer that the session waits for have come.
    suggestions : tuple of str
        What may have been meant where nothing was understood.
    """

    heard: str
    understood: tuple[BaseOperation, ...] = ()
    did: tuple[Outcome, ...] = ()
    error: SpinalSamError | None = None
    skipped: tuple[BaseOperation, ...] = ()
    postponed: tuple[BaseOperation, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What was done, or why not, for the user."""
        if not self.understood:
            meant = " or ".join(f"'{suggestion}'" for suggestion in self.suggestions)
            return f"Not understood, nothing done{f'. Did you mean {meant}?' if meant else ''}"
        parts = [outcome.message for outcome in self.did]
        if self.error is not None:
            skipped = ", ".join(operation.code for operation in self.skipped)
            not_tried = f" Not tried: {skipped}." if skipped else ""
            parts.append(f"{'Then not possible: ' if self.did else ''}{self.error}{not_tried}")
        return ". ".join(parts)


class Phrase:
    """Executes the operations of a phrase one by one, so that a front end can embed a slice between two of them.

    Parameters
    ----------
    session : Session
    operations : iterable of BaseOperation
    heard : str
        The text that they were made from.
    suggestions : tuple of str
        What may have been meant if there are no operations.
    """

    def __init__(
        self,
        session: Session,
        operations: Iterable[BaseOperation],
        heard: str = "",
        suggestions: tuple[str, ...] = (),
    ) -> None:
        self._session = session
        self._heard = heard
        self._understood = tuple(operations)
        self._suggestions = suggestions
        self._rest = list(self._understood)
        self._did: list[Outcome] = []
        self._error: SpinalSamError | None = None
        self._skipped: tuple[BaseOperation, ...] = ()
        self._postponed: tuple[BaseOperation, ...] = ()
        self._change: object = None

    @classmethod
    def of(cls, session: Session, interpretation: Interpretation) -> Phrase:
        """Make the phrase of an interpreted text."""
        return cls(session, interpretation.operations, interpretation.text, tuple(interpretation.suggestions))

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do now."""
        return not self._rest

    @property
    def next(self) -> BaseOperation | None:
        """The operation that the next step executes."""
        return self._rest[0] if self._rest else None

    @property
    def needs_embedding(self) -> SliceKey | None:
        """The slice to embed before the next step is quick; None if there is none."""
        return self._session.needs_embedding(self._rest[0]) if self._rest else None

    def step(self) -> Outcome | None:
        """Execute the next operation; None if it is not possible, which ends the phrase."""
        operation = self._rest.pop(0)
        last = self._session.history.last
        try:
            outcome = self._session.execute(operation)
        except SpinalSamError as error:
            self._end(error)
            return None
        self._did.append(outcome)
        self._group(operation, last)
        if outcome.status in ("waiting", "asking") and self._rest:
            self._postpone()
        if outcome.then:
            # This was the click or the answer that another phrase waited for; what follows is that phrase's doing.
            self._rest.extend(outcome.then)
            self._change = None
        return outcome

    def fail(self, error: SpinalSamError) -> None:
        """End the phrase because the next operation is not possible, e.g. the slice could not be embedded."""
        del self._rest[:1]
        self._end(error)

    def _end(self, error: SpinalSamError) -> None:
        self._error, self._skipped = error, tuple(self._rest)
        self._rest.clear()

    def run(self) -> Entry:
        """Execute everything and return the entry, which is then in the session's log."""
        while not self.is_finished:
            self.step()
        entry = self.entry()
        self._session.log.append(entry)
        return entry

    def entry(self) -> Entry:
        """Return what was heard, understood and done so far."""
        return Entry(
            heard=self._heard,
            understood=self._understood,
            did=tuple(self._did),
            error=self._error,
            skipped=self._skipped,
            postponed=self._postponed,
            suggestions=self._suggestions,
        )

    def _group(self, operation: BaseOperation, last_before: object) -> None:
        history = self._session.history
        if isinstance(operation, Undo | Redo) or history.last is last_before:
            return
        if self._change is not None and self._change is last_before:
            history.merge_last(self._heard)
        self._change = history.last

    def _postpone(self) -> None:
        self._postponed = tuple(self._rest)
        self._session.defer(self._postponed)
        self._rest.clear()


def run_text(session: Session, interpreter: InterpreterLike, text: str) -> Entry:
    """Do what a text says.

    Parameters
    ----------
    session : Session
    interpreter : Interpreter
    text : str
        What was typed or spoken.

    Returns
    -------
    Entry
        Heard → understood → did; an impossible operation is in ``error`` and not raised.
    """
    return Phrase.of(session, interpreter.interpret(text)).run()
