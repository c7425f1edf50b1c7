"""SVOX Pico, the small synthesiser of Android's first years, through the package ``ttspico``; it tells no phones."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.voice.synthesis.flite import as_said
from napari_spinalsam.training.voice.synthesis.utterance import Utterance, at_model_rate

_RATE = 16_000


def say(phrase: str, voice: str, *, speed: int = 100, pitch: int = 100) -> Utterance:
    """Say a phrase.

    Parameters
    ----------
    phrase : str
        Words; single capital letters are spelled.
    voice : str
        ``en-US`` or ``en-GB``.
    speed, pitch : int
        Per cent of the voice's own, 50 to 200.

    Returns
    -------
    Utterance
        Without segments.

    Raises
    ------
    TrainingError
        If the package or the voice is not installed.
    """
    engine = _engine(voice)
    engine.rate, engine.pitch = speed, pitch
    spoken: bytes = engine.speak(as_said(phrase)) or b""
    samples = np.frombuffer(spoken, np.int16)
    return Utterance(phrase.lower(), f"pico {voice}", at_model_rate(samples, _RATE), ())


@cache
def _engine(voice: str) -> Any:
    try:
        import ttspico

        return ttspico.TtsEngine(voice)
    except (ImportError, RuntimeError) as error:
        raise TrainingError(f"SVOX Pico has no voice {voice}", "Run: pip install ttspico") from error
