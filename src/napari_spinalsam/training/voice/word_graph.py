"""A minimal acyclic automaton of word sequences, and what it is woven into: the graph of everything that can be said.

The automaton is built from the sorted sequences, a state being merged with an equal one as soon as no further sequence
can change it (Daciuk et al. 2000, "Incremental construction of minimal acyclic finite-state automata").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from napari_spinalsam.training.voice.fst_file import EPSILON, Arc, Fst

#: Whether a sequence may end, and the state behind each word.
_Signature = tuple[bool, tuple[tuple[str, int], ...]]


@dataclass(eq=False)
class Node:
    """A state: the words that may follow, and whether a sequence may end here."""

    next: dict[str, Node] = field(default_factory=dict)
    final: bool = False

    def signature(self) -> _Signature:
        """Equal for states that are the same, their successors being merged already."""
        return self.final, tuple((word, id(node)) for word, node in self.next.items())


def minimal_automaton(sequences: Iterable[str]) -> Node:
    """Automaton that accepts exactly these sequences of words.

    Parameters
    ----------
    sequences : iterable of str
        Words with single spaces between.
    """
    root, register = Node(), dict[_Signature, Node]()
    path: list[tuple[Node, str]] = []  # states of the last sequence that may still change, with the word taken
    for words in sorted({tuple(sequence.split()) for sequence in sequences}):
        shared = 0
        while shared < min(len(path), len(words)) and path[shared][1] == words[shared]:
            shared += 1
        _merge(path, shared, register)
        node = path[-1][0].next[path[-1][1]] if path else root
        for word in words[shared:]:
            path.append((node, word))
            following = Node()
            node.next[word] = following
            node = following
        node.final = True
    _merge(path, 0, register)
    return root


def _merge(path: list[tuple[Node, str]], keep: int, register: dict[_Signature, Node]) -> None:
    """Merge the states of ``path`` beyond the first ``keep`` words with equal ones."""
    while len(path) > keep:
        parent, word = path.pop()
        child = parent.next[word]
        parent.next[word] = register.setdefault(child.signature(), child)


class GraphBuilder:
    """Weaves automata into a word acceptor, every continuation of a state being equally likely.

    Parameters
    ----------
    fst : Fst
        Gets the states.
    words : mapping of str to int
        Number of every word.
    slots : mapping of str to Node
        Automaton of every slot, by the token that stands for it ("{level}").
    """

    def __init__(self, fst: Fst, words: Mapping[str, int], slots: Mapping[str, Node]) -> None:
        self._fst, self._words, self._slots = fst, words, slots

    def weave(self, automaton: Node, start: int, end: int) -> None:
        """Add ``automaton`` between two states of the acceptor; its final states lead to ``end``."""
        states = {id(automaton): start}
        waiting = [automaton]
        while waiting:
            node = waiting.pop()
            state = states[id(node)]
            cost = math.log(max(len(node.next) + node.final, 1))
            if node.final:
                self._fst.add_arc(state, Arc(EPSILON, EPSILON, cost, end))
            for token, following in node.next.items():
                if id(following) not in states:
                    if following.final and not following.next:
                        states[id(following)] = end
                    else:
                        states[id(following)] = self._fst.add_state()
                        waiting.append(following)
                self._add(state, token, cost, states[id(following)])

    def _add(self, state: int, token: str, cost: float, target: int) -> None:
        slot = self._slots.get(token)
        if slot is None:
            number = self._words[token.lower()]
            self._fst.add_arc(state, Arc(number, number, cost, target))
            return
        inside = self._fst.add_state()
        self._fst.add_arc(state, Arc(EPSILON, EPSILON, cost, inside))
        self.weave(slot, inside, target)


#: Costs (negative natural logarithms of probabilities) of what is said beside a single command.
JOINT_COST: Final = 4.0
POLITE_COST: Final = 3.0
