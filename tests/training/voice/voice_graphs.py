"""Walks through automata and transducers, for the tests of the voice model."""

from __future__ import annotations

import math
from collections.abc import Mapping

from napari_spinalsam.training.voice.fst_file import EPSILON, Fst
from napari_spinalsam.training.voice.word_graph import Node


def states_of(automaton: Node) -> list[Node]:
    """Every state that can be reached."""
    found, waiting = dict[int, Node](), [automaton]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            waiting += node.next.values()
    return list(found.values())


def accepts(fst: Fst, phrase: str, words: Mapping[str, int]) -> bool:
    """Whether an acceptor has a path with these words."""
    states = _closed(fst, {0})
    for word in phrase.split():
        following = {arc.next for state in states for arc in fst.arcs[state] if arc.input == words[word]}
        states = _closed(fst, following)
    return any(fst.final[state] < math.inf for state in states)


def _closed(fst: Fst, states: set[int]) -> set[int]:
    """States with all that epsilon arcs lead to."""
    waiting = list(states)
    while waiting:
        for arc in fst.arcs[waiting.pop()]:
            if arc.input == EPSILON and arc.next not in states:
                states.add(arc.next)
                waiting.append(arc.next)
    return states
