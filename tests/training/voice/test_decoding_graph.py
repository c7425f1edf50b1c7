import math

import numpy as np
import pytest
from voice_graphs import accepts

from napari_spinalsam.training.voice import patterns
from napari_spinalsam.training.voice.decoding_graph import (
    UNKNOWN,
    command_graph,
    number_words,
    phone_bigram,
    sound_graph,
    with_positions,
)
from napari_spinalsam.training.voice.fst_file import EPSILON, Fst
from napari_spinalsam.training.voice.phones import SPEECH, phone_ids

WORDS = number_words(patterns.vocabulary())


@pytest.fixture(scope="module")
def grammar() -> Fst:
    return command_graph(WORDS)


@pytest.mark.parametrize(
    "phrase",
    [
        *(phrase.lower() for phrase in patterns.catalogue_phrases()),
        *patterns.read_speech_patterns(),
        "point at charlie four",
        "add three points and generate point mask",
        "please next slice",
        "accept as l three and then next level please",
        "go to slice two thousand nine hundred and ninety nine",
        UNKNOWN,
        "",
    ],
)
def test_grammar_accepts(grammar, phrase):
    assert accepts(grammar, phrase, WORDS)


@pytest.mark.parametrize("phrase", ["undo slice", "the", "next slice undo", "label c eight", "zoom to h nine"])
def test_grammar_refuses_what_is_no_command(grammar, phrase):
    assert not accepts(grammar, phrase, WORDS)


def test_grammar_is_sorted_and_every_arc_leads_somewhere(grammar):
    for arcs in grammar.arcs:
        assert [arc.input for arc in arcs] == sorted(arc.input for arc in arcs)
        assert all(0 <= arc.next < len(grammar.arcs) and arc.weight >= 0 for arc in arcs)
    dead = [i for i, arcs in enumerate(grammar.arcs) if not arcs and grammar.final[i] == math.inf]
    assert dead == []


def _words_heard(fst: Fst, phones: list[str]) -> set[int]:
    """Words on the first arcs of paths from root to root with exactly these phones, each one frame long."""
    ids = phone_ids()
    states = {(0, 0)}
    for name in phones:
        states = {
            (arc.next, word or arc.output)
            for state, word in states
            for arc in fst.arcs[state]
            if arc.input == 2 * ids[name]
        }
    ended = [(word, arc) for state, word in states for arc in fst.arcs[state] if arc.input == EPSILON]
    return {word for word, arc in ended if arc.next == 0 and word != 0}


def test_sounds_lead_to_their_words_and_any_sound_to_the_unknown_word():
    words = number_words(("no", "undo"))
    lexicon = {"no": {("n", "ow"): 1.0}, "undo": {("ah", "n", "d", "uw"): 0.75, ("ax", "n", "d", "uw"): 0.25}}
    fst = sound_graph(lexicon, words, phone_bigram([["n", "ow"]]))
    assert _words_heard(fst, ["n_B", "ow_E"]) == {words["no"], words[UNKNOWN]}
    assert _words_heard(fst, ["ax_B", "n_I", "d_I", "uw_E"]) == {words["undo"], words[UNKNOWN]}
    assert _words_heard(fst, ["t_B", "uw_E"]) == {words[UNKNOWN]}
    assert fst.final[0] == 0.0


def test_a_rarer_pronunciation_costs_more():
    words = number_words(("undo",))
    fst = sound_graph({"undo": {("ah", "n"): 0.75, ("ax", "n"): 0.25}}, words, phone_bigram([]))
    costs = sorted(arc.weight for arc in fst.arcs[0] if arc.output == words["undo"])
    assert costs == pytest.approx([0.0, math.log(3)])


def test_every_emitting_state_can_be_stayed_in():
    fst = sound_graph({"no": {("n", "ow"): 1.0}}, number_words(("no",)), phone_bigram([]))
    entered = {(arc.next, arc.input) for arcs in fst.arcs for arc in arcs if arc.input and arc.input % 2 == 0}
    for state, forward in entered:
        assert any(arc.input == forward - 1 and arc.next == state for arc in fst.arcs[state])


def test_positions_of_the_phones_of_a_word():
    assert with_positions(["ey"]) == ["ey_S"]
    assert with_positions(["n", "ow"]) == ["n_B", "ow_E"]
    assert with_positions(["eh", "l", "ax"]) == ["eh_B", "l_I", "ax_E"]


def test_bigram_rows_are_probabilities_that_follow_the_words():
    bigram = phone_bigram([["n", "ow"], ["n", "ow"], ["n", "iy"]])
    np.testing.assert_allclose(bigram.sum(axis=1), 1.0)
    n = SPEECH.index("n")
    assert bigram[n, SPEECH.index("ow")] > bigram[n, SPEECH.index("iy")] > bigram[n, SPEECH.index("t")]
    assert bigram[-1].argmax() == n
