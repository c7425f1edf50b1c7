"""The command line: the same session without a window.

Results go to stdout, everything else to stderr. Exit status: 0 done, 1 understood but not possible (one line says why
and what to do), 2 wrong usage.
"""

from __future__ import annotations

import sys

import typer

from napari_spinalsam import __version__
from napari_spinalsam.cli import (
    benchmark,
    cache,
    demo,
    embed,
    evaluate,
    models,
    parse,
    propagate,
    recover,
    segment,
    train,
    train_parser,
    transcribe,
)
from napari_spinalsam.errors import SpinalSamError, UsageError

app = typer.Typer(
    name="napari-spinalsam",
    help="Prompted segmentation of spine CT, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _command in (
    demo.demo,
    parse.parse,
    transcribe.transcribe,
    segment.segment,
    propagate.propagate,
    recover.recover,
    embed.embed,
    evaluate.evaluate,
    train.train,
    train_parser.train_parser,
    benchmark.benchmark,
):
    app.command()(_command)
app.add_typer(models.app, name="models")
app.add_typer(cache.app, name="cache")


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; an error of ours becomes one line on stderr and exit status 1, or 2 for wrong usage."""
    try:
        app()
    except SpinalSamError as error:
        sys.stderr.write(f"napari-spinalsam: {error}\n")
        raise SystemExit(2 if isinstance(error, UsageError) else 1) from None
