"""What a speech recogniser is to this program: sound in, utterances out, everything on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.speech.phrase_list import Expecting

#: Sound is 16-bit mono at this rate, in samples a second.
SAMPLE_RATE: Final = 16_000

#: What a recogniser writes for speech that is none of the phrases it listens for.
UNKNOWN: Final = "[unk]"

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or `UNKNOWN`, with where it begins and ends in seconds of the sound heard so far."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said between two pauses.

    Parameters
    ----------
    text : str
        Lower-case words; `UNKNOWN` stands for each stretch of other speech.
    start_s, end_s : float
        Where its first word begins and its last one ends, in seconds of the sound heard so far.
    """

    text: str
    start_s: float
    end_s: float

    @property
    def is_clear(self) -> bool:
        """Whether every word was recognised: only then may the text be executed."""
        return bool(self.text) and UNKNOWN not in self.text.split()


class Recogniser(Protocol):
    """A streaming recogniser. It may be used from any one thread at a time."""

    @property
    def partial(self) -> str:
        """What the utterance that is being spoken sounds like so far; it may change, and is never executed."""
        ...

    @property
    def missing(self) -> frozenset[str]:
        """Words of what it was asked to listen for that its model cannot hear."""
        ...

    def expect(self, expecting: Expecting, *, grid: bool = True) -> None:
        """Listen for what makes sense now, from the next utterance on; ``grid``: whether the grid's cells are shown."""
        ...

    def hear(self, samples: Samples) -> tuple[Utterance, ...]:
        """Take in sound, and return the utterances that ended in it."""
        ...

    def finish(self) -> tuple[Utterance, ...]:
        """End the utterance now: the sound is over, or the key was let go."""
        ...
