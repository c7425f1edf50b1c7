from hypothesis import given, settings
from hypothesis import strategies as st
from voice_graphs import accepts, states_of

from napari_spinalsam.training.voice.fst_file import Fst
from napari_spinalsam.training.voice.word_graph import GraphBuilder, Node, minimal_automaton

_PHRASES = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "{n}"]), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=12
)


def _accepted(node: Node, words: tuple[str, ...] = ()) -> set[str]:
    found = {" ".join(words)} if node.final else set()
    return found.union(*(_accepted(following, (*words, word)) for word, following in node.next.items()))


@given(_PHRASES)
def test_automaton_accepts_exactly_its_sequences(phrases):
    assert _accepted(minimal_automaton(phrases)) == set(phrases)


@given(_PHRASES)
def test_no_two_states_are_equal(phrases):
    signatures = [state.signature() for state in states_of(minimal_automaton(phrases))]
    assert len(signatures) == len(set(signatures))


def test_common_beginnings_and_ends_are_shared():
    automaton = minimal_automaton(["hide the mask", "hide the grid", "show the mask", "show the grid"])
    assert len(states_of(automaton)) == 4


_FILLINGS = ("one", "one two", "two")
_WORDS = {"<eps>": 0, "a": 1, "b": 2, "c": 3, "one": 4, "two": 5}


def _filled(phrase: str) -> set[str]:
    if "{n}" not in phrase:
        return {phrase}
    return set().union(*(_filled(phrase.replace("{n}", filling, 1)) for filling in _FILLINGS))


@settings(max_examples=40)
@given(_PHRASES, st.lists(st.lists(st.sampled_from([*"abc", "one", "two"]), max_size=5).map(" ".join), max_size=20))
def test_woven_graph_accepts_exactly_the_phrases_with_their_slots_filled(phrases, others):
    fst = Fst()
    start, end = fst.add_state(), fst.add_state(final=0.0)
    GraphBuilder(fst, _WORDS, {"{n}": minimal_automaton(_FILLINGS)}).weave(minimal_automaton(phrases), start, end)
    wanted = set().union(*map(_filled, phrases))
    for phrase in [*wanted, *others]:
        assert accepts(fst, phrase, _WORDS) == (phrase in wanted), phrase
