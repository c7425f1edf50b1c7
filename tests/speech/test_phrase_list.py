"""The phrases listened for are the catalogue's, as they are spoken."""

import re

import pytest

from napari_spinalsam.commands.catalogue import CATALOGUE, examples
from napari_spinalsam.commands.operations import Cancel, Confirm, StartListening
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.speech.phrase_list import WAKE_PHRASES, phrases, spoken


def word_pairs(listed):
    return {pair for phrase in listed for pair in zip(phrase.split(), phrase.split()[1:], strict=False)}


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.code)
def test_every_operation_can_be_said(entry):
    listed = set(phrases("commands"))
    said = [phrase for phrase in (*entry.english, *entry.chinese) if "/" not in phrase and ".nii" not in phrase]
    assert said
    assert {spoken(phrase) for phrase in said} <= listed


@pytest.mark.parametrize(
    "command",
    [
        "go to slice three hundred and forty seven",
        "back seventeen slices",
        "label s one",
        "flag t twelve",
        "point at cell h eight",
        "box from a one to g seven",
        "undo the last nine",
        "window level forty width four hundred",
    ],
)
def test_numbers_levels_and_cells_stand_for_all_of_their_kind(command):
    known = word_pairs(phrases("commands"))
    assert set(zip(command.split(), command.split()[1:], strict=False)) <= known
    assert parse(command).operations


#: A path; two numbers side by side, and a Chinese level or cell, which cannot be told apart by ear.
NOT_BY_EAR = re.compile(r"[/\\]|\.nii|\d \d|[\u4e00-\u9fff].*[A-Z]\d|[A-Z]\d.*[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("phrase", "operation"), [(phrase, meant) for phrase, meant in examples() if not NOT_BY_EAR.search(phrase)]
)
def test_an_example_means_the_same_when_it_is_spoken(phrase, operation):
    assert parse(spoken(phrase)).operations == (operation,)


def test_without_the_grid_nobody_names_its_cells():
    words = {word for phrase in phrases("commands", grid=False) for word in phrase.split()}
    assert not {"cell", "e", "f", "g", "h"} & words
    assert {"l", "t", "c", "s"} <= words


def test_answers_are_answers():
    meant = [operation for phrase in phrases("answer") for operation in parse(phrase).operations]
    assert all(parse(phrase).operations for phrase in phrases("answer"))
    assert {Confirm(), Cancel()} <= set(meant)
    assert not {"next", "slice", "mask"} & {word for phrase in phrases("answer") for word in phrase.split()}


def test_asleep_only_waking_up_is_listened_for():
    assert phrases("wake") == WAKE_PHRASES
    # A single word is said too easily in the course of talk.
    assert all(len(phrase.split()) > 1 or not phrase.isascii() for phrase in WAKE_PHRASES)
    assert StartListening() in [operation for phrase in WAKE_PHRASES for operation in parse(phrase).operations]


@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("go to slice 42", "go to slice forty two"),
        ("label L3", "label l three"),
        ("show it in 3D", "show it in three d"),
        ("looks good, keep it", "looks good keep it"),
        ("跳到第42张", "跳到第四十二张"),
        ("备注：陈旧骨折", "备注陈旧骨折"),
    ],
)
def test_spoken(written, sounds):
    assert spoken(written) == sounds
