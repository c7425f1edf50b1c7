"""From what was said to what it means: rules first, then the language model, then "did you mean …?".

Text is data here: nothing in it is run, opened or fetched. It is cut to one line of bounded length, and what comes out
is a bounded list of catalogue operations or nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from napari_spinalsam.commands.operations import BaseOperation, to_json
from napari_spinalsam.commands.pieces import split_sentence
from napari_spinalsam.commands.rules import (
    MAX_CHARACTERS,
    MAX_OPERATIONS,
    Parse,
    is_doubtful,
    is_remark,
    parse,
    prepare,
)
from napari_spinalsam.commands.suggest import describe, suggest

Mode = Literal["auto", "rules", "lm"]
Source = Literal["rules", "language-model"]

#: A model that is less sure than this is not obeyed; what it proposes becomes a suggestion. Tuned on validation
#: phrases: from here on, the upper 90 % confidence bound of wrong executions is below one in a hundred there.
MIN_CONFIDENCE: Final = 0.98
#: How long the model may take, in seconds.
TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class ModelParse:
    """What a language model made of a phrase.

    Attributes
    ----------
    operations : tuple of BaseOperation
        Empty for "no command".
    confidence : float
        Probability of exactly this answer, 0 to 1.
    """

    operations: tuple[BaseOperation, ...]
    confidence: float


class CommandModel(Protocol):
    """A language model that can only say operations."""

    def parse(self, text: str, timeout_s: float) -> ModelParse | None:
        """Operations of a phrase; None where it found no answer in time."""
        ...


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a phrase was understood to mean.

    Attributes
    ----------
    text : str
        As it was given.
    operations : tuple of BaseOperation
        In the order spoken; empty where nothing is to be done.
    source : {"rules", "language-model"} or None
        Who understood it; None where nobody did.
    confidence : float
        0 to 1.
    elapsed_ms : float
        How long it took.
    suggestions : tuple of str
        Phrases that were perhaps meant.
    """

    text: str
    operations: tuple[BaseOperation, ...]
    source: Source | None
    confidence: float
    elapsed_ms: float
    suggestions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Fields as JSON values."""
        return {
            "text": self.text,
            "operations": to_json(self.operations),
            "source": self.source,
            "confidence": round(self.confidence, 4),
            "elapsed_ms": round(self.elapsed_ms, 3),
            "suggestions": list(self.suggestions),
        }


class Interpreter:
    """Understands phrases.

    Parameters
    ----------
    model : CommandModel, optional
        Asked where the rules have not decided.
    mode : {"auto", "rules", "lm"}
        Rules and then the model; rules alone; the model alone.
    min_confidence : float
        The model is obeyed from this confidence on.
    timeout_s : float
        How long the model may take.

    Raises
    ------
    ValueError
        If the mode is "lm" and there is no model.
    """

    def __init__(
        self,
        model: CommandModel | None = None,
        mode: Mode = "auto",
        *,
        min_confidence: float = MIN_CONFIDENCE,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if mode == "lm" and model is None:
            raise ValueError('mode "lm" needs a model')
        self.model = model
        self.mode: Mode = mode
        self._min_confidence = min_confidence
        self._timeout_s = timeout_s
        prepare()

    def interpret(self, text: str) -> Interpretation:
        """Operations that a phrase means; it never raises for any text."""
        start = time.perf_counter()
        by_rules = parse(text) if self.mode != "lm" else None
        if by_rules is not None and (by_rules.decided or self.mode == "rules" or self.model is None):
            return self._of_rules(text, by_rules, start)
        suggestions = by_rules.suggestions if by_rules is not None else suggest(text)
        by_model = self._ask_model(text)
        sure = by_model is not None and by_model.confidence >= self._min_confidence
        answer = by_model if sure else self._by_pieces(text)
        elapsed_ms = _milliseconds_since(start)
        if answer is not None and answer.operations:
            return Interpretation(text, answer.operations, "language-model", answer.confidence, elapsed_ms)
        if answer is None and by_model is not None and by_model.operations:
            suggestions = tuple(dict.fromkeys((describe(by_model.operations), *suggestions)))
            return Interpretation(text, (), None, by_model.confidence, elapsed_ms, suggestions)
        return Interpretation(text, (), None, answer.confidence if answer else 0.0, elapsed_ms, suggestions)

    def _by_pieces(self, text: str) -> ModelParse | None:
        """Understand a long sentence by its pieces, where the rules or the model are sure of every one."""
        if self.mode != "auto" or is_doubtful(text):
            return None
        pieces = tuple(piece for piece in split_sentence(text) if not is_remark(piece))
        operations: list[BaseOperation] = []
        confidence = 1.0
        for piece in pieces:
            by_rules = parse(piece)
            answer = None if by_rules.decided else self._ask_model(piece)
            understood = by_rules if answer is None else answer
            if not understood.operations or understood.confidence < self._min_confidence:
                return None
            operations += understood.operations
            confidence = min(confidence, understood.confidence)
        fits = len(pieces) >= 2 and len(operations) <= MAX_OPERATIONS
        return ModelParse(tuple(operations), confidence) if fits else None

    def _ask_model(self, text: str) -> ModelParse | None:
        if self.model is None or not text.strip() or len(text) > MAX_CHARACTERS:
            return None
        answer = self.model.parse(text, self._timeout_s)
        return answer if answer is not None and len(answer.operations) <= MAX_OPERATIONS else None

    @staticmethod
    def _of_rules(text: str, result: Parse, start: float) -> Interpretation:
        source: Source | None = "rules" if result.operations else None
        return Interpretation(
            text, result.operations, source, result.confidence, _milliseconds_since(start), result.suggestions
        )


def _milliseconds_since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
