"""``napari-spinalsam evaluate``: how well models segment images whose truth is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.imaging.volume import AXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from napari_spinalsam.cli.worst_slices import WorstSlices
    from napari_spinalsam.segmentation.predictor import Predictor
    from napari_spinalsam.training.evaluation import PromptKind, SliceResult
    from napari_spinalsam.training.evaluation_report import Evaluation
    from napari_spinalsam.training.pairs import TruthSlice


def evaluate(
    images: Annotated[Path, typer.Argument(help="Folder of pictures or NIfTI volumes.")],
    masks: Annotated[Path, typer.Argument(help="Folder of their masks, of the same names.")],
    prompt: Annotated[
        str,
        typer.Option(
            help="box: the exact box of each part; points: one click; interactive: box, then corrections; clicks: "
            "click, then corrections."
        ),
    ] = "box",
    clicks: Annotated[
        int, typer.Option(min=1, help="For interactive the corrective clicks a part, for clicks all of them.")
    ] = 3,
    model: Annotated[list[str] | None, typer.Option(help="As for segment; may be repeated. [default: bundled]")] = None,
    axis: Annotated[str, typer.Option(help="How volumes are cut: axial, coronal or sagittal.")] = "axial",
    patient_pattern: Annotated[str | None, typer.Option(help="Regular expression: the patient in a path.")] = None,
    fill_holes: Annotated[
        bool, typer.Option("--fill-holes", help="Judge everything below the first table with holes filled.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all numbers there too.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables there too.")] = None,
    overlays: Annotated[Path | None, typer.Option(help="Folder for pictures of each model's worst slices.")] = None,
    worst: Annotated[int, typer.Option(min=1, help="How many pictures a model.")] = 10,
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
) -> None:
    """Measure Dice, IoU, mean surface distance (MSD) and 95 % Hausdorff distance (HD95), mean ± sd over slices.

    Every connected part of the truth larger than 50 pixels is prompted. The first table has two rows for each model, as
    it is and with holes filled, and one for each of two simple rivals given the exact boxes: filling the box, and
    Otsu's threshold in the box. Below it come, where there is something to tell, the structures, the patients, the
    clicks needed for a Dice of 0.90 and 0.95 (NoC), and a paired test between the models.
    """
    from napari_spinalsam.training.pairs import cases_to_evaluate

    view = one_of(AXES, "view", axis)
    for file in (json_file, markdown):
        if file is not None and not file.absolute().parent.is_dir():
            raise ConfigError(f"There is no folder {file.parent}", "Make it first")
    cases = cases_to_evaluate(images, masks, patient_pattern)

    from napari_spinalsam.cli.worst_slices import WorstSlices
    from napari_spinalsam.segmentation.loading import load_predictor
    from napari_spinalsam.training.evaluation import PROMPT_KINDS
    from napari_spinalsam.training.evaluation_report import as_json, markdown_report
    from napari_spinalsam.training.pairs import truth_slices

    kind = one_of(PROMPT_KINDS, "prompt", prompt)
    predictors = {name: load_predictor(name, device) for name in model or ["bundled"]}
    kept = {name: WorstSlices(worst) for name in predictors}
    found = _measure(truth_slices(cases, view), predictors, kept, kind, clicks, fill_holes=fill_holes)
    report = markdown_report(found)
    typer.echo(report)
    settings = {"images": str(images), "masks": str(masks), "axis": axis}
    if json_file is not None:
        _write(json_file, json.dumps(as_json(found, **settings), indent=1))
    if markdown is not None:
        told = {"prompt": prompt, "clicks": str(clicks)} | settings
        _write(markdown, f"{', '.join(f'{name}: {value}' for name, value in told.items())}\n\n{report}")
    if overlays is not None:
        for name, slices in kept.items():
            slices.save(overlays, name)


def _measure(
    slices: Iterator[TruthSlice],
    predictors: Mapping[str, Predictor],
    kept: Mapping[str, WorstSlices],
    prompt: PromptKind,
    clicks: int,
    *,
    fill_holes: bool,
) -> Evaluation:
    """Evaluate all models and the rivals, keep the models' worst slices, and tell progress."""
    from napari_spinalsam.training.evaluation import evaluate_rivals, evaluate_slice
    from napari_spinalsam.training.evaluation_report import Evaluation

    results: list[SliceResult] = []
    rivals: list[SliceResult] = []
    in_mm = False
    for done, truth in enumerate(slices, start=1):
        in_mm = truth.known_spacing
        for name, answer in evaluate_slice(truth, predictors, prompt, clicks).items():
            results += answer.results
            kept[name].add(answer.results[fill_holes].scores.dice, truth, answer.found)
        rivals += evaluate_rivals(truth)
        sys.stderr.write(f"\r{done} slices: {truth.name:<60.60}")
        sys.stderr.flush()
    sys.stderr.write("\n")
    if not results:
        raise ConfigError("No slice has a part of more than 50 pixels", "Check the masks, or choose another --axis")
    return Evaluation([*results, *rivals], list(predictors), prompt, clicks, fill_holes, in_mm)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written ({error.strerror})", "Choose another place") from error
