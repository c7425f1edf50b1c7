"""Sound of any rate and number of channels to 16 kHz mono."""

import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import wavfile

from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.pcm import Resampler, level_db, read_wav, whole

RATES = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000]


def tones(rate, seconds=0.4):
    time = np.arange(int(rate * seconds)) / rate
    return 0.5 * np.sin(2 * np.pi * 440 * time) + 0.2 * np.sin(2 * np.pi * 1500 * time)


@pytest.mark.parametrize("rate", RATES)
def test_tones_keep_their_pitch_and_loudness(rate):
    heard = whole(tones(rate), rate)
    assert heard.dtype == np.int16
    assert len(heard) == 6400
    error = np.abs(heard / 32768 - tones(16000))
    assert error[200:-200].max() < 2e-3


@given(st.sampled_from(RATES), st.lists(st.integers(0, 3000), min_size=1, max_size=12))
def test_blocks_of_any_length_join_without_a_seam(rate, lengths):
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, sum(lengths))
    blocks = np.split(sound, np.cumsum(lengths)[:-1])
    resampler = Resampler(rate)
    joined = np.concatenate([resampler(block) for block in blocks])
    np.testing.assert_array_equal(joined, Resampler(rate)(sound))


def test_what_is_above_the_new_band_is_filtered_out():
    time = np.arange(48000) / 48000
    heard = whole(0.5 * np.sin(2 * np.pi * 11000 * time), 48000)
    assert np.abs(heard[200:-200]).max() < 0.01 * 32768


def test_channels_are_averaged_and_integers_scaled():
    left = np.full(100, 1000, np.int16)
    stereo = np.stack([left, -left], axis=1)
    assert not Resampler(16000)(stereo).any()
    np.testing.assert_array_equal(Resampler(16000)(left), left)
    np.testing.assert_array_equal(Resampler(16000)(left.astype(np.int32) << 16), left)
    np.testing.assert_array_equal(Resampler(16000)(np.full(9, 128, np.uint8)), np.zeros(9))


def test_too_loud_a_float_is_clipped_and_does_not_wrap_round():
    np.testing.assert_array_equal(Resampler(16000)(np.array([2.0, -2.0])), [32767, -32768])


@pytest.mark.parametrize("rate", [0, -8000, 1, 10**7])
def test_a_rate_that_is_none(rate):
    with pytest.raises(SpeechError, match="cannot be used"):
        Resampler(rate)


def test_levels():
    assert level_db(np.zeros(100, np.int16)) == -100
    assert level_db(np.zeros(0, np.int16)) == -100
    square = np.tile(np.array([16384, -16384], np.int16), 50)
    assert level_db(square) == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32])
def test_wav_files_of_every_width(tmp_path, dtype):
    sound = tones(22050)
    if dtype == np.uint8:
        stored = np.rint(sound * 127 + 128).astype(dtype)
    else:
        stored = (sound * (np.iinfo(dtype).max if np.dtype(dtype).kind == "i" else 1)).astype(dtype)
    path = tmp_path / "sound.wav"
    wavfile.write(path, 22050, np.stack([stored, stored], axis=1))
    error = np.abs(read_wav(path) / 32768 - tones(16000))
    assert error[200:-200].max() < 0.02


def test_wav_files_that_are_none(tmp_path):
    with pytest.raises(SpeechError, match="cannot be read"):
        read_wav(tmp_path / "none.wav")
    with pytest.raises(SpeechError, match="cannot be read"):
        read_wav(tmp_path)
    for content in (b"", b"RIFF", b"ID3" + bytes(100), b"RIFF\x10\x00\x00\x00WAVEfmt "):
        (tmp_path / "bad.wav").write_bytes(content)
        with pytest.raises(SpeechError, match="no WAV file"):
            read_wav(tmp_path / "bad.wav")
    with wave.open(str(tmp_path / "empty.wav"), "wb") as empty:
        empty.setparams((1, 2, 16000, 0, "NONE", "not compressed"))
    with pytest.raises(SpeechError, match="holds no sound"):
        read_wav(tmp_path / "empty.wav")
