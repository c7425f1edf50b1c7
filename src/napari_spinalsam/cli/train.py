"""``napari-spinalsam train``: fine-tune a network on a lab's own images."""

from __future__ import annotations

import math
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from napari_spinalsam.cli.train_progress import make_progress
from napari_spinalsam.errors import ConfigError

if TYPE_CHECKING:
    from napari_spinalsam.cli.train_progress import Progress
    from napari_spinalsam.training.finetune import Run
    from napari_spinalsam.training.finetune_config import FinetuneConfig
    from napari_spinalsam.training.finetune_data import FinetuneData
    from napari_spinalsam.training.prepared_slices import PreparedSlices
    from napari_spinalsam.training.processes import Processes

_PLOT = "dataset.png"


def train(
    config: Annotated[Path | None, typer.Argument(metavar="[CONFIG.toml]", help="Settings; options override.")] = None,
    images: Annotated[Path | None, typer.Option(help="Folder of pictures or NIfTI volumes, or a BIDS tree.")] = None,
    masks: Annotated[
        Path | None, typer.Option(help="Folder of their masks; without, they lie with the images.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for everything that is made.")] = None,
    model: Annotated[
        str | None, typer.Option(help="bundled, vit_b, vit_l, vit_h, or a path. [default: bundled]")
    ] = None,
    axis: Annotated[str | None, typer.Option(help="axial, coronal or sagittal: how volumes are cut.")] = None,
    classes: Annotated[str | None, typer.Option(help="binary, each (every class a structure) or union.")] = None,
    patient_pattern: Annotated[str | None, typer.Option(help="Regular expression: the patient in a path.")] = None,
    rank: Annotated[int | None, typer.Option(min=1, help="Of LoRA. [default: 8]")] = None,
    lora: Annotated[bool | None, typer.Option("--lora/--no-lora", help="LoRA on the attention's qkv.")] = None,
    cbam: Annotated[bool | None, typer.Option("--cbam/--no-cbam", help="CBAM behind the image encoder.")] = None,
    decoder: Annotated[bool | None, typer.Option("--decoder/--no-decoder", help="Train the mask decoder too.")] = None,
    full: Annotated[
        bool | None, typer.Option("--full", help="Train encoder and decoder themselves, instead of adapters.")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="auto, bfloat16, float16 (CUDA GPUs only) or float32. [default: auto]")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="[default: 20]")] = None,
    max_slices: Annotated[int | None, typer.Option(min=1, help="Train on at most so many, chosen at random.")] = None,
    validation_share: Annotated[
        float | None, typer.Option(min=0.0, max=0.9, help="Of the patients, held out; 0: nobody. [default: 0.2]")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="[default: 0]")] = None,
    device: Annotated[str | None, typer.Option(help="As torch names it; the best at hand by default.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in --out.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Describe the data and measure a step; train nothing.")
    ] = False,
    tensorboard: Annotated[
        bool | None, typer.Option("--tensorboard", help="Write TensorBoard logs to OUT/tensorboard too.")
    ] = None,
    progress: Annotated[str, typer.Option(help="bar, or json: an object a line on stderr, for programs.")] = "bar",
) -> None:
    """Fine-tune a network on your own images: LoRA, CBAM and the mask decoder, saved alone.

    A fifth of the patients is held out, never single slices. The adapters of the best epoch come to lie in
    OUT/adapters (with --full the whole network, in OUT/network); give that folder as --model to segment and evaluate.
    Several processes: accelerate launch -m napari_spinalsam.cli train …
    """
    from napari_spinalsam.training.finetune_config import make_config, read_settings

    settings = read_settings(config) if config is not None else {}
    given = {
        "images": images, "masks": masks, "out": out, "model": model, "axis": axis, "classes": classes,
        "patient_pattern": patient_pattern, "decoder": decoder, "full": full, "precision": precision,
        "epochs": epochs, "max_slices": max_slices, "validation_share": validation_share, "seed": seed,
        "device": device, "tensorboard": tensorboard,
    }  # fmt: skip
    settings |= {name: value for name, value in given.items() if value is not None}
    _override_adapters(settings, rank=rank, lora=lora, cbam=cbam)
    if "images" not in settings:
        raise typer.BadParameter("give --images, or a CONFIG.toml that names them")
    _run(make_config(settings), progress, resume=resume, dry_run=dry_run)


def _override_adapters(settings: dict[str, Any], *, rank: int | None, lora: bool | None, cbam: bool | None) -> None:
    for name, wanted in (("lora", lora), ("cbam", cbam)):
        if wanted is False:
            settings[name] = None
        elif wanted and settings.get(name) is None:
            settings[name] = {}
    if rank is not None:
        if settings.get("lora", {}) is None:
            raise ConfigError("A rank was given, and no LoRA", "Leave one of the two out")
        # alpha goes with the rank unless it was set: what is added then keeps its scale
        settings["lora"] = {"alpha": 2.0 * rank} | dict(settings.get("lora", {})) | {"rank": rank}


def _run(config: FinetuneConfig, progress_kind: str, *, resume: bool, dry_run: bool) -> None:
    from napari_spinalsam.training.finetune_data import find_data
    from napari_spinalsam.training.processes import Processes
    from napari_spinalsam.training.run_folder import CHECKPOINT

    if (config.out / CHECKPOINT).exists() and not (resume or dry_run):
        raise ConfigError(f"{config.out} holds a run already", "Continue it with --resume, or give another --out")
    processes = Processes(on_cpu=config.device == "cpu")
    progress = make_progress(progress_kind, quiet=not processes.is_main)
    if processes.is_main:
        data = find_data(config, lambda case: progress.say(f"reading {case.name}"))
        if not dry_run:
            progress.say(str(data.description))
    processes.wait()
    if not processes.is_main:
        data = find_data(config)
    if dry_run:
        _dry_run(config, data)
    else:
        _train(config, data, processes, progress, resume=resume)


def _dry_run(config: FinetuneConfig, data: FinetuneData) -> None:
    from napari_spinalsam.training.description import plot_description
    from napari_spinalsam.training.dry_run import MEASURED, estimate
    from napari_spinalsam.training.finetune import start_run
    from napari_spinalsam.training.prepared_slices import prepare_slices

    plot = plot_description(data.description, config.out / _PLOT)
    run = start_run(config)
    with tempfile.TemporaryDirectory() as folder:
        few = data.training[:: max(1, len(data.training) // MEASURED)][:MEASURED]
        window, size = run.network_input.window, int(run.sam.image_encoder.img_size)
        sample = prepare_slices(Path(folder), few, window, size, config.axis, config.classes)
        found = estimate(run, sample, len(data.training), len(data.held_out))
    typer.echo(str(data.description))
    typer.echo(f"plot         {plot}\n")
    typer.echo(str(found))


def _train(
    config: FinetuneConfig, data: FinetuneData, processes: Processes, progress: Progress, *, resume: bool
) -> None:
    from napari_spinalsam.training import finetune_checkpoint
    from napari_spinalsam.training.dry_run import check_memory
    from napari_spinalsam.training.finetune import start_run
    from napari_spinalsam.training.finetune_data import prepare_data

    run = start_run(config, processes.device)
    check_memory(run)
    window, size = run.network_input.window, int(run.sam.image_encoder.img_size)
    if processes.is_main:
        progress.begin("preparing slices", len(data.training) + len(data.held_out))
        done = count(1)
        prepare_data(config, data, window, size, lambda: progress.at(next(done)))
        progress.close()
    processes.wait()
    training, held_out = prepare_data(config, data, window, size)
    run.training_key = training.key
    if resume:
        finetune_checkpoint.resume(run, config.out)
        progress.say(f"continuing after epoch {run.epoch}")
    result = _with_progress(run, training, held_out, processes, progress)
    if processes.is_main:
        progress.say(f"the best epoch was {run.best_epoch}; use it with: --model {result}")
        typer.echo(str(result))


def _with_progress(
    run: Run, training: PreparedSlices, held_out: PreparedSlices | None, processes: Processes, progress: Progress
) -> Path:
    """Train, and tell progress and TensorBoard of every step and epoch."""
    from napari_spinalsam.training.finetune import finetune
    from napari_spinalsam.training.tensorboard_log import TensorBoardLog

    config = run.config
    steps = run.epoch * -(-len(training) // config.batch)
    board = TensorBoardLog(config.out, steps) if config.tensorboard and processes.is_main else None

    def begin_epoch() -> None:
        progress.begin(f"epoch {run.epoch + 1} of {config.epochs}", len(training))

    def on_step(done: int, loss: float) -> None:
        progress.at(done, f"loss {loss:.3f}")
        if board is not None:
            board.step(loss)

    def on_epoch(row: dict[str, float]) -> None:
        progress.close()
        dice = row["validation_dice"]
        held_out_dice = "nobody held out" if math.isnan(dice) else f"Dice of the held-out patients {dice:.4f}"
        progress.say(f"epoch {row['epoch']:.0f}: loss {row['loss']:.4f}, {held_out_dice}, {row['seconds']:.0f} s")
        if board is not None:
            board.epoch(row)
        if run.epoch < config.epochs:
            begin_epoch()

    begin_epoch()
    try:
        return finetune(run, training, held_out, config.out, processes, on_step, on_epoch)
    finally:
        progress.close()
        if board is not None:
            board.close()
