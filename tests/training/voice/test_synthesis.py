import shutil
from ctypes.util import find_library
from pathlib import Path

import numpy as np
import pytest

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.voice import corpus
from napari_spinalsam.training.voice.phones import SILENCE
from napari_spinalsam.training.voice.synthesis import festival, flite, pico
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Utterance, at_model_rate
from napari_spinalsam.training.voice.synthesis.wave_file import read_wave, to_pcm, write_wave

needs_espeak = pytest.mark.skipif(find_library("espeak-ng") is None, reason="espeak-ng is not installed")
needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")
needs_festival = pytest.mark.skipif(
    not Path("/usr/share/festival/voices/english/kal_diphone").exists(),
    reason="festival and its voice kal are not installed",
)


def _phones(utterance: Utterance) -> list[str]:
    return [segment.phone for segment in utterance.segments if segment.phone != SILENCE]


def _check_times(utterance: Utterance) -> None:
    starts = [segment.start for segment in utterance.segments]
    assert starts == sorted(starts)
    assert all(segment.start <= segment.end <= utterance.seconds + 0.1 for segment in utterance.segments)
    assert np.abs(utterance.samples).max() > 0.05


@needs_espeak
def test_espeak_tells_its_phones_in_time():
    said = corpus.espeak().say("next slice", "gmw/en-US")
    assert _phones(said) == ["n", "eh", "k", "s", "t", "s", "l", "ay", "s"]
    _check_times(said)


@needs_espeak
def test_espeak_is_slower_at_a_lower_speed():
    slow, fast = (corpus.espeak().say("previous vertebra", "gmw/en", speed=speed) for speed in (120, 240))
    assert slow.seconds > 1.3 * fast.seconds


@needs_espeak
def test_espeak_pronounces_words_in_their_phrase():
    heard = dict(corpus.espeak().pronunciations("go to the next slice", "gmw/en-US"))
    assert heard["slice"] == ("s", "l", "ay", "s")
    assert heard["to"] in {("t", "ax"), ("t", "uw"), ("t", "uh")}


@needs_espeak
def test_capital_letters_are_spelled():
    article = _phones(corpus.espeak().say("cell a one", "gmw/en-US"))
    letter = _phones(corpus.espeak().say("cell A one", "gmw/en-US"))
    assert letter[3] == "ey"
    assert article[3] != "ey"


@needs_espeak
def test_a_voice_that_is_not_there_is_told():
    with pytest.raises(TrainingError, match="no voice"):
        corpus.espeak().say("undo", "gmw/nowhere")


@needs_flite
def test_flite_tells_its_phones_in_time():
    said = flite.say("show cell A one", "slt", stretch=1.2)
    assert _phones(said) == ["sh", "ow", "s", "eh", "l", "ey", "w", "ah", "n"]
    _check_times(said)


@needs_festival
def test_festival_tells_its_phones_in_time():
    first, second = festival.say_all([("undo", 1.0), ("redo", 1.3)], "kal_diphone")
    assert _phones(first)[1:] == ["n", "d", "uw"]
    assert (first.text, second.text) == ("undo", "redo")
    _check_times(second)


def test_a_program_that_is_missing_is_told(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TrainingError, match="not installed"):
        flite.run_synthesiser("flite", [])


def test_waves_come_back(tmp_path):
    samples = np.linspace(-1, 1, 1000, dtype=np.float32)
    write_wave(tmp_path / "a.wav", samples)
    np.testing.assert_allclose(read_wave(tmp_path / "a.wav"), samples, atol=1e-4)
    assert to_pcm(np.array([2.0, -2.0], np.float32)) == b"\xff\x7f\x01\x80"


def test_other_rates_become_sixteen_kilohertz():
    tone = (10_000 * np.sin(2 * np.pi * 440 * np.arange(22_050) / 22_050)).astype(np.int16)
    resampled = at_model_rate(tone, 22_050)
    assert len(resampled) == RATE
    assert np.abs(np.fft.rfft(resampled)).argmax() == 440


def test_pico_speaks_at_any_speed_but_tells_no_phones():
    pytest.importorskip("ttspico")
    slow, fast = (pico.say("next slice", "en-US", speed=speed) for speed in (80, 140))
    assert slow.seconds > 1.4 * fast.seconds
    assert np.abs(slow.samples).max() > 0.05
    assert slow.segments == ()


def test_a_voice_that_pico_lacks_is_named():
    with pytest.raises(TrainingError, match="xx-XX"):
        pico.say("next slice", "xx-XX")
