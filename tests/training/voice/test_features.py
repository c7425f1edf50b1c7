import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.training.voice.features import frame_labels, mfcc
from napari_spinalsam.training.voice.phones import PHONES, SPEECH
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Segment


def test_frames_are_whole_windows_every_ten_milliseconds():
    pytest.importorskip("kaldi_native_fbank")
    assert mfcc(np.zeros(RATE, np.float32)).shape == (98, 40)
    assert mfcc(np.zeros(100, np.float32)).shape == (0, 40)


def test_louder_sound_moves_the_first_cepstrum_alone():
    pytest.importorskip("kaldi_native_fbank")
    sound = np.random.default_rng(0).standard_normal(4000).astype(np.float32) * 0.01
    quiet, loud = mfcc(sound), mfcc(10 * sound)
    assert np.all(loud[:, 0] > quiet[:, 0] + 5)
    np.testing.assert_allclose(loud[:, 1:], quiet[:, 1:], atol=2e-2)


def test_labels_are_the_phone_at_the_centre_of_the_window():
    labels = frame_labels([Segment("s", 0.3, 0.6), Segment("iy", 0.6, 0.9)], n_frames=98)
    assert len(labels) == 33
    times = np.arange(33) * 0.03 + 0.0125
    expected = np.where(times < 0.3, "sil", np.where(times < 0.6, "s", np.where(times < 0.9, "iy", "sil")))
    assert [PHONES[label] for label in labels] == list(expected)


@given(st.lists(st.tuples(st.sampled_from(SPEECH), st.floats(0.004, 0.2)), min_size=1, max_size=20))
def test_every_phone_has_a_frame_in_order(phones):
    segments, start = [], 0.1
    for phone, length in phones:
        segments.append(Segment(phone, start, start + length))
        start += length
    labels = frame_labels(segments, n_frames=600 + int(100 * start))
    heard = [PHONES[label] for label in labels if PHONES[label] != "sil"]
    without_repeats = [phone for i, (phone, _) in enumerate(phones) if i == 0 or phones[i - 1][0] != phone]
    assert [phone for i, phone in enumerate(heard) if i == 0 or heard[i - 1] != phone] == without_repeats
