"""Accuracy and latency of command parsers on phrases whose meaning is known.

    python benchmarks/command_accuracy.py CASES.jsonl [--parser rules --parser auto …] [--model M] [--mistakes]

A case is ``{"text", "operations", "kind", "language"}``. Prints a table for each parser: rules alone, rules and then
the model ("auto"), the model alone ("lm").
"""

from __future__ import annotations

import argparse
from pathlib import Path

from napari_spinalsam.commands.harness import Case, measure, read_cases, table
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.commands.operations import to_json


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("cases", type=Path, nargs="+", help="JSONL files of cases")
    options.add_argument(
        "--parser", action="append", choices=("rules", "auto", "lm"), help="repeatable; default: rules"
    )
    options.add_argument("--model", default="bundled", help="bundled, a folder, or a model's name")
    options.add_argument("--mistakes", action="store_true", help="print every wrong answer")
    arguments = options.parse_args()
    cases = [case for path in arguments.cases for case in read_cases(path)]
    for parser in arguments.parser or ["rules"]:
        _report(parser, _interpreter(parser, arguments.model), cases, mistakes=arguments.mistakes)


def _interpreter(parser: str, model: str) -> Interpreter:
    if parser == "rules":
        return Interpreter(mode="rules")
    from napari_spinalsam.commands.language_model import load_command_model

    return Interpreter(load_command_model(model), "lm" if parser == "lm" else "auto")


def _report(name: str, interpreter: Interpreter, cases: list[Case], *, mistakes: bool) -> None:
    scores = measure(lambda text: interpreter.interpret(text).operations, cases)
    print(f"\n## {name}\n\n{table(scores)}")
    if mistakes:
        for case, answer in scores["all"].mistakes:
            print(f"{case.text!r}: expected {to_json(case.operations)}, got {to_json(answer)}")


if __name__ == "__main__":
    main()
