"""A fine-tuning run on disk, such that a killed one continues as if nothing had happened."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from napari_spinalsam.errors import ConfigError, TrainingError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.training.finetune_config import MAY_CHANGE
from napari_spinalsam.training.run_folder import CHECKPOINT

if TYPE_CHECKING:
    from napari_spinalsam.training.finetune import Run


def save_checkpoint(run: Run, folder: Path) -> None:
    """Write what the next step depends on, atomically: the trained part, optimiser, epoch.

    Every random choice depends on the seed, the epoch and the slice alone, so no generator's state belongs to it.

    Raises
    ------
    TrainingError
        If the disk is full; the last checkpoint is whole then.
    """
    content = {
        "config": run.config.model_dump(mode="json"),
        "base_sha256": run.part.base_sha256,
        "tensors": run.part.tensors(run.sam),
        "optimizer": run.optimizer.state_dict(),
        "scaler": run.scaler.state_dict(),
        "epoch": run.epoch,
        "history": run.history,
        "training_key": run.training_key,
    }
    buffer = io.BytesIO()
    torch.save(content, buffer)
    try:
        write_atomically(folder / CHECKPOINT, buffer.getbuffer())
    except OSError as error:
        raise TrainingError(
            f"The checkpoint of epoch {run.epoch} cannot be written to {folder} ({error.strerror or error})",
            "Make room and continue with --resume",
        ) from error


def resume(run: Run, folder: Path) -> None:
    """Fill a fresh run from the folder's checkpoint.

    Raises
    ------
    ConfigError
        If there is none, it is damaged, or of a run with other settings, another network or other slices.
    """
    path = folder / CHECKPOINT
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ConfigError(f"There is no checkpoint in {folder}", "Start without --resume") from error
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise ConfigError(f"{path} is cut short or damaged", "Start again in another folder") from error
    ours = run.config.model_dump(mode="json")
    other = sorted(name for name in ours if name not in MAY_CHANGE and ours[name] != content["config"].get(name))
    if other:
        raise ConfigError(
            f"The run in {folder} has another {', '.join(other)}", "Give the same settings to continue it"
        )
    if content["base_sha256"] != run.part.base_sha256:
        raise ConfigError(f"The run in {folder} began with another {run.config.model}", "Give the same network")
    if content["training_key"] != run.training_key:
        raise ConfigError(f"The run in {folder} was trained on other slices", "Give the same images and masks")
    run.sam.load_state_dict(content["tensors"], strict=False)
    run.optimizer.load_state_dict(content["optimizer"])
    run.scaler.load_state_dict(content["scaler"])
    run.epoch, run.history = int(content["epoch"]), list(content["history"])
