"""The training loop of the small SAM: AdamW, a cosine, averaged weights, checkpoints that continue bit for bit."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam
from napari_spinalsam.training.config import TrainingConfig
from napari_spinalsam.training.csv_log import CsvLog
from napari_spinalsam.training.dataset import FramedSample, SamplePool
from napari_spinalsam.training.interactive import prompted, rounds_loss
from napari_spinalsam.training.prompt_sampling import sample_targets
from napari_spinalsam.training.region import Region, encode_region

if TYPE_CHECKING:
    from collections.abc import Callable

    from segment_anything.modeling import Sam

CHECKPOINT = "checkpoint.pt"
# How often a batch gets one prompt, and one, two or three corrective clicks after it.
_ROUNDS = (0.45, 0.2, 0.15, 0.2)
_LOG_FIELDS = ("step", "loss", "iou_first", "iou_last", "learning_rate", "seconds")


@dataclass
class TrainingState:
    """What a checkpoint holds: everything that the next step depends on."""

    config: TrainingConfig
    sam: Sam
    averaged: dict[str, torch.Tensor]
    optimizer: torch.optim.AdamW
    step: int = 0
    progress: float = 0.0


def new_state(config: TrainingConfig, network: SmallSamConfig) -> TrainingState:
    """Start with fresh weights; the same seed gives the same ones."""
    from napari_spinalsam.network.attention import install_fused_attention

    torch.manual_seed(config.seed)
    sam = build_small_sam(network)
    encoder = sam.image_encoder
    nn.init.trunc_normal_(encoder.pos_embed, std=0.02)
    for block in encoder.blocks:
        for table in (block.attn.rel_pos_h, block.attn.rel_pos_w):
            nn.init.trunc_normal_(table, std=0.02)
    install_fused_attention(encoder)
    return TrainingState(config, sam, {k: v.clone() for k, v in sam.state_dict().items()}, _optimizer(sam, config))


def _optimizer(sam: Sam, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW that decays matrices only."""
    trained = [p for p in sam.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.98))


def save_checkpoint(state: TrainingState, folder: Path) -> None:
    """Write the state, first beside and then over the last one."""
    content = {
        "config": asdict(state.config),
        "step": state.step,
        "progress": state.progress,
        "model": state.sam.state_dict(),
        "averaged": state.averaged,
        "optimizer": state.optimizer.state_dict(),
    }
    beside = folder / f".{CHECKPOINT}.partial"
    torch.save(content, beside)
    beside.replace(folder / CHECKPOINT)


def resume_state(config: TrainingConfig, network: SmallSamConfig, folder: Path) -> TrainingState:
    """Continue from the folder's checkpoint, or start where there is none.

    Raises
    ------
    ConfigError
        If the checkpoint is of a run with another seed.
    """
    state = new_state(config, network)
    path = folder / CHECKPOINT
    if not path.exists():
        return state
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    if content["config"]["seed"] != config.seed:
        seed = content["config"]["seed"]
        raise ConfigError(f"{path} is of a run with seed {seed}", "Give the same seed, or another folder")
    state.sam.load_state_dict(content["model"])
    state.optimizer.load_state_dict(content["optimizer"])
    state.averaged = content["averaged"]
    state.step = int(content["step"])
    state.progress = float(content["progress"])
    return state


def learning_rate(config: TrainingConfig, step: int, progress: float) -> float:
    """Rise linearly, then fall along a cosine to a hundredth as ``progress`` goes from 0 to 1."""
    rise = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    fall = 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
    return config.learning_rate * rise * fall


def train_step(state: TrainingState, pool: SamplePool) -> dict[str, float]:
    """Take one step; the samples and prompts depend on the seed and the step alone.

    Raises
    ------
    FloatingPointError
        If the loss is no number; the weights are those before the step.
    """
    config = state.config
    rng = np.random.default_rng((config.seed, 1, state.step))
    rate = learning_rate(config, state.step, state.progress)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    kinds = config.tiles if state.progress < config.tile_share else config.wholes
    side, batch = kinds[rng.integers(0, len(kinds))]
    indices = rng.integers(0, config.samples_at(state.step), batch)
    with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
        loss, first, last = _batch_loss(state, [pool[int(i)] for i in indices], rng, side)
    if not torch.isfinite(loss):
        raise FloatingPointError(f"the loss is {float(loss)} at step {state.step}, samples {indices.tolist()}")
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(state.sam.parameters(), 1.0)
    state.optimizer.step()
    _average(state)
    state.step += 1
    return {"loss": float(loss.detach()), "iou_first": first, "iou_last": last, "learning_rate": rate}


def _batch_loss(
    state: TrainingState, samples: list[FramedSample], rng: np.random.Generator, side: int
) -> tuple[torch.Tensor, float, float]:
    sam, config = state.sam, state.config
    grid = sam.image_encoder.img_size // 16
    row, column = (int(n) for n in rng.integers(0, grid - side + 1, 2))
    region = Region(row, column, side)
    crops = [_crop(rng, sam, sample, region) for sample in samples]
    embeddings = encode_region(sam.image_encoder, torch.stack([image for image, _ in crops]), region)
    with_points = float(rng.random() < 0.2)
    drawn = [sample_targets(rng, labels, config.prompts, with_points) for _, labels in crops]
    owners = torch.tensor([i for i, targets in enumerate(drawn) for _ in targets])
    if not owners.numel():
        return embeddings.float().sum() * 0.0, float("nan"), float("nan")
    prompts = prompted([target for targets in drawn for target in targets], region)
    rounds = 1 if state.step < config.single_prompt_steps else int(rng.choice([1, 2, 3, 4], p=_ROUNDS))
    loss, ious = rounds_loss(sam, embeddings[owners], prompts, rounds, rng)
    return loss, ious[0], ious[-1]


def _crop(
    rng: np.random.Generator, sam: Sam, sample: FramedSample, region: Region
) -> tuple[torch.Tensor, NDArray[np.uint8]]:
    """Cut what is to be seen in the region out of a sample, vary its grey levels and normalise it as ``Sam`` does."""
    size = region.size * region.patch
    row, column = _tile_corner(rng, sample, size)
    image = torch.from_numpy(sample.image[row : row + size, column : column + size].astype(np.float32))
    image = (image * math.exp(rng.normal(0.0, 0.08)) + rng.normal(0.0, 6.0)).clamp(0.0, 255.0)
    normal = (image - sam.pixel_mean) / sam.pixel_std
    normal[:, max(sample.scaled[0] - row, 0) :] = 0.0  # Sam pads after normalising
    normal[:, :, max(sample.scaled[1] - column, 0) :] = 0.0
    return normal, sample.labels[row : row + size, column : column + size]


def _tile_corner(rng: np.random.Generator, sample: FramedSample, size: int) -> tuple[int, int]:
    """First row and column of a tile with bone in it; (0, 0) where the tile is the whole sample."""
    whole = sample.image.shape[0]
    found = np.argwhere(sample.labels[::8, ::8] > 0)
    if size == whole or not found.size:
        return 0, 0
    row, column = found[rng.integers(0, len(found))] * 8 - size // 2 + rng.integers(-size // 4, size // 4 + 1, 2)
    return int(np.clip(row, 0, whole - size)), int(np.clip(column, 0, whole - size))


def _average(state: TrainingState) -> None:
    """Move the averaged weights towards the present ones, faster at the beginning."""
    decay = min(state.config.ema, (1 + state.step) / (10 + state.step))
    for name, value in state.sam.state_dict().items():
        state.averaged[name].lerp_(value, 1.0 - decay)


def train(
    state: TrainingState,
    pool: SamplePool,
    folder: Path,
    *,
    minutes: float | None = None,
    validate: Callable[[TrainingState], float] | None = None,
) -> None:
    """Train to the end of the schedule, or for ``minutes`` if that is sooner.

    Parameters
    ----------
    state : TrainingState
        Fresh or resumed; changed in place.
    pool : SamplePool
        Filled by another process, or full.
    folder : Path
        Gets ``checkpoint.pt``, ``log.csv`` and ``validation.csv``.
    minutes : float, optional
        The schedule then ends with the time, and the result is no longer the same from machine to machine.
    validate : callable, optional
        Called every ``validate_every`` steps; returns a mean Dice.
    """
    start, first_step, first_progress = time.monotonic(), state.step, state.progress
    log = CsvLog(folder / "log.csv", _LOG_FIELDS)
    validation = CsvLog(folder / "validation.csv", ("step", "dice"))
    while True:
        state.progress = state.step / state.config.steps
        if minutes is not None:
            share = (time.monotonic() - start) / (60.0 * minutes)
            state.progress = max(state.progress, first_progress + (1.0 - first_progress) * share)
        if state.progress >= 1.0:
            break
        pool.wait_for(state.config.samples_at(state.step))
        row = train_step(state, pool)
        log.add({"step": state.step, **row, "seconds": time.monotonic() - start})
        if state.step % state.config.save_every == 0:
            save_checkpoint(state, folder)
        if validate is not None and state.step % state.config.validate_every == 0:
            validation.add({"step": state.step, "dice": validate(state)})
    if state.step > first_step:
        save_checkpoint(state, folder)
