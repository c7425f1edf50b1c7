from ctypes.util import find_library
from importlib.util import find_spec

import pytest

if find_spec("vosk") is None:
    pytest.skip('the extra "voice" is not installed', allow_module_level=True)

from napari_spinalsam.training.voice import augmentation as aug
from napari_spinalsam.training.voice import corpus, patterns
from napari_spinalsam.training.voice.evaluation import Listener
from napari_spinalsam.training.voice.voices import HELD_OUT
from napari_spinalsam.weights import bundled_path

_MODEL = "vosk-spine-commands-en"
_VOICE = HELD_OUT[0].name

needs_espeak = pytest.mark.skipif(find_library("espeak-ng") is None, reason="espeak-ng is not installed")


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(bundled_path(_MODEL))


@needs_espeak
@pytest.mark.parametrize(
    "phrase", ["next slice", "show grid", "point at charlie four", "accept as L three", "go to slice forty two"]
)
def test_a_held_out_voice_is_heard(listener, phrase):
    said = aug.surround(corpus.espeak().say(phrase, _VOICE), 0.3, 0.8)
    assert listener.hear(said.samples) == [phrase.lower()]


@needs_espeak
def test_what_is_no_command_is_unknown(listener):
    said = corpus.espeak().say("the patient has been complaining about headaches since monday", _VOICE)
    assert all("[unk]" in text for text in listener.hear(aug.surround(said, 0.3, 0.8).samples))


@needs_espeak
def test_a_phrase_list_takes_the_place_of_the_grammar():
    listener = Listener(bundled_path(_MODEL), ["yes", "no", "[unk]"])
    for word in ("yes", "no"):
        said = aug.surround(corpus.espeak().say(word, _VOICE), 0.3, 0.8)
        assert listener.hear(said.samples) == [word]


def test_the_model_knows_the_words_of_the_patterns():
    lines = (bundled_path(_MODEL) / "graph" / "words.txt").read_text().splitlines()
    known = [line.split()[0] for line in lines]
    assert known == ["<eps>", *patterns.vocabulary(), "[unk]"]


def test_the_folder_is_small():
    folder = bundled_path(_MODEL)
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 6_000_000
