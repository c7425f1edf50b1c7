"""``napari-spinalsam evaluate``: how well models segment images whose truth is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from napari_spinalsam.errors import ConfigError, UsageError
from napari_spinalsam.imaging.volume import AXES


def evaluate(
    images: Annotated[Path, typer.Argument(help="Folder of pictures or NIfTI volumes.")],
    masks: Annotated[Path, typer.Argument(help="Folder of their masks: the same names up to the extension.")],
    prompt: Annotated[
        str,
        typer.Option(help="box: the exact box of each part; points: one click; interactive: box, then corrections."),
    ] = "box",
    clicks: Annotated[int, typer.Option(min=1, help="Corrective clicks a part, for interactive.")] = 3,
    model: Annotated[list[str] | None, typer.Option(help="As for segment; may be repeated. [default: bundled]")] = None,
    axis: Annotated[str, typer.Option(help="How volumes are cut: axial, coronal or sagittal.")] = "axial",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all numbers there too.")] = None,
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
) -> None:
    """Measure Dice, IoU, mean surface distance (MSD) and 95 % Hausdorff distance (HD95), mean ± sd over slices.

    Every connected part of the truth larger than 50 pixels is prompted. The table has two rows for each model, as it is
    and with holes filled, and one for each of two simple rivals given the same boxes: filling the box, and Otsu's
    threshold in the box.
    """
    from napari_spinalsam.training.pairs import pair_files, truth_slices

    if axis not in AXES:
        raise UsageError(f"There is no view {axis!r}", f"Choose from {', '.join(AXES)}")
    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise ConfigError(f"There is no folder {json_file.parent}", "Make it first")
    pairs = pair_files(images, masks)

    from napari_spinalsam.segmentation.loading import load_predictor
    from napari_spinalsam.training import evaluation
    from napari_spinalsam.training.evaluation_report import as_json, markdown_table

    if prompt not in evaluation.PROMPT_KINDS:
        raise UsageError(f"There is no prompt {prompt!r}", f"Choose from {', '.join(evaluation.PROMPT_KINDS)}")
    names = model or ["bundled"]
    predictors = {name: load_predictor(name, device) for name in names}
    slices = truth_slices(pairs, axis)
    results, in_mm = [], False
    for done, truth in enumerate(slices, start=1):
        in_mm = truth.known_spacing
        results += evaluation.evaluate_slice(truth, predictors, prompt, clicks)
        sys.stderr.write(f"\r{done} slices: {truth.name:<60.60}")
        sys.stderr.flush()
    sys.stderr.write("\n")
    if not results:
        raise ConfigError("No slice has a part of more than 50 pixels", "Check the masks, or choose another --axis")
    typer.echo(markdown_table(evaluation.summarise(results), in_mm=in_mm))
    if json_file is not None:
        record = as_json(results, images=str(images), masks=str(masks), prompt=prompt, clicks=clicks, axis=axis)
        json_file.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
