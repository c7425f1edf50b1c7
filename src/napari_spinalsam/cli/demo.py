"""``napari-spinalsam demo``: a synthetic CT, boxes round a vertebra, typed commands, labels and a figure."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from napari_spinalsam.errors import ConfigError

if TYPE_CHECKING:
    from napari_spinalsam.cli.demo_script import DemoResult

#: Where the results go if the user names no folder.
FOLDER = Path("spinalsam-demo")


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="Open no window; write a PNG and a NIfTI file.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for the results; with it the window runs by itself and closes."),
    ] = None,
) -> None:
    """Segment a vertebra of a synthetic lumbar CT by boxes and typed commands.

    Without options napari opens with the CT and the dock, and is yours.
    """
    folder = output or (FOLDER if headless else None)
    if folder is not None:
        _make(folder)
    result = _without_window(folder) if headless and folder else _with_window(folder)
    if result is not None:
        typer.echo(f"Labels: {result.labels_path}")
        typer.echo(f"Picture: {result.figure_path}")
        typer.echo(f"Dice of {result.label} against the sample's truth, whole volume: {result.dice:.3f}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"The folder {folder} cannot be made ({error.strerror})", "Name another one by -o") from error


def _without_window(folder: Path) -> DemoResult:
    from napari_spinalsam.cli import demo_script

    return demo_script.run(folder, say=lambda line: typer.echo(line, err=True))


def _with_window(folder: Path | None) -> DemoResult | None:
    try:
        # By name, since nothing but napari itself imports the window: the command line works without it.
        window = importlib.import_module("napari_spinalsam._napari.demo")
        importlib.import_module("napari")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("napari_spinalsam"):
            raise
        raise ConfigError(
            f"The window needs {error.name}, which is not installed",
            "Install napari-spinalsam[napari], or use --headless",
        ) from error
    return cast("DemoResult | None", window.open_demo(folder))
