"""``napari-spinalsam models``: which models there are, getting them, checking them."""

from __future__ import annotations

from typing import Annotated

import typer

from napari_spinalsam import folders, weights
from napari_spinalsam.errors import WeightsError

app = typer.Typer(help="List, download and verify models.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List, download and verify models; alone, it lists."""
    if context.invoked_subcommand is None:
        list_models()


@app.command("list")
def list_models() -> None:
    """List every model, whether it is here, and where."""
    header = ("model", "size", "state", "what it is")
    rows = [header, *((model.name, _size(model), weights.state(model), model.about) for model in weights.REGISTRY)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for name, size, state, about in rows:
        typer.echo(f"{name:<{widths[0]}}  {size:>{widths[1]}}  {state:<{widths[2]}}  {about}")
    typer.echo(f"\nDownloads go to {weights.home()} ({folders.HOME_VARIABLE} moves them).", err=True)


@app.command()
def download(
    names: Annotated[list[str], typer.Argument(metavar="MODEL...", help="Names from the list.")],
) -> None:
    """Download models, and check their size and SHA-256."""
    for model in [weights.find_model(name) for name in names]:
        typer.echo(str(weights.download(model)))


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL...]", help="Names from the list; all that are here.")
    ] = None,
) -> None:
    """Read model files again, and compare their size and SHA-256 with what was published."""
    chosen = [weights.find_model(name) for name in names or []]
    if not names:
        chosen = [model for model in weights.REGISTRY if weights.state(model) != "not downloaded"]
    damaged = []
    for model in chosen:
        for check in weights.verify(model):
            typer.echo(f"{model.name}: {check.path} {check.problem or f'is whole, SHA-256 {check.sha256}'}")
            damaged += [check.path.name] if check.problem else []
    if damaged:
        raise WeightsError(
            f"Damaged: {', '.join(damaged)}", "Download it again with: napari-spinalsam models download MODEL"
        )


def _size(model: weights.Model) -> str:
    if model.archive is not None and weights.state(model) == "not downloaded":
        return f"{(model.archive.size or 0) / 1e6:.0f} MB"
    sizes = [file.size for file in model.files]
    if None in sizes:
        sizes = [path.stat().st_size if path.is_file() else 0 for path in weights.files(model)]
    return f"{sum(size or 0 for size in sizes) / 1e6:.0f} MB"
