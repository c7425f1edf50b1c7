import pytest

from napari_spinalsam.commands.catalogue import examples
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.training.voice import patterns
from napari_spinalsam.vertebrae import LEVELS

_FILLED = {
    "count": "four",
    "slice": "one twenty",
    "number": "one hundred and twenty",
    "level": "l three",
    "cell": "c four",
}


def test_every_pattern_is_a_command():
    phrases = [pattern.format(**_FILLED, remark="old fracture") for pattern in patterns.read_patterns()]
    assert [phrase for phrase in phrases if not parse(phrase).operations] == []


def test_spoken_examples_mean_what_the_catalogue_says():
    written = [(phrase, op) for phrase, op in examples() if phrase.isascii() and ".nii" not in phrase]
    spoken = patterns.catalogue_phrases()
    assert len(spoken) == len(written)
    for said, (phrase, operation) in zip(spoken, written, strict=True):
        assert parse(said.lower()).operations == (operation,), phrase


@pytest.mark.parametrize(("slot", "before"), [("level", "label "), ("cell", "zoom to "), ("remark", "comment ")])
def test_every_filling_of_a_slot_is_understood(slot, before):
    not_understood = [said for said in patterns.slot_phrases(slot) if not parse(before + said.lower()).operations]
    assert not_understood == []


def test_slots_reach_every_level_and_every_cell():
    levels = {parse(f"label {said.lower()}").operations[0].label for said in patterns.slot_phrases("level")}
    cells = {parse(f"zoom to {said.lower()}").operations[0].cell for said in patterns.slot_phrases("cell")}
    assert levels == set(LEVELS)
    assert cells == set(Grid.over((80, 80)).names())


@pytest.mark.parametrize("value", [0, 7, 19, 42, 100, 101, 120, 206, 999, 1000, 1500, 2026, 9999])
def test_every_way_of_saying_a_number_is_that_number(value):
    for said in patterns.slice_ways(value):
        assert parse(f"go to slice {said}").operations[0].index == value, said
    for said in patterns.number_ways(value):
        assert parse(f"window level {said} width ten").operations[0].level == value, said


def test_sampled_phrases_are_commands_of_known_words():
    sampler = patterns.PhraseSampler(3)
    known = set(patterns.vocabulary())
    for _ in range(200):
        phrase = sampler.command().lower()
        assert parse(phrase).operations, phrase
        assert set(phrase.split()) <= known


def test_the_same_seed_draws_the_same_phrases():
    one, other = patterns.PhraseSampler(5), patterns.PhraseSampler(5)
    assert [one.command() for _ in range(20)] == [other.command() for _ in range(20)]
