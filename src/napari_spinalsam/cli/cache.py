"""``napari-spinalsam cache``: the embeddings kept on disk."""

from __future__ import annotations

import typer

app = typer.Typer(help="Show or clear the embeddings kept on disk.", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def cache(context: typer.Context) -> None:
    """Show or clear the embeddings kept on disk; alone, it shows."""
    if context.invoked_subcommand is None:
        show()


@app.command()
def show() -> None:
    """Tell how many there are, how large, and where."""
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore

    typer.echo(EmbeddingStore.of_user().report())


@app.command()
def clear() -> None:
    """Delete them; they are computed again when they are needed."""
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore

    store = EmbeddingStore.of_user()
    freed = store.report().nbytes
    store.clear()
    typer.echo(f"{freed / 1e6:.0f} MB freed in {store.folder}")
