import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands.lexicon import lexicon
from napari_spinalsam.commands.typos import correct


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("piont", "point"),
        ("slcies", "slices"),
        ("claer", "clear"),
        ("udno", "undo"),
        ("hdie", "hide"),
        ("shwo", "show"),
        ("segmnt", "segment"),
        ("propogating", "propagating"),
        ("coronl", "coronal"),
        ("threee", "three"),
    ],
)
def test_small_mistakes_are_mended(word, right):
    assert correct(word) == right


@pytest.mark.parametrize(
    "word",
    [
        "mass",
        "task",
        "pain",
        "joint",
        "neck",
        "except",
        "spice",
        "hid",
        "shoe",
        "redone",
        "thrre",
        "kangaroo",
        "x",
        "",
        "后退",
    ],
)
def test_words_of_their_own_are_left(word):
    assert correct(word) is None


_OPPOSITES = [
    ("undo", "redo"),
    ("hide", "show"),
    ("in", "out"),
    ("next", "previous"),
    ("accept", "reject"),
    ("on", "off"),
]


@given(st.sampled_from(_OPPOSITES), st.integers(0, 8), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_one_wrong_letter_never_turns_a_command_into_its_opposite(pair, position, letter):
    for word, opposite in (pair, pair[::-1]):
        i = position % len(word)
        assert correct(word[:i] + letter + word[i + 1 :]) != opposite


@given(st.sampled_from(sorted(lexicon().words)))
def test_words_of_the_vocabulary_are_never_changed(word):
    assert correct(word) is None
