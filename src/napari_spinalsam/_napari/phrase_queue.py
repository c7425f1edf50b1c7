"""Phrases in the order they were asked for, each step after the network that it needs.

A step that needs the network is prepared in the inference thread: the slice is embedded, or the model loaded. Meanwhile
what the mouse does is executed at once; what was typed waits for its turn, because "accept" after "generate the mask"
means that mask.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_spinalsam._napari.carrying import Carrying
from napari_spinalsam._napari.workers import Job
from napari_spinalsam.commands.operations import (
    BaseOperation,
    CheckDevice,
    CheckModel,
    Evaluate,
    Propagate,
    SegmentBox,
    SegmentPoints,
    Stop,
)
from napari_spinalsam.errors import OperationError, SpinalSamError
from napari_spinalsam.session.propagation_job import PropagationJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_spinalsam._napari.workers import InferenceThread
    from napari_spinalsam.session.phrase import Phrase
    from napari_spinalsam.session.scene import Effect
    from napari_spinalsam.session.segmenter import Segmenter
    from napari_spinalsam.session.session import Session
    from napari_spinalsam.session.slice_key import SliceKey

_SEGMENT = (SegmentPoints, SegmentBox)
_NEED_MODEL = (CheckDevice, CheckModel)
#: Operations that take long on a large volume and only read it.
_WORKED_OUT = (Evaluate,)


class PhraseQueue(QObject):
    """Executes phrases.

    Parameters
    ----------
    session : Session
    step : callable
        Executes the next step of a phrase in the main thread and draws what it changed.
    inference : InferenceThread
    parent : QObject, optional
    """

    #: Entry: a phrase ended, or waits for the user.
    finished = Signal(object)

    def __init__(
        self,
        session: Session,
        step: Callable[[Phrase], None],
        inference: InferenceThread,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._step = step
        self._inference = inference
        self._phrases: deque[Phrase] = deque()
        self._prepared: Phrase | None = None
        self._job: Job | None = None
        self._carrier: Phrase | None = None
        self.carrying = Carrying(inference, self)
        session.stop_job = self.stop

    @property
    def empty(self) -> bool:
        """Whether everything was executed, apart from what waits for the user."""
        return not self._phrases

    @property
    def mask_is_coming(self) -> bool:
        """Whether a mask was asked for and is not there yet."""
        return any(isinstance(phrase.next, _SEGMENT) for phrase in self._phrases)

    def put(self, phrase: Phrase) -> None:
        """Execute a phrase after those before it; only STOP does not wait."""
        if isinstance(phrase.next, Stop):
            self.run_now(phrase)
        else:
            self._phrases.append(phrase)
            self._advance()

    def run_now(self, phrase: Phrase) -> None:
        """Execute what of a phrase is quick at once; the rest waits for its turn."""
        while not phrase.is_finished and self._is_quick(phrase.next):
            self._step(phrase)
        if phrase.is_finished:
            self._finish(phrase)
        else:
            self._phrases.append(phrase)
            self._advance()

    def stop(self) -> bool:
        """Call off what waits for the network; returns whether there was anything.

        A propagation stops after the slice that is under way, and what it has found is written.
        """
        if not self._phrases and not self.carrying.busy:
            return False
        # The phrase that carries a mask on goes on with what was found.
        stopped = [phrase for phrase in self._phrases if phrase is not self._carrier]
        if self.carrying.busy:
            self.carrying.stop()
            self._phrases = deque(phrase for phrase in self._phrases if phrase is self._carrier)
        else:
            self.clear()
        for phrase in stopped:
            phrase.fail(OperationError("It was stopped", "Ask again when you want it"))
            self._finish(phrase)
        return True

    def clear(self) -> None:
        """Forget everything that was not executed yet."""
        self._phrases.clear()
        self._prepared = None
        self._carrier = None
        self.carrying.drop()
        if self._job is not None:
            self._inference.drop(self._job)
            self._job = None

    def _advance(self) -> None:
        while self._phrases and self._job is None and not self.carrying.busy:
            phrase = self._phrases[0]
            if not (phrase.is_finished or phrase is self._prepared or self._is_quick(phrase.next)):
                self._prepare(phrase)
                continue
            # Taken out while it steps: opening another image drops what waits, but not the phrase that opens it; and
            # one over which the program itself stumbles must not block those behind it.
            self._phrases.popleft()
            self._prepared = None
            if phrase.is_finished:
                self._finish(phrase)
                continue
            self._step(phrase)
            self._phrases.appendleft(phrase)

    def _finish(self, phrase: Phrase) -> None:
        entry = phrase.entry()
        self._session.log.append(entry)
        self.finished.emit(entry)

    def _is_quick(self, operation: BaseOperation | None) -> bool:
        session = self._session
        if isinstance(operation, _SEGMENT):
            # Without prompts the answer is a refusal; and the decoder must not wait here for a pass of the encoder.
            ready = session.needs_embedding(operation) is None and not self._inference.busy
            return not session.prompts or ready
        if isinstance(operation, (Propagate, *_WORKED_OUT)):
            return False
        return not isinstance(operation, _NEED_MODEL) or session.segmenter.is_loaded

    def _prepare(self, phrase: Phrase) -> None:
        if isinstance(phrase.next, Propagate):
            self._carry(phrase, phrase.next)
        elif isinstance(phrase.next, _WORKED_OUT):
            self._work_out(phrase, phrase.next)
        else:
            self._embed_or_load(phrase)

    def carry(
        self, carried: PropagationJob, done: Callable[[], None], refused: Callable[[SpinalSamError], None]
    ) -> None:
        """Carry a mask on that no phrase asked for; what was typed meanwhile waits.

        Raises
        ------
        OperationError
            If the network is at work for something else.
        """
        if self.carrying.busy or self._phrases:
            raise OperationError("Something else is under way", "Wait for it, or say 'stop'")

        def end() -> None:
            done()
            self._advance()

        def refuse(error: SpinalSamError) -> None:
            refused(error)
            self._advance()

        self.carrying.start(carried, end, refuse)

    def _carry(self, phrase: Phrase, operation: Propagate) -> None:
        """Carry the mask on in the inference thread; the phrase's step then only writes down what was found."""
        session = self._session
        try:
            carried = PropagationJob.of(session.scene(), operation)
        except SpinalSamError as error:
            phrase.fail(error)
            return

        def done() -> None:
            self._carrier = None
            session.propagated = carried
            self._prepared = phrase
            self._advance()

        def refused(error: SpinalSamError) -> None:
            self._carrier = None
            phrase.fail(error)
            self._advance()

        self._carrier = phrase
        self.carrying.start(carried, done, refused)

    def _work_out(self, phrase: Phrase, operation: BaseOperation) -> None:
        """Find out in the inference thread what an operation does; the phrase's step then only tells it."""
        session = self._session

        def ready(effect: Effect) -> None:
            self._job = None
            session.worked_out = operation, effect
            self._prepared = phrase
            self._advance()

        self._job = Job("Comparing the labels", lambda: session.work_out(operation), ready, self._refusal(phrase))
        self._inference.submit(self._job)

    def _refusal(self, phrase: Phrase) -> Callable[[SpinalSamError], None]:
        """Make what is called when a job of a phrase fails."""

        def refuse(error: SpinalSamError) -> None:
            self._job = None
            phrase.fail(error)
            self._advance()

        return refuse

    def _embed_or_load(self, phrase: Phrase) -> None:
        session = self._session
        segmenter, volume, asked_on = session.segmenter, session.volume, session.key
        key = phrase.needs_embedding
        segmenting = isinstance(phrase.next, _SEGMENT)

        def work() -> None:
            if key is not None and volume is not None:
                segmenter.embed(volume, key)
            else:
                load(segmenter)

        def ready(_: None) -> None:
            self._job = None
            if segmenting and asked_on != session.key:
                phrase.fail(_moved_on(asked_on))
            else:
                self._prepared = phrase
            self._advance()

        title = f"Looking at {asked_on}" if segmenting else "Loading the model"
        self._job = Job(title, work, ready, self._refusal(phrase))
        self._inference.submit(self._job)


def load(segmenter: Segmenter) -> None:
    """Load the predictor of a segmenter if it is not in memory yet; for the inference thread."""
    _ = segmenter.predictor


def _moved_on(key: SliceKey) -> OperationError:
    return OperationError(f"The view moved on from {key} before its mask was ready", "Go back there and ask again")
