import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_spinalsam.training.voice import augmentation as aug
from napari_spinalsam.training.voice.distortion import Distorter
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Segment, Utterance


def _tone(seconds: float = 1.0) -> Utterance:
    time = np.arange(int(seconds * RATE)) / RATE
    samples = (0.3 * np.sin(2 * np.pi * 300 * time)).astype(np.float32)
    return Utterance("tone", "none", samples, (Segment("aa", 0.2, 0.8),))


def test_faster_is_shorter_and_higher_and_its_phones_move():
    fast = aug.change_speed(_tone(), 1.25)
    assert fast.seconds == pytest.approx(0.8, abs=0.01)
    assert fast.segments[0].start == pytest.approx(0.16)
    peak = np.abs(np.fft.rfft(fast.samples)).argmax() / fast.seconds
    assert peak == pytest.approx(375, abs=2)


def test_silence_around_moves_the_phones():
    placed = aug.surround(_tone(), 0.5, 0.25)
    assert placed.seconds == pytest.approx(1.75)
    assert placed.segments[0] == Segment("aa", 0.7, 1.3)
    assert not placed.samples[: RATE // 2].any()


@given(st.floats(-5, 40), st.integers(0, 100))
@settings(max_examples=20)
def test_noise_has_the_wanted_power(snr_db, seed):
    speech = _tone().samples
    noise = aug.steady_noise(len(speech), np.random.default_rng(seed))
    added = aug.add_noise(speech, noise, snr_db) - speech
    measured = 10 * np.log10(aug.speech_power(speech) / float((added.astype(np.float64) ** 2).mean()))
    assert measured == pytest.approx(snr_db, abs=0.2)


def test_power_of_speech_ignores_pauses():
    placed = aug.surround(_tone(), 2.0, 2.0)
    assert aug.speech_power(placed.samples) == pytest.approx(aug.speech_power(_tone().samples), rel=0.05)


def test_level_is_reached_and_silence_stays_silent():
    assert 10 * np.log10(aug.speech_power(aug.at_level(_tone().samples, -30))) == pytest.approx(-30, abs=0.1)
    assert not aug.at_level(np.zeros(800, np.float32), -20).any()


def test_echo_keeps_the_direct_sound_and_rings_on():
    click = np.zeros(RATE, np.float32)
    click[100] = 1.0
    heard = aug.reverberate(click, 0.4, 2.0, np.random.default_rng(0))
    assert heard[100] == pytest.approx(1.0, abs=1e-3)
    tail = heard[101:].astype(np.float64) ** 2
    assert tail.sum() == pytest.approx(0.5, rel=0.05)
    assert tail[:1600].sum() > 100 * tail[4800:6400].sum()


@pytest.mark.parametrize("kind", [aug.steady_noise, aug.clicks, aug.music])
def test_noises_have_the_wanted_length_and_are_never_silent(kind):
    noise = kind(12_345, np.random.default_rng(1))
    assert noise.shape == (12_345,)
    assert np.isfinite(noise).all()
    assert noise.std() > 0


def test_babble_holds_every_speaker():
    tones = [_tone().samples, np.sign(_tone().samples)]
    assert aug.babble(5000, tones, np.random.default_rng(0)).shape == (5000,)


def test_distortion_keeps_the_text_and_stays_within_full_scale():
    distorter = Distorter(np.random.default_rng(0))
    distorter.remember(_tone())
    for _ in range(30):
        heard = distorter.distort(_tone())
        assert heard.text == "tone"
        assert np.abs(heard.samples).max() < 1.01
        assert 0 <= heard.segments[0].start < heard.segments[0].end <= heard.seconds
        assert distorter.no_speech(1.5).seconds == pytest.approx(1.5)


def test_another_speaker_says_the_same_in_the_same_time_at_another_pitch():
    time = np.arange(RATE) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 20)).astype(np.float32) * 0.2
    spoken = Utterance("buzz", "none", buzz, (Segment("aa", 0.2, 0.8),))
    other = aug.another_speaker(spoken, 1.2, 200.0)
    assert other.segments == spoken.segments
    assert len(other.samples) == len(spoken.samples)
    spectrum = np.abs(np.fft.rfft(other.samples))[: RATE // 2]
    assert spectrum[190:211].max() > 4 * spectrum[110:131].max()


@given(st.integers(0, 100))
@settings(max_examples=10)
def test_a_microphone_changes_the_spectrum_smoothly(seed):
    noise = np.random.default_rng(seed).standard_normal(RATE).astype(np.float32)
    heard = aug.colour(noise, np.random.default_rng(seed + 1))
    assert heard.shape == noise.shape
    gain = np.abs(np.fft.rfft(heard)) / np.abs(np.fft.rfft(noise))
    assert np.abs(np.diff(20 * np.log10(gain[100:7000]))).max() < 1.0
    assert gain[100:7000].max() / gain[100:7000].min() > 1.05
