"""``napari-spinalsam benchmark``: latency and memory of every stage on this machine, beside stock segment_anything."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

if TYPE_CHECKING:
    from napari_spinalsam.stage_times import Task, WayTimes

_WAYS = {
    "stock": "segment_anything, float32",
    "reload": "load and embed for every prompt",
    "this": "napari-spinalsam",
}


def benchmark(
    model: Annotated[str, typer.Option(help="Name or path of a network.")] = "bundled",
    random_weights: Annotated[
        bool, typer.Option("--random-weights", help="With vit_b, vit_l or vit_h: no download; times are the same.")
    ] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Of torch; all cores by default.")] = None,
    embeddings: Annotated[int, typer.Option(min=1, help="How often the slice is embedded.")] = 5,
    prompts: Annotated[int, typer.Option(min=1, help="How often a box is answered.")] = 20,
) -> None:
    """Measure every stage on this machine, as a Markdown table; leave the machine alone meanwhile."""
    from napari_spinalsam.stage_times import Task, measure

    with tempfile.TemporaryDirectory() as folder:
        path = str(_random_checkpoint(model, Path(folder))) if random_weights else model
        task = Task(path, threads, embeddings, prompts)
        found = measure(task)
    typer.echo(_table(model, task, found))


def _random_checkpoint(model: str, folder: Path) -> Path:
    """Write a checkpoint of one of the published networks as it is before any training."""
    import torch

    from napari_spinalsam.errors import UsageError
    from napari_spinalsam.network.build import MODEL_TYPES, build_sam

    for name in MODEL_TYPES:
        if name == model:
            torch.manual_seed(0)
            path = folder / f"{name}.pth"
            torch.save(build_sam(name).state_dict(), path)
            return path
    raise UsageError(f"{model} has no random weights", f"Give one of {', '.join(MODEL_TYPES)} with --random-weights")


def _table(model: str, task: Task, found: dict[str, WayTimes]) -> str:
    lines = [
        f"{model}, {task.embeddings} embeddings and {task.prompts} prompts each, {task.threads or 'all'} threads",
        "",
        "| way | stage | median ms | p95 ms | peak memory MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, way in found.items():
        for stage, seconds in way.times.items():
            median, p95 = np.percentile(seconds * 1e3, (50, 95))
            lines.append(f"| {_WAYS[name]} | {stage} | {median:.1f} | {p95:.1f} | {way.peak_bytes / 1e6:.0f} |")
    return "\n".join([*lines, "", *_ratios(found)])


def _ratios(found: dict[str, WayTimes]) -> list[str]:
    """How many times as quick, how much of the machine is used, and whether the masks are the same."""
    stock, reload, this = (found[name] for name in ("stock", "reload", "this"))
    embedding = np.median(stock.times["embedding"]) / np.median(this.times["embedding"])
    prompt = np.median(reload.times["prompt"]) / np.median(this.times["prompt"])
    reached = this.encoder_flop / float(np.median(this.times["embedding"]))
    share, rate = reached / this.matrix_rate, this.matrix_rate / 1e9
    lines = [
        f"Embedding: {embedding:.1f} times as quick as segment_anything in float32.",
        f"Prompt: 1/{prompt:.0f} of loading and embedding for every prompt.",
        f"Encoder: {this.encoder_flop / 1e9:.0f} GFLOP at {reached / 1e9:.0f} GFLOP/s, {share:.0%} of the {rate:.0f} "
        "GFLOP/s of a plain matrix product in its number format.",
    ]
    if stock.mask is not None and this.mask is not None:
        from napari_spinalsam.metrics import iou

        lines.append(
            f"Masks for the box: IoU {iou(stock.mask, this.mask):.4f} to segment_anything's (a network that was "
            "trained with drawn prompts is prompted differently and need not agree)."
        )
    return lines
