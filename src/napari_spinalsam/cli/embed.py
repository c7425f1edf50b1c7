"""``napari-spinalsam embed``: embeddings of whole scans, made ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.volume import AXES, Axis


def embed(
    images: Annotated[list[Path], typer.Argument(help="Scans: NIfTI volumes, DICOM series, or folders with NIfTI.")],
    axis: Annotated[list[str] | None, typer.Option(help="axial, coronal or sagittal; all three by default.")] = None,
    model: Annotated[
        str, typer.Option(help="bundled, a downloaded model (vit_b, vit_l, vit_h), or a checkpoint file.")
    ] = "bundled",
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
    store: Annotated[Path | None, typer.Option(help="Where they are kept; the user's cache folder by default.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler whose workers do it, e.g. tcp://node1:8786.")
    ] = None,
) -> None:
    """Embed every slice ahead, so that a review starts at once; what is there already is not made again."""
    from napari_spinalsam.segmentation.archive import Embedder, embed_here, embed_on_cluster, split
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore

    paths = [path for image in images for path in _scans(image)]
    users = EmbeddingStore.of_user()
    folder = (store or users.folder).resolve()
    tasks = list(split(paths, _axes(axis), Embedder(model, device, folder, users.max_bytes)))
    computed = found = empty = 0
    for done, each in enumerate(embed_on_cluster(tasks, scheduler) if scheduler else embed_here(tasks), start=1):
        computed, found, empty = computed + each.computed, found + each.found, empty + each.empty
        typer.echo(f"\r{done} of {len(tasks)} parts, {each.task.path.name}", err=True, nl=False)
    typer.echo("\r" + " " * 79 + "\r", err=True, nl=False)
    typer.echo(f"{computed} slices embedded, {found} were there, {empty} show nothing; in {folder}")


def _axes(names: list[str] | None) -> list[Axis]:
    chosen = {one_of(AXES, "view", name) for name in sorted(names or AXES)}
    return [axis for axis in AXES if axis in chosen]


def _scans(path: Path) -> list[Path]:
    """List the NIfTI files of a folder; anything else is one scan."""
    from napari_spinalsam.imaging.nifti import is_nifti

    if not path.exists():
        raise ImageError(f"There is no file {path}", "Check the path")
    inside = sorted(each for each in path.iterdir() if is_nifti(each)) if path.is_dir() else []
    return [each.resolve() for each in inside or [path]]
