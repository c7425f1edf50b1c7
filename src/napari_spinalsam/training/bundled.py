"""Train the bundled small SAM from scratch: ``python -m napari_spinalsam.training.bundled --data DIR --out DIR``.

Two processes: one paints synthetic slices into a growing pool, the other trains. The averaged weights come to lie in
``OUT/model``, as fp16 safetensors with their config. Killed, the same command with ``--resume`` continues.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from dataclasses import asdict, replace
from pathlib import Path

import torch

from napari_spinalsam.network.small import SmallSamConfig, load_small_sam, save_small_sam
from napari_spinalsam.training.config import TrainingConfig
from napari_spinalsam.training.dataset import SamplePool
from napari_spinalsam.training.loop import CHECKPOINT, TrainingState, resume_state, train
from napari_spinalsam.training.phantom import load_stage
from napari_spinalsam.training.validation import validation_dice

_VALIDATION_SEED = 1_000_003


def paint_pools(data: Path, training: Path, validation: Path, n_training: int, n_validation: int, seed: int) -> None:
    """Fill both pools, the small one for validation first; runs in a process of its own."""
    os.nice(5)
    torch.set_num_threads(1)
    stage = load_stage(data, seed)
    SamplePool(validation).fill(stage, n_validation)
    SamplePool(training).fill(stage, n_training)


def train_bundled(
    data: Path, out: Path, config: TrainingConfig, *, minutes: float | None, start: Path | None = None
) -> None:
    """Train and export.

    Parameters
    ----------
    data : Path
        Folder with ``verse/`` and ``totalsegmentator/`` (see ``phantom``).
    out : Path
        Gets the pools, the checkpoint, the logs and ``model/``.
    config : TrainingConfig
        Settings.
    minutes : float or None
        Stop after this time with the schedule run down; None runs all steps.
    start : Path or None
        Folder of a small SAM whose weights to start from, where ``out`` holds no checkpoint yet.
    """
    network = SmallSamConfig()
    size = network.input_size
    pool = SamplePool.create(out / "samples", size=size, capacity=config.max_samples, seed=(config.seed,))
    held_out = SamplePool.create(
        out / "validation", size=size, capacity=config.validation_samples, seed=(config.seed, _VALIDATION_SEED)
    )
    painter = multiprocessing.get_context("spawn").Process(
        target=paint_pools,
        args=(data, pool.folder, held_out.folder, pool.capacity, held_out.capacity, config.seed),
        daemon=True,
    )
    if pool.filled < pool.capacity or held_out.filled < held_out.capacity:
        painter.start()
    state = resume_state(config, network, out)
    if start is not None and state.step == 0:
        start_from(state, start)
    train(state, pool, out, minutes=minutes, validate=lambda state: _validate(state, held_out))
    export(state, network, out / "model")
    if painter.is_alive():
        painter.terminate()


def start_from(state: TrainingState, folder: Path) -> None:
    """Take over the weights of a small SAM of the same sizes; the schedule begins anew."""
    sam, _ = load_small_sam(folder)
    state.sam.load_state_dict(sam.state_dict())
    state.averaged = {name: value.clone() for name, value in state.sam.state_dict().items()}


def export(state: TrainingState, network: SmallSamConfig, folder: Path) -> None:
    """Write the averaged weights with their config."""
    save_small_sam(folder, network, state.averaged, {"steps_taken": state.step, **asdict(state.config)})


def _validate(state: TrainingState, held_out: SamplePool) -> float:
    """Dice of the averaged weights, with the trained ones put back afterwards."""
    trained = {name: value.clone() for name, value in state.sam.state_dict().items()}
    state.sam.load_state_dict(state.averaged)
    try:
        return validation_dice(state.sam, held_out, held_out.filled)
    finally:
        state.sam.load_state_dict(trained)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m napari_spinalsam.training.bundled", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with verse/ and totalsegmentator/")
    parser.add_argument("--out", type=Path, required=True, help="folder for samples, checkpoint, logs and model/")
    parser.add_argument("--minutes", type=float, help="stop after this time, the schedule run down")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="folder of a small SAM to start from; skips the training on tiles")
    parser.add_argument("--learning-rate", type=float, default=TrainingConfig().learning_rate)
    parser.add_argument("--threads", type=int, help="of torch; leave free what other programs need")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in OUT")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if (arguments.out / CHECKPOINT).exists() and not arguments.resume:
        parser.error(f"{arguments.out} holds a checkpoint: add --resume, or give another folder")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    config = replace(TrainingConfig(), seed=arguments.seed, learning_rate=arguments.learning_rate)
    if arguments.start:
        config = replace(config, tile_share=0.0, single_prompt_steps=0)
    train_bundled(arguments.data, arguments.out, config, minutes=arguments.minutes, start=arguments.start)


if __name__ == "__main__":
    main()
