"""Whether something that was heard is meant for the program, and as which command.

Nothing here trusts a recogniser's confidence. What it heard in full goes to the interpreter like typed text; of an
utterance with a stretch that is no phrase it knows, nothing is executed, however clear the rest is: "do not [unk] next
slice" is no order to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from napari_spinalsam.speech.phrase_list import WAKE_PHRASES, Expecting
from napari_spinalsam.speech.recogniser import UNKNOWN

#: A command for the interpreter; what wakes; said while asleep and nobody's business; not understood in full.
Verdict = Literal["command", "woke", "asleep", "unclear"]

#: Words for which only a listener has a use, as the commands that they mean.
_REWORDED: Final = {
    "sleep": "stop listening",
    "good night": "stop listening",
    "listen": "start listening",
    "listen to me": "start listening",
    "hello spine": "start listening",
    "hey spine": "start listening",
    "okay spine": "start listening",
    "wake up spine": "start listening",
}
_BACK: Final = ("back", "go back")


@dataclass(frozen=True)
class Situation:
    """What matters for what may be said next.

    Parameters
    ----------
    question : bool
        Whether a question waits for its answer.
    grid : bool
        Whether the lettered grid is shown.
    zoomed : bool
        Whether the grid is narrowed to one of its cells.
    """

    question: bool = False
    grid: bool = False
    zoomed: bool = False


@dataclass(frozen=True)
class Judgement:
    """What becomes of an utterance: the verdict, and the text for the interpreter or the subtitles."""

    verdict: Verdict
    text: str


@dataclass
class Attention:
    """Awake or asleep, and what is listened for.

    Parameters
    ----------
    asleep : bool
        Asleep, only a wake phrase is heard, as a whole utterance.
    """

    asleep: bool = False

    def expecting(self, situation: Situation) -> Expecting:
        """Tell which phrases to listen for."""
        if self.asleep:
            return "wake"
        return "answer" if situation.question else "commands"

    def judge(self, text: str, situation: Situation) -> Judgement:
        """Decide what becomes of an utterance.

        Parameters
        ----------
        text : str
            As the recogniser wrote it.
        situation : Situation
        """
        words = text.split()
        if self.asleep:
            woken = "".join(words) in _WAKE
            return Judgement("woke", " ".join(words)) if woken else Judgement("asleep", "")
        if not words or UNKNOWN in words:
            return Judgement("unclear", " ".join(word if word != UNKNOWN else "…" for word in words))
        plain = " ".join(words)
        if situation.grid and situation.zoomed and plain in _BACK:
            # Out of the cell that "zoom to C four" went into; the slice before is "previous slice".
            return Judgement("command", "zoom out")
        return Judgement("command", _REWORDED.get(plain, plain))


#: Without spaces: a Chinese model may cut the words in another way.
_WAKE: Final = frozenset(phrase.replace(" ", "") for phrase in WAKE_PHRASES)
