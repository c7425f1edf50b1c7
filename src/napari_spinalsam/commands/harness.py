"""How well a parser understands: accuracy and latency on phrases whose meaning is known.

Cases are JSON lines: ``{"text", "operations", "kind", "language"}``; an empty list of operations is a negative, a
phrase that must not be executed.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from napari_spinalsam.commands.operations import BaseOperation, from_json
from napari_spinalsam.errors import ConfigError

#: What is measured: text in, operations out.
Parser = Callable[[str], Sequence[BaseOperation]]

_HEADINGS: Final = ("kind", "phrases", "exact", "operations", "wrong", "false alarms", "p50 ms", "p95 ms")


@dataclass(frozen=True, slots=True)
class Case:
    """A phrase and what it means.

    Attributes
    ----------
    text : str
        The phrase.
    operations : tuple of BaseOperation
        What it means; empty for a negative.
    kind : str
        What sort of phrase it is: a row of the table.
    language : str
        ``"en"`` or ``"zh"``.
    """

    text: str
    operations: tuple[BaseOperation, ...]
    kind: str = "command"
    language: str = "en"


@dataclass(slots=True)
class Score:
    """Counts over some cases.

    Attributes
    ----------
    cases, commands, negatives : int
        How many there were.
    exact : int
        Answers with exactly the right operations and arguments; for a negative, none.
    same_operations : int
        Answers with the right operation codes in the right order, whatever their arguments.
    wrong : int
        Commands for which something else was executed.
    false_alarms : int
        Negatives for which something was executed.
    elapsed_ms : list of float
        Time of each answer.
    mistakes : list of tuple
        Case and answer wherever they differ.
    """

    cases: int = 0
    commands: int = 0
    negatives: int = 0
    exact: int = 0
    same_operations: int = 0
    wrong: int = 0
    false_alarms: int = 0
    elapsed_ms: list[float] = field(default_factory=list)
    mistakes: list[tuple[Case, tuple[BaseOperation, ...]]] = field(default_factory=list)

    def add(self, case: Case, answer: tuple[BaseOperation, ...], elapsed_ms: float) -> None:
        """Count one answer."""
        exact = answer == case.operations
        self.cases += 1
        self.exact += exact
        self.same_operations += [op.code for op in answer] == [op.code for op in case.operations]
        self.elapsed_ms.append(elapsed_ms)
        if case.operations:
            self.commands += 1
            self.wrong += bool(answer) and not exact
        else:
            self.negatives += 1
            self.false_alarms += bool(answer)
        if not exact:
            self.mistakes.append((case, answer))

    def percentile_ms(self, percent: float) -> float:
        """Time within which ``percent`` of the answers came, in ms; 0 where there are none."""
        if not self.elapsed_ms:
            return 0.0
        ordered = sorted(self.elapsed_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def to_json(self) -> dict[str, float]:
        """Rates from 0 to 1, and times in ms."""
        return {
            "cases": self.cases,
            "exact": _rate(self.exact, self.cases),
            "same_operations": _rate(self.same_operations, self.cases),
            "wrong_executions": _rate(self.wrong, self.commands),
            "false_alarms": _rate(self.false_alarms, self.negatives),
            "p50_ms": round(self.percentile_ms(50), 3),
            "p95_ms": round(self.percentile_ms(95), 3),
        }


def _rate(count: int, of: int) -> float:
    return count / of if of else 0.0


def read_cases(path: Path) -> list[Case]:
    """Cases of a JSONL file.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a line is no case.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error})", "Name a JSONL file of cases") from error
    return [_case(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _case(path: Path, number: int, line: str) -> Case:
    try:
        data: dict[str, Any] = json.loads(line)
        operations = tuple(from_json(operation) for operation in data["operations"])
        text = str(data["text"])
        kind = str(data.get("kind", "command" if operations else "negative"))
        return Case(text, operations, kind, str(data.get("language", "en")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = 'A line is {"text": …, "operations": […], "kind": …, "language": …}'
        raise ConfigError(f"Line {number} of {path} is no case ({error})", hint) from error


def measure(parser: Parser, cases: Iterable[Case]) -> dict[str, Score]:
    """Score of a parser for each kind of phrase, and for ``"all"`` of them, which comes last."""
    scores: dict[str, Score] = defaultdict(Score)
    total = Score()
    for case in cases:
        start = time.perf_counter()
        answer = tuple(parser(case.text))
        elapsed_ms = (time.perf_counter() - start) * 1000
        scores[case.kind].add(case, answer, elapsed_ms)
        total.add(case, answer, elapsed_ms)
    return {**dict(sorted(scores.items())), "all": total}


def table(scores: dict[str, Score]) -> str:
    """Markdown table, a row a kind."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *(_row(kind, score) for kind, score in scores.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(kind: str, score: Score) -> tuple[str, ...]:
    return (
        kind,
        str(score.cases),
        f"{_rate(score.exact, score.cases):.1%}",
        f"{_rate(score.same_operations, score.cases):.1%}",
        f"{_rate(score.wrong, score.commands):.1%}" if score.commands else "–",
        f"{_rate(score.false_alarms, score.negatives):.1%}" if score.negatives else "–",
        f"{score.percentile_ms(50):.2f}",
        f"{score.percentile_ms(95):.2f}",
    )
