"""Voice in the viewer: sound is heard in a thread of its own, and what it says goes the way of typed text.

Off, only the push-to-talk key or button opens the microphone, and letting go closes it. Listening stays on until it is
told to stop; then it sleeps, and only a wake phrase is heard. No sound is ever stored, and nothing that is said to
somebody else while it sleeps is shown or logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from qtpy.QtCore import QObject, QTimer, Signal

from napari_spinalsam._napari.microphone import Microphone
from napari_spinalsam._napari.workers import InferenceThread, Job
from napari_spinalsam.commands.operations import StartListening
from napari_spinalsam.errors import SpeechError
from napari_spinalsam.session.phrase import Phrase
from napari_spinalsam.speech.attention import Attention, Situation
from napari_spinalsam.speech.pcm import Resampler, level_db

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.errors import SpinalSamError
    from napari_spinalsam.speech.phrase_list import Expecting
    from napari_spinalsam.speech.recogniser import Recogniser, Utterance

#: What the microphone is for: nothing; commands; the wake phrase alone; a test, in which nothing is executed.
Mode = Literal["off", "listening", "asleep", "testing"]

#: People let go of the key a little before the last word is out, in ms.
TAIL_MS: Final = 250
#: Length of the microphone test, in ms.
TEST_MS: Final = 4000
#: Sound that may wait to be heard, in blocks: about ten seconds, as long as a large model may take to load.
_MOST_WAITING: Final = 300


@dataclass(frozen=True)
class Hearing:
    """What came of a block of sound: its level in dB, the words so far, and the utterances that ended."""

    level: float
    partial: str
    utterances: tuple[Utterance, ...]


class Ears:
    """A recogniser that loads itself when there is something to hear; used in one thread."""

    def __init__(self, load: Callable[[], Recogniser]) -> None:
        self._load = load
        self._recogniser: Recogniser | None = None
        self._resampler: tuple[int, Resampler] | None = None
        self._told: frozenset[str] = frozenset()

    @property
    def recogniser(self) -> Recogniser:
        """The recogniser, loaded if it was not."""
        if self._recogniser is None:
            self._recogniser = self._load()
        return self._recogniser

    def expect(self, expecting: Expecting, grid: bool) -> frozenset[str]:
        """Listen for what makes sense now; returns words that the model cannot hear and that were not told yet."""
        self.recogniser.expect(expecting, grid=grid)
        new = self.recogniser.missing - self._told
        self._told |= new
        return new

    def hear(self, rate: int, frames: NDArray) -> Hearing:
        """Hear a block of sound of any rate."""
        if self._resampler is None or self._resampler[0] != rate:
            self._resampler = (rate, Resampler(rate))
        samples = self._resampler[1](frames)
        utterances = self.recogniser.hear(samples)
        return Hearing(level_db(samples), self.recogniser.partial, utterances)

    def finish(self) -> Hearing:
        """End the utterance now."""
        return Hearing(-100.0, "", self.recogniser.finish())

    def forget(self) -> None:
        """Drop what was begun: the next sound is another utterance."""
        self._resampler = None
        if self._recogniser is not None:
            self._recogniser.finish()


class Voice(QObject):
    """Listens, and hands over what it heard.

    Parameters
    ----------
    controller : Controller
    understand : callable
        Takes a text as if it had been typed.
    load : callable
        Makes the recogniser; called in the thread that hears.
    parent : QObject, optional
    """

    #: The mode, the key or the microphone has changed.
    changed = Signal()
    #: str: the words so far; never executed.
    partial = Signal(str)
    #: Judgement: an utterance that was not said in sleep.
    judged = Signal(object)
    #: float: dB of full scale.
    level = Signal(float)
    #: SpinalSamError: there is no microphone or no model now.
    failed = Signal(object)
    #: frozenset of str: words of the commands that the voice model cannot hear.
    lacking = Signal(object)
    #: (float, str): the loudest level in a test of the microphone, and what was heard in it.
    tested = Signal(float, str)

    def __init__(
        self,
        controller: Controller,
        understand: Callable[[str], None],
        load: Callable[[], Recogniser],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._understand = understand
        self.mode: Mode = "off"
        self.held = False
        #: Whether "stop listening" sends it to sleep, or switches the microphone off.
        self.sleeps = True
        #: Why there is no sound now; empty if there is, or none is wanted.
        self.problem = ""
        self.hears = False
        self._thread = InferenceThread(self)
        self._ears = Ears(load)
        self._expected: tuple[Expecting, bool] | None = None
        self._waiting = 0
        self._overrun = False
        self._test: list[str] = []
        self._loudest = -100.0
        self._tail = QTimer(self)
        self._tail.setSingleShot(True)
        self._tail.setInterval(TAIL_MS)
        self._tail.timeout.connect(self._let_go)
        self.microphone = Microphone(self)
        self._hear_from(self.microphone)
        controller.done.connect(lambda _: self._expect())
        controller.answered.connect(lambda _: self._expect())
        controller.session.listening = self

    # --- on and off ---------------------------------------------------------------------------------------------------

    def start_listening(self) -> str:
        """Listen until told otherwise; see `session.scene.Listening`."""
        before = self.mode
        if before == "listening":
            return "Listening already"
        self._set_mode("listening")
        return "Awake, listening" if before == "asleep" else "Listening"

    def stop_listening(self) -> str:
        """Fall asleep, or switch off if it is set so; see `session.scene.Listening`."""
        if self.mode == "off":
            return "Was not listening"
        if self.sleeps:
            self._set_mode("asleep")
            return "Asleep: say 'wake up' or 'start listening'"
        self.switch_off()
        return "The microphone is off"

    def switch_off(self) -> None:
        """Close the microphone; push-to-talk opens it again."""
        self._set_mode("off")

    def press(self) -> None:
        """Listen while the key or the button is held, even if asleep."""
        self._tail.stop()
        if not self.held:
            self.held = True
            self._follow()

    def release(self) -> None:
        """Take what was said while the key was held as one utterance."""
        if self.held and not self._tail.isActive():
            self._tail.start()

    def test(self) -> None:
        """Listen for a few seconds without executing anything."""
        if not self.in_use:
            self._test, self._loudest = [], -100.0
            self._set_mode("testing")
            QTimer.singleShot(TEST_MS, self._end_test)

    def mimic(self, text: str) -> None:
        """Take a text as if it had just been heard, awake or asleep, with or without the microphone."""
        self._take(text)

    def use_recogniser(self, load: Callable[[], Recogniser]) -> None:
        """Hear with another model from now on."""
        self._ears = Ears(load)
        self._expected = None
        self._expect()

    def use_microphone(self, microphone: Microphone) -> None:
        """Hear with another microphone object, e.g. one that plays a recording."""
        self.microphone.close()
        self.microphone.deleteLater()
        microphone.setParent(self)
        self.microphone = microphone
        self._hear_from(microphone)
        self._follow()

    def close(self) -> None:
        """Let go of microphone, thread and session."""
        self.microphone.close()
        self._thread.close()
        self._controller.session.listening = None

    @property
    def busy(self) -> bool:
        """Whether sound waits to be heard."""
        return self._thread.busy or self._tail.isActive()

    # --- hearing ------------------------------------------------------------------------------------------------------

    @property
    def in_use(self) -> bool:
        """Whether the microphone is wanted: a mode is on, or the key is held."""
        return self.mode != "off" or self.held

    @property
    def is_asleep(self) -> bool:
        """Whether only a wake phrase is heard: pressing the key wakes for as long as it is held."""
        return self.mode == "asleep" and not self.held

    def _hear_from(self, microphone: Microphone) -> None:
        microphone.heard.connect(self._hear)
        microphone.ready.connect(self._on_ready)
        microphone.lost.connect(self._on_lost)
        microphone.dropped.connect(lambda text: self.failed.emit(SpeechError(text, "Say it again")))

    def _set_mode(self, mode: Mode) -> None:
        self.mode = mode
        self._follow()

    def _follow(self) -> None:
        """Open or close the microphone, and listen for what makes sense."""
        if self.in_use:
            self.microphone.open()
            self._expect()
        else:
            self.microphone.close()
            self._submit("Listening", self._ears.forget, lambda _: None)
            self.hears, self.problem = False, ""
            self.level.emit(-100.0)
        self.changed.emit()

    def _on_ready(self) -> None:
        self.hears, self.problem = True, ""
        self.changed.emit()

    def _on_lost(self, error: SpeechError) -> None:
        self.hears, self.problem = False, error.message
        self.changed.emit()
        self.failed.emit(error)

    def _situation(self) -> Situation:
        session = self._controller.session
        zoomed = session.display.zoom.region is not None
        return Situation(session.question is not None, session.is_visible("grid"), zoomed)

    def _expect(self) -> None:
        situation = self._situation()
        expected = (Attention(self.is_asleep).expecting(situation), situation.grid)
        # Nothing to hear, nothing to load.
        if expected != self._expected and self.in_use:
            self._expected = expected
            ears = self._ears
            self._submit("Listening", lambda: ears.expect(*expected), self._on_expected)

    def _on_expected(self, missing: frozenset[str]) -> None:
        if missing:
            self.lacking.emit(missing)

    def _hear(self, rate: int, frames: NDArray) -> None:
        if self._waiting >= _MOST_WAITING:
            if not self._overrun:
                self._overrun = True
                self.failed.emit(
                    SpeechError("This computer cannot keep up: some speech is lost", "Pause, and say it again")
                )
            return
        self._waiting += 1
        ears = self._ears
        self._submit("Listening", lambda: ears.hear(rate, frames), self._on_heard)

    def _let_go(self) -> None:
        ears = self._ears
        self._submit("Listening", ears.finish, self._on_finished)

    def _submit(self, title: str, work: Callable[[], object], on_done: Callable[..., None]) -> None:
        self._thread.submit(Job(title, work, on_done, self._on_error))

    def _on_heard(self, hearing: Hearing) -> None:
        self._waiting -= 1
        self._overrun = self._overrun and self._waiting > 0
        if not self.in_use:
            # Said before the microphone was closed, heard only now: off means off.
            return
        self.level.emit(hearing.level)
        self._loudest = max(self._loudest, hearing.level)
        if not self.is_asleep:
            self.partial.emit(hearing.partial)
        for utterance in hearing.utterances:
            self._take(utterance.text)

    def _on_finished(self, hearing: Hearing) -> None:
        for utterance in hearing.utterances:
            self._take(utterance.text)
        self.partial.emit("")
        self.held = False
        self._follow()

    def _on_error(self, error: SpinalSamError) -> None:
        self._waiting = 0
        if not self.in_use:
            # Told already: every block that waited fails for the same reason.
            return
        self.held = False
        self._expected = None
        self.switch_off()
        self.failed.emit(error)

    def _take(self, text: str) -> None:
        if self.mode == "testing":
            self._test.append(text)
            return
        judgement = Attention(self.is_asleep).judge(text, self._situation())
        if judgement.verdict == "asleep":
            return
        self.judged.emit(judgement)
        if judgement.verdict == "woke":
            self._controller.queue.put(Phrase(self._controller.session, (StartListening(),), judgement.text))
        elif judgement.verdict == "command":
            self._understand(judgement.text)

    def _end_test(self) -> None:
        if self.mode == "testing":
            heard = " ".join(self._test)
            self._set_mode("off")
            self.tested.emit(self._loudest, heard)
