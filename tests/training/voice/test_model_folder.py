from ctypes.util import find_library
from importlib.util import find_spec

import pytest

if find_spec("vosk") is None or find_spec("kaldi_native_fbank") is None:
    pytest.skip('the extras "voice" and "training" are not installed', allow_module_level=True)
if find_library("espeak-ng") is None:
    pytest.skip("espeak-ng is not installed", allow_module_level=True)

import json

import numpy as np
import vosk

from napari_spinalsam.training.voice import corpus
from napari_spinalsam.training.voice.decoding_graph import UNKNOWN, number_words, phone_bigram, sound_graph
from napari_spinalsam.training.voice.evaluation import Listener
from napari_spinalsam.training.voice.examples import make_examples
from napari_spinalsam.training.voice.fitting import FitConfig, fit
from napari_spinalsam.training.voice.fst_file import Arc, Fst
from napari_spinalsam.training.voice.model_folder import write_acoustic_model, write_graph_files
from napari_spinalsam.training.voice.phones import PHONES

_LEXICON = {"undo": {("ah", "n", "d", "uw"): 1.0}, "reset": {("r", "iy", "s", "eh", "t"): 1.0}}
_SPEEDS = (150, 160, 170, 180)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of two words, trained on one voice in a few seconds."""
    said = [corpus.espeak().say(word, "gmw/en-US", speed=speed) for word in _LEXICON for speed in _SPEEDS]
    examples = make_examples(said, 16, np.random.default_rng(0))
    network = fit(examples, FitConfig(width=48, batch=8, passes=150))
    words = number_words(tuple(_LEXICON))
    grammar = Fst()
    start = grammar.add_state(final=0.0)
    for word in _LEXICON:
        grammar.add_arc(start, Arc(words[word], words[word], 1.0, start))
    grammar.sort("input")
    folder = tmp_path_factory.mktemp("voice")
    write_acoustic_model(folder, network.folded(), examples.priors(len(PHONES)))
    write_graph_files(folder, sound_graph(_LEXICON, words, phone_bigram([])), grammar, words)
    return folder


def quiet_room(n):
    """No room is digitally silent."""
    return (1e-4 * np.random.default_rng(0).standard_normal(n)).astype(np.float32)


def test_vosk_hears_the_words_in_the_models_own_grammar(folder):
    listener = Listener(folder)
    for word in _LEXICON:
        assert listener.hear(corpus.espeak().say(f"{word}", "gmw/en-US").samples) == [word]


def test_vosk_hears_the_words_in_a_phrase_list(folder):
    listener = Listener(folder, ["undo", "reset", UNKNOWN])
    assert listener.hear(corpus.espeak().say("reset", "gmw/en-US").samples) == ["reset"]


def test_silence_is_no_word(folder):
    assert Listener(folder).hear(quiet_room(16_000)) == []


def test_vosk_tells_which_words_the_model_has(folder):
    model = vosk.Model(str(folder))
    assert model.vosk_model_find_word("undo") > 0
    assert model.vosk_model_find_word("redo") == -1


def test_words_come_with_their_times(folder):
    model = vosk.Model(str(folder))
    recogniser = vosk.KaldiRecognizer(model, 16_000)
    recogniser.SetWords(True)
    said = corpus.espeak().say("undo", "gmw/en-US").samples
    sound = np.pad(said, (16_000, 8_000)) + quiet_room(len(said) + 24_000)
    recogniser.AcceptWaveform((sound * 32_767).astype("<i2").tobytes())
    (word,) = json.loads(recogniser.FinalResult())["result"]
    assert word["word"] == "undo"
    assert 0.8 < word["start"] < word["end"] < 2.0
