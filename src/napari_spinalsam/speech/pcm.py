"""Sound as it comes, of any rate and number of channels, to the 16 kHz mono that recognisers hear."""

from __future__ import annotations

import struct
from functools import cached_property
from math import gcd
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import firwin, upfirdn

from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, Samples

#: Taps of the low-pass filter on either side of its middle, for each step of the slower of the two rates.
_HALF_WIDTH: Final = 16
#: Rates beyond these are no rates of a microphone.
_RATES: Final = (4_000, 384_000)
_FULL_SCALE: Final = 32768.0


class Resampler:
    """Makes 16 kHz mono of blocks of sound, one after another, with no seam between them.

    A polyphase low-pass filter (Kaiser window) as in `scipy.signal.resample_poly`, which knows whole signals only.

    Parameters
    ----------
    rate : int
        Samples a second of the sound that comes in.

    Raises
    ------
    SpeechError
        If that is no rate of a sound recording.
    """

    def __init__(self, rate: int) -> None:
        if not _RATES[0] <= rate <= _RATES[1]:
            raise SpeechError(f"Sound of {rate} samples a second cannot be used", "Record it at 16000 or 48000")
        shared = gcd(rate, SAMPLE_RATE)
        self._up, self._down = SAMPLE_RATE // shared, rate // shared
        self._half = _HALF_WIDTH * max(self._up, self._down)
        #: Samples that come in which one that goes out is made of, on one side of it.
        self._reach = -(-self._half // self._up)
        #: What is still needed of the sound so far, and where in it, in steps of the finer grid, the next output lies.
        self._past = np.zeros(self._reach)
        self._next = self._reach * self._up

    @cached_property
    def _taps(self) -> NDArray[np.float64]:
        taps = firwin(2 * self._half + 1, 1 / max(self._up, self._down), window=("kaiser", 5.0))
        return np.asarray(taps * self._up, dtype=np.float64)

    def __call__(self, frames: NDArray[Any]) -> Samples:
        """Take in the next block.

        Parameters
        ----------
        frames : (n,) or (n, channels) array
            Integers of full scale, or floats from -1 to 1; channels are averaged.

        Returns
        -------
        (m,) int16
            What can be said of it so far: a few milliseconds at its end follow with the next block.
        """
        mono = as_mono(frames)
        if self._up == self._down:
            return _as_int16(mono)
        known = np.concatenate([self._past, mono])
        count = max(0, -(-((len(known) - self._reach) * self._up - self._next) // self._down))
        # upfirdn gives every down-th step from the first on: the filter is moved so that ours are among them.
        shift = -(self._half + self._next) % self._down
        filtered = upfirdn(np.concatenate([np.zeros(shift), self._taps]), known, self._up, self._down)
        first = (self._half + self._next + shift) // self._down
        self._next += count * self._down
        done = max(self._next // self._up - self._reach, 0)
        self._past = known[done:]
        self._next -= done * self._up
        return _as_int16(filtered[first : first + count])


def as_mono(frames: NDArray[Any]) -> NDArray[np.float64]:
    """Average the channels of (n,) or (n, channels) sound into (n,) floats from -1 to 1."""
    sound = np.asarray(frames)
    if sound.dtype.kind == "u":
        sound = (sound.astype(np.float64) - 128) / 128
    elif sound.dtype.kind == "i":
        sound = sound / -float(np.iinfo(sound.dtype).min)
    return sound.astype(np.float64) if sound.ndim == 1 else sound.mean(axis=1, dtype=np.float64)


def level_db(samples: Samples) -> float:
    """Root mean square of some sound in dB of full scale, at least -100."""
    if not len(samples):
        return -100.0
    power = float(np.mean(np.square(samples / _FULL_SCALE)))
    return max(10 * float(np.log10(power)), -100.0) if power > 0 else -100.0


def read_wav(path: Path) -> Samples:
    """Read a WAV file as 16 kHz mono.

    Raises
    ------
    SpeechError
        If it cannot be read, or is no WAV file that holds sound.
    """
    try:
        rate, frames = wavfile.read(path)
    except OSError as error:
        raise SpeechError(f"{path} cannot be read ({error.strerror})", "Name a WAV file") from error
    except (ValueError, EOFError, MemoryError, struct.error) as error:
        raise SpeechError(f"{path} is no WAV file that can be read ({error})", "Convert it to 16-bit WAV") from error
    if not len(frames):
        raise SpeechError(f"{path} holds no sound", "Record it again")
    return whole(frames, rate)


def whole(frames: NDArray[Any], rate: int) -> Samples:
    """Make 16 kHz mono of a whole recording."""
    resampler = Resampler(rate)
    # Silence afterwards brings out what the filter still holds.
    sound = np.concatenate([resampler(frames), resampler(np.zeros(rate // 10))])
    return sound[: round(len(frames) * SAMPLE_RATE / rate)]


def _as_int16(sound: NDArray[np.float64]) -> Samples:
    return np.clip(np.rint(sound * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
