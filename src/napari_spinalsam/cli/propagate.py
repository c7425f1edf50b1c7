"""``napari-spinalsam propagate``: a structure from one box on one slice, carried through its neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.cli.segment import parse_prompts
from napari_spinalsam.errors import ConfigError, OperationError, UsageError
from napari_spinalsam.imaging.volume import AXES, Axis

if TYPE_CHECKING:
    from napari_spinalsam.commands.operations import Propagate
    from napari_spinalsam.session.session import Session


def propagate(
    image: Annotated[Path, typer.Argument(help="A NIfTI volume, a DICOM series, or a folder of pictures.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the labels: OUT.nii.gz.")],
    slice_index: Annotated[int, typer.Option("--slice", help="Slice that the box lies on, from 0.")],
    box: Annotated[list[str], typer.Option(help="X0,Y0,X1,Y1 of a box round the structure. May be repeated.")],
    label: Annotated[str, typer.Option(help="Vertebral level, e.g. L3, or a whole number.")] = "1",
    axis: Annotated[str, typer.Option(help="View that is cut: axial, coronal or sagittal.")] = "axial",
    direction: Annotated[str, typer.Option(help="forward, backward or both.")] = "both",
    count: Annotated[int | None, typer.Option(min=1, help="Slices each way, at most.")] = None,
    to: Annotated[int | None, typer.Option(min=0, help="Slice to stop at.")] = None,
    model: Annotated[
        str, typer.Option(help="bundled, a downloaded model (vit_b, vit_l, vit_h), or a checkpoint file.")
    ] = "bundled",
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
) -> None:
    """Segment a structure in a volume from a box on one slice (x is the column, y the row, from 0).

    The mask is carried to the neighbouring slices until the structure ends; why it stopped is told on each side. The
    labels are written onto the image's own grid.
    """
    operation = _operation(direction, count, to)
    value = _label(label)
    if not output.name.lower().endswith((".nii", ".nii.gz")):
        raise UsageError(f"Nothing is written as {output.name}", "End the output's name in .nii.gz")
    if not output.parent.is_dir():
        raise ConfigError(f"There is no folder {output.parent}", "Make it first")
    view = one_of(AXES, "view", axis)
    session = _prompted(image, view, slice_index, box, model, device)
    message = _carried(session, operation, value)
    typer.echo(f"{_write(session, output)}: {message}")


def _operation(direction: str, count: int | None, to: int | None) -> Propagate:
    from napari_spinalsam.commands.operations import MAX_COUNT, Direction, Propagate

    count = None if count is None else min(count, MAX_COUNT)
    return Propagate(direction=one_of(get_args(Direction), "direction", direction), count=count, to=to)


def _label(label: str) -> int:
    from napari_spinalsam.vertebrae import label_value

    try:
        return label_value(int(label) if label.isdecimal() else label)
    except ValueError as error:
        raise UsageError(str(error), "Give e.g. --label L3") from error


def _prompted(image: Path, axis: Axis, index: int, boxes: list[str], model: str, device: str | None) -> Session:
    """Make a session with the boxes on their slice; the network is not loaded yet."""
    from napari_spinalsam.commands.operations import GoToSlice, SetView
    from napari_spinalsam.imaging.reading import read_volume
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
    from napari_spinalsam.segmentation.loading import load_predictor
    from napari_spinalsam.session.segmenter import Segmenter
    from napari_spinalsam.session.session import Session

    if index < 0:
        raise OperationError(f"There is no slice {index}", "Count slices from 0")
    session = Session(Segmenter(lambda: load_predictor(model, device, EmbeddingStore.of_user())))
    session.open_volume(read_volume(image))
    session.execute(SetView(axis=axis))
    session.execute(GoToSlice(index=index))
    session.replace_prompts(parse_prompts([], boxes))
    return session


def _carried(session: Session, operation: Propagate, label: int) -> str:
    """Segment the slice and carry the mask on, with the count of slices on stderr; what was done, in words."""
    from napari_spinalsam.commands.operations import AcceptMask, SegmentBox, SetLabel
    from napari_spinalsam.session.propagation_job import PropagationJob

    session.execute(SetLabel(label=label))
    session.execute(SegmentBox())
    job = PropagationJob.of(session.scene(), operation)
    for key in job.run():
        typer.echo(f"\r{key!s:20} ({job.looked_at} looked at)", err=True, nl=False)
    typer.echo("\r" + " " * 40 + "\r" if job.looked_at else "", err=True, nl=False)
    session.propagated = job
    outcome = session.execute(operation)
    if outcome.status == "nothing":  # the mask itself is a result all the same
        session.execute(AcceptMask())
    return outcome.message


def _write(session: Session, output: Path) -> Path:
    from napari_spinalsam.imaging.nifti import write_labels

    if session.volume is None or session.labels is None:
        raise OperationError("No image is open", "Give an image")
    return write_labels(output, session.labels, session.volume)
