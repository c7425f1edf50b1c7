"""``napari-spinalsam recover``: work that was kept and never saved, listed, written to labels, or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from napari_spinalsam.errors import UsageError


def recover(
    journal: Annotated[Path | None, typer.Argument(metavar="JOURNAL", help="A journal from the list.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Labels to write, .nii.gz.")] = None,
    image: Annotated[Path | None, typer.Option(help="The image, if it was moved since.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Delete all of it that no window is working on.")] = False,
) -> None:
    """List work that was never saved; write one as labels; or delete all of it."""
    from napari_spinalsam.session.journal_folder import JournalFolder

    folder = JournalFolder()
    if clear:
        typer.echo(f"Deleted {folder.clear()} from {folder.path}", err=True)
    elif journal is None:
        for recovery in folder.recoveries():
            typer.echo("\n  ".join([str(recovery.path), recovery.describe(), *recovery.losses]))
    elif output is None:
        raise UsageError("There is no place to write the labels to", "Add -o LABELS.nii.gz")
    else:
        _write(journal, output, image)


def _write(journal: Path, output: Path, image: Path | None) -> None:
    from napari_spinalsam.errors import ImageError
    from napari_spinalsam.imaging.nifti import write_labels
    from napari_spinalsam.imaging.reading import read_volume
    from napari_spinalsam.session.recovery import Recovery
    from napari_spinalsam.session.review_file import write_reviews

    recovery = Recovery.read(journal)
    path = image if image is not None else recovery.image.path
    if path is None:
        raise UsageError("That work was done on an image without a file", "Name the image with --image")
    volume = read_volume(path)
    if not recovery.image.fits(volume):
        raise ImageError(f"That work was not done on {path}", "Name the image that it was done on with --image")
    write_labels(output, recovery.labels(), volume)
    write_reviews(output, recovery.reviews)
    for line in (*recovery.losses, f"{journal} stays where it is; delete it when you have looked at the labels"):
        typer.echo(line, err=True)
    typer.echo(str(output))
