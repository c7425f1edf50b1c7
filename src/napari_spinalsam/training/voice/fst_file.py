"""Weighted finite-state transducers in OpenFst's binary format, type "vector" over "standard" (tropical) arcs.

Layout (little-endian): magic number, type and arc type as length-prefixed strings, version 2, flags, properties, start
state, number of states, number of arcs; then for each state its final weight (infinite: not final), its number of arcs,
and the arcs: input label, output label, weight, next state. Label 0 is epsilon.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

EPSILON: Final = 0

_MAGIC: Final = 2125659606
_VERSION: Final = 2
#: OpenFst's flags kExpanded and kMutable: true of every vector FST, and nothing else is claimed.
_PROPERTIES: Final = 3


class Arc(NamedTuple):
    """A transition."""

    input: int
    output: int
    weight: float
    next: int


@dataclass
class Fst:
    """A transducer that is being built; its start is state 0.

    Attributes
    ----------
    arcs : list of list of Arc
        Arcs of every state.
    final : list of float
        Final weight of every state, infinite where it is not final.
    """

    arcs: list[list[Arc]] = field(default_factory=list)
    final: list[float] = field(default_factory=list)

    def add_state(self, final: float = math.inf) -> int:
        """Add a state and return its number."""
        self.arcs.append([])
        self.final.append(final)
        return len(self.arcs) - 1

    def add_arc(self, state: int, arc: Arc) -> None:
        """Add an arc to a state."""
        self.arcs[state].append(arc)

    def sort(self, by: Literal["input", "output"]) -> None:
        """Sort the arcs of every state by one of their labels, as composition needs it."""
        for arcs in self.arcs:
            arcs.sort(key=lambda arc: (getattr(arc, by), arc))

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return sum(map(len, self.arcs))


def to_bytes(fst: Fst) -> bytes:
    """Content of the file."""
    header = struct.pack("<i", _MAGIC) + _string("vector") + _string("standard")
    header += struct.pack("<iiQqqq", _VERSION, 0, _PROPERTIES, 0, len(fst.arcs), fst.n_arcs)
    body = bytearray()
    for arcs, final in zip(fst.arcs, fst.final, strict=True):
        body += struct.pack("<fq", final, len(arcs))
        for arc in arcs:
            body += struct.pack("<iifi", *arc)
    return header + bytes(body)


def write_fst(path: Path, fst: Fst) -> None:
    """Write a transducer."""
    path.write_bytes(to_bytes(fst))


def _string(text: str) -> bytes:
    return struct.pack("<i", len(text)) + text.encode("ascii")
