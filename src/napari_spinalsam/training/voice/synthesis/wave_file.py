"""Reading and writing 16-bit mono WAV files with the standard library."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.training.voice.synthesis.utterance import RATE, at_model_rate


def read_wave(path: Path) -> NDArray[np.float32]:
    """Read a 16-bit mono file as float32 at 16 kHz."""
    with wave.open(str(path), "rb") as stream:
        samples = np.frombuffer(stream.readframes(stream.getnframes()), dtype="<i2")
        return at_model_rate(samples, stream.getframerate())


def to_pcm(samples: NDArray[np.float32]) -> bytes:
    """16-bit little-endian PCM of float32 samples; what exceeds -1 to 1 is clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def write_wave(path: Path, samples: NDArray[np.float32]) -> None:
    """Write samples at 16 kHz."""
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        stream.writeframes(to_pcm(samples))
