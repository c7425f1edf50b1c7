from ctypes.util import find_library

import pytest

if find_library("espeak-ng") is None:
    pytest.skip("espeak-ng is not installed", allow_module_level=True)

from napari_spinalsam.training.voice import corpus
from napari_spinalsam.training.voice.lexicon import harvest


@pytest.fixture(scope="module")
def lexicon():
    phrases = ["go to the next slice", "add a point at cell A four", "add a point"]
    return harvest(["a", "four", "gpu", "next", "to"], phrases, corpus.espeak(), ["gmw/en-US", "gmw/en"], [])


def test_shares_of_a_word_sum_to_one(lexicon):
    for word, ways in lexicon.items():
        assert sum(ways.values()) == pytest.approx(1.0), word


def test_accents_and_weak_forms_are_ways_of_saying_a_word(lexicon):
    assert lexicon["next"] == {("n", "eh", "k", "s", "t"): 1.0}
    assert {("f", "ao", "r"), ("f", "ao")} <= set(lexicon["four"])
    assert {("ey",), ("ax",)} <= set(lexicon["a"])
    assert ("t", "uw") in lexicon["to"]


def test_what_is_spelled_is_spelled(lexicon):
    assert set(lexicon["gpu"]) == {("jh", "iy", "p", "iy", "y", "uw")}
