import numpy as np

from napari_spinalsam.commands.operations import NextSlice, Undo
from napari_spinalsam.training.voice import corpus
from napari_spinalsam.training.voice.evaluation import CONDITIONS, Condition, judged_phrases, placed, understood
from napari_spinalsam.training.voice.patterns import catalogue_phrases
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Utterance
from napari_spinalsam.training.voice.voices import (
    ESPEAK_TRAINING,
    FESTIVAL_TRAINING,
    FLITE_TRAINING,
    HELD_OUT,
)


def test_unknown_words_are_never_obeyed():
    assert understood(["next slice"]) == (NextSlice(),)
    assert understood(["[unk]", "undo"]) == (Undo(),)
    assert understood(["next slice [unk]"]) == ()


def test_no_held_out_voice_is_trained_on():
    trained = {str(voice) for voice in (*ESPEAK_TRAINING, *FLITE_TRAINING, *FESTIVAL_TRAINING)}
    assert trained.isdisjoint(map(str, HELD_OUT))
    variants = {voice.partition("+")[2] for voice in trained}
    assert variants.isdisjoint(str(voice).partition("+")[2] for voice in HELD_OUT if "+" in voice.name)


def test_no_held_out_sentence_is_trained_on():
    assert set(corpus.other_english(held_out=False)).isdisjoint(corpus.other_english(held_out=True))


def test_every_spoken_example_is_judged():
    assert set(catalogue_phrases()) <= set(judged_phrases(len(catalogue_phrases())))
    assert len(judged_phrases(150)) == 150


def test_a_room_adds_what_it_says():
    samples = (0.1 * np.sin(np.arange(RATE))).astype(np.float32)
    utterance = Utterance("tone", "none", samples, ())
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(RATE).astype(np.float32)
    clean = placed(utterance, Condition(None, echo=False), noise, rng)
    noisy = placed(utterance, Condition(5, echo=True), noise, rng)
    assert len(clean) == len(noisy) == RATE + int(0.4 * RATE) + int(0.9 * RATE)
    assert not clean[: RATE // 4].any()
    assert noisy[: RATE // 4].std() > 0.01


def test_conditions_have_names_for_the_table():
    assert [str(condition) for condition in CONDITIONS][:5] == ["clean", "20 dB", "10 dB", "5 dB", "clean, echo"]
