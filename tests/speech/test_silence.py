"""Quiet is measured against the utterance's own loudness."""

import numpy as np
import pytest

from napari_spinalsam.speech.silence import Silence

BLOCK = 640


def hear(silence, *levels):
    for level in levels:
        silence.hear(np.full(BLOCK, level, np.int16))
    return silence.seconds


def test_quiet_after_speech_is_measured_and_speech_ends_it():
    silence = Silence()
    assert hear(silence, 5000, 8000, 100, 100, 100) == pytest.approx(0.12)
    assert hear(silence, 3000) == 0
    assert hear(silence, 50) == pytest.approx(0.04)


def test_what_is_quiet_depends_on_how_loud_the_speech_was():
    assert hear(Silence(), 400, 100, 100) == 0
    assert hear(Silence(), 4000, 100, 100) == pytest.approx(0.08)


def test_another_utterance_may_be_softer():
    silence = Silence()
    hear(silence, 20000, 300)
    silence.forget()
    assert hear(silence, 300, 300) == 0
