"""The two transducers of the recogniser: sounds to words (HCLr) and words to what can be said (Gr).

HCLr is one looped root state. A pronunciation is a chain that carries its word on the first arc, so that the
recogniser, which composes the two as it goes, follows only the words that Gr allows next. Each phone is an arc with the
phone's forward transition into a state that carries its self-loop; transition ids are 2p for the forward transition of
phone p and 2p - 1 for its self-loop. "[unk]" is a loop of all phones weighted by a bigram of English.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.speech.recogniser import UNKNOWN
from napari_spinalsam.training.voice import patterns
from napari_spinalsam.training.voice.fst_file import EPSILON, Arc, Fst
from napari_spinalsam.training.voice.lexicon import Lexicon
from napari_spinalsam.training.voice.phones import NOISE, SILENCE, SPEECH, phone_ids
from napari_spinalsam.training.voice.word_graph import JOINT_COST, POLITE_COST, GraphBuilder, Node, minimal_automaton

#: Costs of a pause and of a stretch of noise between words; both are cheap.
_SILENCE_COST: Final = 0.7
_NOISE_COST: Final = 2.5
#: What every phone of unknown speech costs beside the bigram, which is taken at this scale.
UNKNOWN_PHONE_COST: Final = 0.3
UNKNOWN_SCALE: Final = 1.1
#: What it costs in Gr that an utterance is no command.
UNKNOWN_COST: Final = 5.0


def number_words(vocabulary: Sequence[str]) -> dict[str, int]:
    """Give every word its number in ``words.txt``: 0 is epsilon, "[unk]" comes last."""
    return {word: i for i, word in enumerate(("<eps>", *vocabulary, UNKNOWN))}


def sound_graph(lexicon: Lexicon, words: Mapping[str, int], bigram: NDArray[np.float64]) -> Fst:
    """HCLr, sorted by output label.

    Parameters
    ----------
    lexicon : mapping of str to dict
        Pronunciations of every word with their probabilities.
    words : mapping of str to int
        Number of every word.
    bigram : ndarray
        (phones + 1, phones + 1) probabilities of `phone_bigram`.
    """
    fst = Fst()
    ids = phone_ids()
    root = fst.add_state(final=0.0)
    for name, cost in ((SILENCE, _SILENCE_COST), (NOISE, _NOISE_COST)):
        state = _enter(fst, root, ids[name], EPSILON, cost)
        fst.add_arc(state, Arc(EPSILON, EPSILON, 0.0, root))
    for word, pronunciations in lexicon.items():
        best = max(pronunciations.values())
        for phones, share in pronunciations.items():
            _add_chain(fst, root, phones, words[word], math.log(best / share), ids)
    _add_unknown(fst, root, words[UNKNOWN], bigram, ids)
    fst.sort("output")
    return fst


def _enter(fst: Fst, state: int, phone: int, word: int, cost: float) -> int:
    """Add an arc into a new state that stays in ``phone``; return that state."""
    into = fst.add_state()
    fst.add_arc(state, Arc(2 * phone, word, cost, into))
    fst.add_arc(into, Arc(2 * phone - 1, EPSILON, 0.0, into))
    return into


def _add_chain(fst: Fst, root: int, phones: Sequence[str], word: int, cost: float, ids: Mapping[str, int]) -> None:
    state = root
    for i, name in enumerate(with_positions(phones)):
        state = _enter(fst, state, ids[name], word if i == 0 else EPSILON, cost if i == 0 else 0.0)
    fst.add_arc(state, Arc(EPSILON, EPSILON, 0.0, root))


def with_positions(phones: Sequence[str]) -> list[str]:
    """Names of the phones of a word with their positions: "n_B", "ow_E"."""
    if len(phones) == 1:
        return [f"{phones[0]}_S"]
    inside = [f"{phone}_I" for phone in phones[1:-1]]
    return [f"{phones[0]}_B", *inside, f"{phones[-1]}_E"]


def _add_unknown(fst: Fst, root: int, word: int, bigram: NDArray[np.float64], ids: Mapping[str, int]) -> None:
    """Add two or more phones, the first being the word's beginning and the last its end."""
    costs = UNKNOWN_PHONE_COST - UNKNOWN_SCALE * np.log(bigram)
    start = end = len(SPEECH)
    first = [_enter(fst, root, ids[f"{name}_B"], word, costs[start, i]) for i, name in enumerate(SPEECH)]
    inside = [fst.add_state() for _ in SPEECH]
    last = [fst.add_state() for _ in SPEECH]
    for i, name in enumerate(SPEECH):
        for states, position in ((inside, "I"), (last, "E")):
            fst.add_arc(states[i], Arc(2 * ids[f"{name}_{position}"] - 1, EPSILON, 0.0, states[i]))
        fst.add_arc(last[i], Arc(EPSILON, EPSILON, costs[i, end], root))
    for i in range(len(SPEECH)):
        for j, name in enumerate(SPEECH):
            for state in (first[i], inside[i]):
                fst.add_arc(state, Arc(2 * ids[f"{name}_I"], EPSILON, costs[i, j], inside[j]))
                fst.add_arc(state, Arc(2 * ids[f"{name}_E"], EPSILON, costs[i, j], last[j]))


def phone_bigram(spoken: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Probabilities of each phone after each other in words; the last row is a word's start, the last column its end.

    Parameters
    ----------
    spoken : sequence of sequences of str
        Pronunciations of words as they come in English text.
    """
    place = {phone: i for i, phone in enumerate(SPEECH)}
    edge = len(SPEECH)
    counts = np.full((edge + 1, edge + 1), 0.2)
    for phones in spoken:
        numbers = [edge, *(place[phone] for phone in phones), edge]
        np.add.at(counts, (numbers[:-1], numbers[1:]), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def command_graph(words: Mapping[str, int], unknown_cost: float = UNKNOWN_COST) -> Fst:
    """Gr, sorted by input label: commands, two joined, "please", phrases for the speech part, and "[unk]".

    Its start is final, or else silence would be heard as some word.
    """
    fst = Fst()
    start, end = fst.add_state(final=0.0), fst.add_state(final=0.0)
    slots: dict[str, Node] = {f"{{{name}}}": minimal_automaton(patterns.slot_phrases(name)) for name in patterns.SLOTS}
    builder = GraphBuilder(fst, words, slots)
    commands = minimal_automaton([*patterns.read_patterns(), *patterns.catalogue_phrases()])
    begin, after = fst.add_state(), fst.add_state()
    fst.add_arc(start, Arc(EPSILON, EPSILON, 0.0, begin))
    _add_word(fst, start, words["please"], POLITE_COST, begin)
    builder.weave(commands, begin, after)
    fst.add_arc(after, Arc(EPSILON, EPSILON, 0.0, end))
    _add_word(fst, after, words["please"], POLITE_COST, end)
    joined = fst.add_state()
    _add_word(fst, after, words["and"], JOINT_COST, joined)
    fst.add_arc(joined, Arc(EPSILON, EPSILON, 0.0, begin))
    _add_word(fst, joined, words["then"], 1.0, begin)
    _add_word(fst, after, words["then"], JOINT_COST, begin)
    builder.weave(minimal_automaton(patterns.read_speech_patterns()), start, end)
    unknown = fst.add_state(final=0.0)
    _add_word(fst, start, words[UNKNOWN], unknown_cost, unknown)
    _add_word(fst, unknown, words[UNKNOWN], 0.0, unknown)
    # A sentence that only begins like a command.
    _add_word(fst, after, words[UNKNOWN], unknown_cost, unknown)
    fst.sort("input")
    return fst


def _add_word(fst: Fst, state: int, word: int, cost: float, target: int) -> None:
    fst.add_arc(state, Arc(word, word, cost, target))
