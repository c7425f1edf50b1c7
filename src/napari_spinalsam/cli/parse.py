"""``napari-spinalsam parse``: what a phrase means, as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from napari_spinalsam.commands.interpreter import CommandModel, Interpretation, Interpreter
from napari_spinalsam.commands.lazy_command_model import LazyCommandModel
from napari_spinalsam.errors import ConfigError

Parser = Literal["auto", "rules", "lm"]


def parse(
    text: Annotated[str | None, typer.Argument(help="One phrase, English or Chinese.")] = None,
    file: Annotated[Path | None, typer.Option(help="A phrase a line; - is standard input.")] = None,
    parser: Annotated[Parser, typer.Option(help="Rules and then the model, or one of them.")] = "auto",
    model: Annotated[str, typer.Option(help="Command model: bundled, a folder, or a model's name.")] = "bundled",
) -> None:
    """Print what TEXT, or each line of a file, means: a line of JSON each. A TEXT that is no command exits 1."""
    if (text is None) == (file is None):
        raise typer.BadParameter("give either TEXT or --file")
    interpreter = Interpreter(_command_model(parser, model), parser)
    if text is not None:
        interpretation = interpreter.interpret(text)
        _write([interpretation])
        raise typer.Exit(0 if interpretation.operations else 1)
    _write(map(interpreter.interpret, _lines(file)))


def _lines(file: Path | None) -> Iterable[str]:
    """Lines without their ends, one at a time."""
    if file is None or str(file) == "-":
        for line in sys.stdin:
            yield line.rstrip("\r\n")
        return
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            for line in lines:
                yield line.rstrip("\r\n")
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be read ({error.strerror})", "Name a text file with a phrase a line"
        ) from error


def _write(interpretations: Iterable[Interpretation]) -> None:
    for interpretation in interpretations:
        sys.stdout.write(json.dumps(interpretation.to_json(), ensure_ascii=False) + "\n")


def _command_model(parser: Parser, name: str) -> CommandModel | None:
    """Model to ask where the rules do not know; the bundled one behind the rules is loaded when it is first asked.

    Raises
    ------
    ConfigError
        If a model was asked for and its packages are not installed.
    WeightsError
        If a model was asked for and cannot be loaded.
    """
    if parser == "rules":
        return None
    if parser == "auto" and name == "bundled":
        return LazyCommandModel()
    from napari_spinalsam.commands.language_model import load_command_model

    return load_command_model(name)
