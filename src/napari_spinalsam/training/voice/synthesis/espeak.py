"""espeak-ng through ctypes: its library reports every phoneme with the sample at which it begins."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from dataclasses import dataclass
from typing import Final

import numpy as np

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.voice.phones import SILENCE, from_espeak
from napari_spinalsam.training.voice.synthesis.utterance import Segment, Utterance, at_model_rate

_SYNCHRONOUS: Final = 2
_PHONEME_EVENTS: Final = 1
_CHARS_UTF8: Final = 1
_PHONEMES: Final = 0x100
_WORD, _PHONEME, _LIST_END = 1, 7, 0
_RATE_PARAMETER, _PITCH_PARAMETER, _RANGE_PARAMETER = 1, 3, 4
#: Words that espeak-ng would say otherwise, as phonemes.
_SAID: Final = {"A": "[[eI]]", "gpu": "g p u"}


class _Name(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Name),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Heard:
    """An event: a phoneme's mnemonic, or a word's place in the text (from 1), with the sample where it begins."""

    sample: int
    phoneme: str | None
    position: int
    length: int


class Espeak:
    """The library, which holds one voice at a time.

    Raises
    ------
    TrainingError
        If libespeak-ng is not installed.
    """

    def __init__(self) -> None:
        name = find_library("espeak-ng")
        if name is None:
            raise TrainingError("espeak-ng is not installed", "Install the system's package espeak-ng")
        self._library = ctypes.CDLL(name)
        self._rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 500, None, _PHONEME_EVENTS))
        if self._rate <= 0:
            raise TrainingError("espeak-ng does not start", "Install the system's package espeak-ng-data")
        self._chunks: list[np.ndarray] = []
        self._events: list[_Heard] = []
        self._callback = _Callback(self._receive)  # kept: the library calls it
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: object, count: int, events: object) -> int:
        if wave and count > 0:
            self._chunks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        i = 0
        while (event := events[i]).type != _LIST_END:  # type: ignore[index]
            if event.type == _PHONEME:
                self._events.append(_Heard(event.sample, event.id.string.decode("utf-8", "replace"), 0, 0))
            elif event.type == _WORD:
                self._events.append(_Heard(event.sample, None, event.text_position, event.length))
            i += 1
        return 0

    def say(self, phrase: str, voice: str, *, speed: int = 175, pitch: int = 50, pitch_range: int = 50) -> Utterance:
        """Say a phrase.

        Parameters
        ----------
        phrase : str
            Words; single capital letters are spelled.
        voice : str
            Such as ``gmw/en-US+f3``.
        speed : int
            Words a minute, 80 to 450.
        pitch, pitch_range : int
            0 to 99.

        Raises
        ------
        TrainingError
            If there is no such voice.
        """
        self._speak(phrase, voice, speed, pitch, pitch_range)
        samples = np.concatenate(self._chunks) if self._chunks else np.zeros(1, np.int16)
        segments = self._segments(samples, american=_is_american(voice))
        return Utterance(phrase.lower(), f"espeak {voice}", at_model_rate(samples, self._rate), segments)

    def pronunciations(self, phrase: str, voice: str) -> list[tuple[str, tuple[str, ...]]]:
        """Words of a phrase as the voice pronounces them there; words that it runs together are left out."""
        self._speak(phrase, voice, 175, 50, 50)
        starts = dict(_word_starts(phrase))
        found: list[tuple[str, list[str]]] = []
        for event in self._events:
            if event.phoneme is not None and found:
                phones = from_espeak(event.phoneme, american=_is_american(voice))
                found[-1][1].extend(phone for phone in phones if phone != SILENCE)
            elif event.phoneme is None and event.length > 0:
                found.append((starts.get(event.position - 1, ""), []))
        return [(word, tuple(phones)) for word, phones in found if phones and word and word not in _SAID]

    def _speak(self, phrase: str, voice: str, speed: int, pitch: int, pitch_range: int) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise TrainingError(f"espeak-ng has no voice {voice}", "List them with: espeak-ng --voices")
        for parameter, value in ((_RATE_PARAMETER, speed), (_PITCH_PARAMETER, pitch), (_RANGE_PARAMETER, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._chunks, self._events = [], []
        text = " ".join(_SAID.get(word, word) for word in phrase.split()).encode()
        self._library.espeak_Synth(text, len(text) + 1, 0, 0, 0, _CHARS_UTF8 | _PHONEMES, None, None)

    def _segments(self, samples: np.ndarray, *, american: bool) -> tuple[Segment, ...]:
        phonemes = [event for event in self._events if event.phoneme is not None]
        ends = [*(event.sample for event in phonemes[1:]), len(samples)]
        segments: list[Segment] = []
        for event, end in zip(phonemes, ends, strict=True):
            phones = from_espeak(str(event.phoneme), american=american)
            step = (end - event.sample) / max(len(phones), 1)
            segments += [
                Segment(phone, (event.sample + i * step) / self._rate, (event.sample + (i + 1) * step) / self._rate)
                for i, phone in enumerate(phones)
            ]
        return tuple(segments)


def _is_american(voice: str) -> bool:
    return voice.partition("+")[0] == "gmw/en-US"


def _word_starts(phrase: str) -> list[tuple[int, str]]:
    """Character at which each word begins in the text that is spoken."""
    starts, place = [], 0
    for word in phrase.split():
        starts.append((place, word))
        place += len(_SAID.get(word, word)) + 1
    return starts
