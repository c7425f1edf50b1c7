"""One utterance of a synthesiser, with its phones in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from napari_spinalsam.speech.recogniser import SAMPLE_RATE

#: Sampling rate of everything that the model hears, in Hz.
RATE: Final = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Segment:
    """A phone from ``start`` to ``end``, in seconds."""

    phone: str
    start: float
    end: float


@dataclass(frozen=True, eq=False, slots=True)
class Utterance:
    """What a voice said.

    Attributes
    ----------
    text : str
        Words as the recogniser writes them.
    voice : str
        Name of the voice.
    samples : ndarray
        (n,) float32 from -1 to 1, 16 kHz, mono.
    segments : tuple of Segment
        Phones in order; what they leave out is silence.
    """

    text: str
    voice: str
    samples: NDArray[np.float32]
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.samples) / RATE


def at_model_rate(samples: NDArray[np.int16], rate: int) -> NDArray[np.float32]:
    """16-bit samples of any rate as float32 at 16 kHz."""
    scaled = samples.astype(np.float32) / 32768.0
    if rate == RATE:
        return scaled
    divisor = int(np.gcd(rate, RATE))
    return np.asarray(resample_poly(scaled, RATE // divisor, rate // divisor), dtype=np.float32)
