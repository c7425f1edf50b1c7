"""Vosk with the bundled model, hearing synthesised speech."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from napari_spinalsam.errors import SpeechError, WeightsError
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, UNKNOWN
from napari_spinalsam.speech.vosk_recogniser import VoskModel, VoskRecogniser, load_recogniser
from speaking import bundled_voice, speech

SILENCE = np.zeros(SAMPLE_RATE, np.int16)


@pytest.fixture(scope="module")
def model():
    return VoskModel(bundled_voice())


@pytest.fixture
def recogniser(model):
    return VoskRecogniser(model)


def streamed(recogniser, samples, block=480):
    """Utterances, and at which second of the sound each was given out."""
    given = []
    for i in range(0, len(samples), block):
        given += [(utterance, (i + block) / SAMPLE_RATE) for utterance in recogniser.hear(samples[i : i + block])]
    return given


def test_sentences_are_told_apart_with_their_times(recogniser, tmp_path):
    first, second = speech("next slice", tmp_path), speech("show grid", tmp_path)
    heard = recogniser.hear(np.concatenate([first, second]))
    assert [utterance.text for utterance in heard] == ["next slice", "show grid"]
    starts = [0.0, len(first) / SAMPLE_RATE]
    for utterance, start in zip(heard, starts, strict=True):
        assert start - 0.1 <= utterance.start_s < utterance.end_s < start + 1.5
        assert utterance.is_clear


@pytest.mark.parametrize("endpoint_s", [0.4, 0.6])
def test_an_utterance_ends_after_the_silence_asked_for(model, tmp_path, endpoint_s):
    recogniser = VoskRecogniser(model, endpoint_s)
    spoken = speech("next slice", tmp_path, pause_s=0)
    ((utterance, given_at),) = streamed(recogniser, np.concatenate([spoken, SILENCE, SILENCE]))
    assert utterance.text == "next slice"
    assert endpoint_s - 0.1 <= given_at - len(spoken) / SAMPLE_RATE <= endpoint_s + 0.15


def test_in_noise_it_ends_when_the_words_stand_still(model, tmp_path):
    sound = np.concatenate([speech("next slice", tmp_path), SILENCE, SILENCE])
    noise = np.random.default_rng(0).normal(0, 0.05 * np.abs(sound).max(), len(sound))
    ((utterance, given_at),) = streamed(VoskRecogniser(model), (sound + noise).astype(np.int16))
    assert utterance.text == "next slice"
    assert given_at < 3


def test_a_pause_shorter_than_that_does_not_end_it(model, tmp_path):
    sentences = [speech(text, tmp_path, pause_s=0.9) for text in ("show grid", "next slice")]
    (whole,) = VoskRecogniser(model, 1.5).hear(np.concatenate([*sentences, SILENCE, SILENCE]))
    assert whole.text.startswith("show grid")
    assert whole.text.endswith("next slice")
    assert len(VoskRecogniser(model, 0.5).hear(np.concatenate(sentences))) == 2


def test_words_so_far_are_shown_and_letting_go_ends_the_utterance(recogniser, tmp_path):
    recogniser.hear(speech("point at c four", tmp_path, pause_s=0.3))
    assert recogniser.partial.startswith("point")
    (utterance,) = recogniser.finish()
    assert utterance.text == "point at c four"
    assert recogniser.partial == ""
    assert recogniser.finish() == ()


def test_silence_says_nothing(recogniser):
    assert recogniser.hear(np.tile(SILENCE, 5)) == ()
    assert recogniser.finish() == ()


def test_asleep_only_the_wake_phrase_is_heard(recogniser, tmp_path):
    recogniser.expect("wake")
    commands = [speech(text, tmp_path) for text in ("next slice", "save", "generate point mask")]
    heard = recogniser.hear(np.concatenate(commands))
    assert all(UNKNOWN in utterance.text for utterance in heard)
    (woken,) = recogniser.hear(speech("wake up", tmp_path))
    assert woken.text == "wake up"


def test_answers_to_a_question_and_back_again(recogniser, tmp_path):
    recogniser.expect("answer")
    (answer,) = recogniser.hear(speech("yes", tmp_path))
    assert answer.text == "yes"
    recogniser.expect("commands")
    (command,) = recogniser.hear(speech("next slice", tmp_path))
    assert command.text == "next slice"
    assert command.start_s > answer.end_s


def test_the_phrases_change_at_the_end_of_an_utterance_and_not_within(recogniser, tmp_path):
    sound = speech("next slice", tmp_path)
    recogniser.hear(sound[: SAMPLE_RATE // 2])
    recogniser.expect("wake")
    heard = recogniser.hear(sound[SAMPLE_RATE // 2 :])
    assert [utterance.text for utterance in heard] == ["next slice"]


def test_the_model_has_every_word_that_is_listened_for(recogniser):
    for expecting in ("wake", "answer", "commands"):
        recogniser.expect(expecting)
    assert recogniser.missing == frozenset()


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(SpeechError, match="holds no Vosk model"):
        VoskModel(tmp_path)
    (tmp_path / "am").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"nonsense")
    with pytest.raises(SpeechError, match="cannot be loaded"):
        VoskModel(tmp_path)
    with pytest.raises(WeightsError, match=r"vosk-model-small-en-us-0\.15, vosk-model-small-cn-0\.22"):
        load_recogniser("nonesuch")


def test_neither_vosk_nor_qt_is_imported_before_a_model_is_loaded():
    code = """
import sys, napari_spinalsam.speech, napari_spinalsam.speech.vosk_recogniser, napari_spinalsam.speech.attention
assert not {'vosk', 'torch', 'qtpy', 'napari'} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
