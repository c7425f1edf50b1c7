"""``napari-spinalsam segment``: one slice of an image, prompted on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.errors import ConfigError, UsageError
from napari_spinalsam.imaging.volume import AXES, Axis, Volume

if TYPE_CHECKING:
    from napari_spinalsam.segmentation.predictor import Prediction
    from napari_spinalsam.segmentation.prompts import Prompts


def segment(
    image: Annotated[Path, typer.Argument(help="A NIfTI volume, a picture, or a folder of pictures.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write: OUT.png or OUT.nii.gz.")],
    axis: Annotated[str, typer.Option(help="View that is cut: axial, coronal or sagittal.")] = "axial",
    slice_index: Annotated[
        int | None, typer.Option("--slice", help="Slice of that view, from 0; the middle one by default.")
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(help="X,Y of a point on the structure, X,Y,- of one that is not. May be repeated."),
    ] = None,
    box: Annotated[
        list[str] | None, typer.Option(help="X0,Y0,X1,Y1 of a box round one structure. May be repeated.")
    ] = None,
    model: Annotated[
        str, typer.Option(help="bundled, a downloaded model (vit_b, vit_l, vit_h), or a checkpoint file.")
    ] = "bundled",
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
) -> None:
    """Segment one slice, prompted by points and boxes in its pixels (x is the column, y the row, from 0).

    A PNG gets the union of all structures, 0 and 255. A NIfTI file gets one label for each box, 1, 2, …, on the image's
    own grid; where boxes overlap, the earlier one keeps its pixels. Points alone give one structure.
    """
    _check_output(output)
    prompts = parse_prompts(point or [], box or [])
    view = one_of(AXES, "view", axis)
    prediction, volume, index = _predict(image, view, slice_index, prompts, model, device)
    if output.suffix.lower() == ".png":
        from napari_spinalsam.imaging.picture import write_mask_png

        write_mask_png(output, prediction.masks[0])
    else:
        _write_labels(output, prediction, volume, view, index)
    pixels = int(prediction.masks[0].sum())
    typer.echo(f"{output}: {pixels} pixels on {axis} slice {index}, predicted IoU {prediction.predicted_iou[0]:.2f}")


def parse_prompts(points: list[str], boxes: list[str]) -> Prompts:
    """Read the prompts of the command line.

    Raises
    ------
    UsageError
        If there are none, or one is not written as the help says.
    """
    from napari_spinalsam.segmentation.prompts import Box, Point, Prompts

    if not points and not boxes:
        raise UsageError("There is nothing to segment by", "Give --box X0,Y0,X1,Y1 or --point X,Y")
    parsed: list[Point] = []
    for text in points:
        x_y, _, sign = text.rpartition(",") if text.rstrip().endswith((",+", ",-")) else (text, "", "+")
        x, y = _numbers(x_y, 2, f"--point {text}", "Write it as X,Y or X,Y,-")
        parsed.append(Point(x, y, positive=sign.strip() == "+"))
    corners = [_numbers(text, 4, f"--box {text}", "Write it as X0,Y0,X1,Y1") for text in boxes]
    return Prompts(tuple(parsed), tuple(Box(*each) for each in corners))


def _numbers(text: str, n: int, what: str, hint: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != n:
        raise UsageError(f"{what!r} is not {n} numbers with commas between", hint)
    return numbers


def _check_output(output: Path) -> None:
    """Refuse what could not be written, before any work is done."""
    if not output.name.lower().endswith((".png", ".nii", ".nii.gz")):
        raise UsageError(f"Nothing is written as {output.name}", "End the output's name in .png or .nii.gz")
    if not output.parent.is_dir():
        raise ConfigError(f"There is no folder {output.parent}", "Make it first")


def _predict(
    image: Path, axis: Axis, index: int | None, prompts: Prompts, model: str, device: str | None
) -> tuple[Prediction, Volume, int]:
    """Prediction, volume and slice; everything cheap is checked before the network is loaded."""
    from napari_spinalsam.imaging.reading import read_volume
    from napari_spinalsam.segmentation.prompts import check_prompts
    from napari_spinalsam.segmentation.slice_image import model_slice

    volume = read_volume(image)
    chosen = volume.n_slices(axis) // 2 if index is None else index
    slice_image = model_slice(volume, axis, chosen)
    rows, columns = slice_image.values.shape
    check_prompts(prompts, (rows, columns))

    from napari_spinalsam.segmentation.loading import load_predictor

    predictor = load_predictor(model, device)
    return predictor.predict(predictor.embed(slice_image), prompts), volume, chosen


def _write_labels(output: Path, prediction: Prediction, volume: Volume, axis: Axis, index: int) -> None:
    import numpy as np

    from napari_spinalsam.imaging.nifti import write_labels

    flat = np.zeros(prediction.masks[0].shape, np.uint16)
    for value, part in reversed(list(enumerate(prediction.parts, start=1))):
        flat[part] = value
    labels = np.zeros(volume.shape, np.uint16)
    np.moveaxis(labels, AXES.index(axis), 0)[index] = flat
    write_labels(output, labels, volume)
