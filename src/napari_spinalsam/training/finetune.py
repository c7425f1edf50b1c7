"""Fine-tuning a SAM on a lab's own images: Adam on the trained part, the best epoch kept, killed runs continued.

Every random choice is drawn from a generator seeded by the run's seed, the epoch and the slice's place in it. So the
result does not depend on when a run was stopped and continued.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from napari_spinalsam import weights
from napari_spinalsam.errors import ConfigError, TrainingError
from napari_spinalsam.metrics import dice
from napari_spinalsam.network.adapter import AdapterConfig
from napari_spinalsam.network.adapter_file import is_adapter
from napari_spinalsam.network.attention import install_fused_attention
from napari_spinalsam.segmentation.device import choose_device, choose_precision
from napari_spinalsam.segmentation.loading import load_network
from napari_spinalsam.segmentation.model import NetworkInput
from napari_spinalsam.training.augmentation import augment, unpadded
from napari_spinalsam.training.finetune_checkpoint import save_checkpoint
from napari_spinalsam.training.finetune_config import FinetuneConfig, Precision
from napari_spinalsam.training.finetune_log import write_log
from napari_spinalsam.training.prepared_slices import PreparedSlices
from napari_spinalsam.training.processes import Processes
from napari_spinalsam.training.prompt_rounds import (
    PromptedSlice,
    at_input_size,
    decode,
    draw_prompts,
    exact_prompts,
    n_looks,
    rounds_loss,
)
from napari_spinalsam.training.trained_part import Adapters, TrainedPart, WholeNetwork

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

_ORDER, _SLICE = 0, 1  # what a generator is for


@dataclass
class Run:
    """A run and everything that its next step depends on.

    Parameters
    ----------
    config : FinetuneConfig
    sam : Sam
        All but the trained part is frozen.
    part : TrainedPart
    network_input : NetworkInput
    optimizer : torch.optim.Adam
    number_format : torch.dtype
        Of the forward pass.
    scaler : torch.amp.GradScaler
        Of the loss; it does nothing unless the number format is float16.
    training_key : str
        Digest of the slices that are trained on.
    epoch : int
        Epochs that are done.
    history : list of dict
        A row an epoch, see `training.finetune_log`.
    """

    config: FinetuneConfig
    sam: Sam
    part: TrainedPart
    network_input: NetworkInput
    optimizer: torch.optim.Adam
    number_format: torch.dtype
    scaler: torch.amp.GradScaler
    training_key: str = ""
    epoch: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    @property
    def device(self) -> torch.device:
        """Where the network is."""
        device: torch.device = next(self.sam.parameters()).device
        return device

    @property
    def trained(self) -> list[nn.Parameter]:
        """The parameters that are trained."""
        return [parameter for parameter in self.sam.parameters() if parameter.requires_grad]

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, with the best Dice of the held-out patients (the last where nobody is held out)."""
        scores = [row["validation_dice"] for row in self.history]
        return len(scores) if not scores or np.isnan(scores).all() else int(np.nanargmax(scores)) + 1

    def autocast(self) -> AbstractContextManager[object]:
        """Choose the number format of the forward pass."""
        lower = self.number_format != torch.float32
        return torch.autocast(self.device.type, self.number_format if lower else None, enabled=lower)


def start_run(config: FinetuneConfig, device: torch.device | None = None) -> Run:
    """Load the network and prepare the part that is trained; the same seed gives the same fresh adapters.

    Raises
    ------
    WeightsError, ConfigError
        If the network, its adapters or the device cannot be had, or the device does not train in the number format.
    """
    path = weights.resolve(config.model)
    if is_adapter(path):
        raise ConfigError(f"{config.model} holds adapters, not a network", "Start from the network that they adapt")
    device = device or choose_device(config.device)
    number_format = training_format(config.precision, device)
    network = load_network(config.model)
    sam = network.sam
    install_fused_attention(sam.image_encoder)
    base = config.model if Path(config.model).expanduser() != path else str(path.resolve())
    part: TrainedPart
    if config.full:
        part = WholeNetwork.of(network, base)
    else:
        torch.manual_seed(config.seed)
        adapters = AdapterConfig(lora=config.lora, cbam=config.cbam, decoder=config.decoder, base=base)
        part = Adapters.put_on(sam, adapters)
    sam.to(device)
    trained = [parameter for parameter in sam.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=config.learning_rate)
    scaler = torch.amp.GradScaler("cuda", enabled=number_format == torch.float16)
    return Run(config, sam, part, network.network_input, optimizer, number_format, scaler)


def training_format(precision: Precision, device: torch.device) -> torch.dtype:
    """Find the number format of the forward pass, see `FinetuneConfig`.

    Raises
    ------
    ConfigError
        If float16 is wanted on another device than a CUDA GPU.
    """
    if precision == "float16" and device.type != "cuda":
        raise ConfigError(
            f"float16 trains on a CUDA GPU only: {device.type} is no faster with it, and small gradients vanish in it",
            "Choose precision bfloat16, float32 or auto",
        )
    return choose_precision(device) if precision == "auto" else getattr(torch, precision)


def slice_loss(run: Run, slices: PreparedSlices, index: int, place: int) -> Tensor:
    """Loss of one slice in the epoch that comes next.

    Parameters
    ----------
    run : Run
    slices : PreparedSlices
    index : int
        Of the slice.
    place : int
        Of the slice within the epoch: seeds augmentation, prompts and dropout.
    """
    config = run.config
    seeds = np.random.SeedSequence((config.seed, _SLICE, run.epoch, place))
    rng = np.random.default_rng(seeds)
    torch.manual_seed(int(seeds.generate_state(1)[0]))
    image, labels = augment(rng, slices[index])
    prompted = draw_prompts(rng, labels, config.prompts, config.point_share)
    if prompted is None:  # the structure was moved out of the picture
        image, labels = unpadded(slices[index])
        prompted = draw_prompts(rng, labels, config.prompts, config.point_share)
    if prompted is None:
        return torch.zeros((), device=run.device)
    with run.autocast():
        embedding = embed(run, image)
        rounds = int(rng.integers(1, config.rounds + 1))
        return rounds_loss(run.sam, embedding, prompted, rounds, rng, dense=run.network_input.dense_prompts)[0]


def embed(run: Run, image: Tensor) -> Tensor:
    """Run the image encoder on (rows, columns) grey levels 0..255."""
    pixels = run.sam.preprocess(image.to(run.device).expand(3, -1, -1))[None]
    embedding: Tensor = run.sam.image_encoder(pixels)
    return embedding


def train_step(
    run: Run, slices: PreparedSlices, indices: Sequence[int], first_place: int, processes: Processes
) -> float:
    """Take one step on a batch of slices, their gradients accumulated and clipped; returns their mean loss.

    Raises
    ------
    TrainingError
        If the loss is no number; the parameters are those before the step, and the message names the slices.
    """
    run.sam.train()
    run.optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for offset, index in processes.share(list(enumerate(indices))):
        loss = slice_loss(run, slices, index, first_place + offset) / len(indices)
        total += float(loss.detach())
        if loss.requires_grad and np.isfinite(total):
            run.scaler.scale(loss).backward()
    total = processes.sum([total], run.device)[0]
    if not np.isfinite(total):
        names = ", ".join(slices.names[i] for i in indices)
        raise TrainingError(
            f"The loss is {total} in epoch {run.epoch + 1}, slices {first_place} to {first_place + len(indices) - 1} "
            f"({names})",
            "Look at these slices, or lower the learning rate; the last good checkpoint is kept",
        )
    processes.sum_gradients(run.trained)
    if any(parameter.grad is not None for parameter in run.trained):
        run.scaler.unscale_(run.optimizer)
        nn.utils.clip_grad_norm_(run.trained, 1.0)
        run.scaler.step(run.optimizer)
        run.scaler.update()
    return total


@torch.no_grad()
def validation_dice(
    run: Run, slices: PreparedSlices, processes: Processes, on_slice: Callable[[], None] | None = None
) -> float:
    """Mean Dice over slices: every structure prompted by its exact box, the union against the truth.

    Measured in pixels of the network's input.
    """
    run.sam.eval()
    scores, n = 0.0, 0
    for i in processes.share(range(len(slices))):
        image, labels = unpadded(slices[i])
        prompted = exact_prompts(labels)
        if on_slice is not None:
            on_slice()
        if prompted is None:
            continue
        with run.autocast():
            logits = _answer(run, embed(run, image), prompted)
        found = (at_input_size(logits[:, :1], labels.shape) > 0).any(0).cpu().numpy()
        scores, n = scores + float(dice(found, np.any(prompted.masks, axis=0))), n + 1
    total, count = processes.sum([scores, float(n)], run.device)
    return total / count if count else float("nan")


def _answer(run: Run, embedding: Tensor, prompted: PromptedSlice) -> Tensor:
    """Logits (n, tokens, h, w) of first prompts, as the predictor gives them."""
    dense = run.network_input.dense_prompts
    boxes = None if prompted.boxes is None else prompted.boxes.to(run.device)
    points, labels = prompted.points.to(run.device), prompted.labels.to(run.device)
    previous: Tensor | None = None
    for _ in range(n_looks(boxes, dense=dense)):
        logits, _ = decode(run.sam, embedding, boxes, points, labels, previous, dense=dense)
        previous = logits[:, :1]
    return logits


def finetune(
    run: Run,
    training: PreparedSlices,
    held_out: PreparedSlices | None,
    folder: Path,
    processes: Processes,
    on_step: Callable[[int, float], None] | None = None,
    on_epoch: Callable[[dict[str, float]], None] | None = None,
) -> Path:
    """Train from where the run is to its last epoch, or until the held-out patients' Dice stops rising.

    Parameters
    ----------
    run : Run
        Fresh or resumed; changed in place.
    training, held_out : PreparedSlices
        Without `held_out` there is no early stopping, and the last epoch is the best.
    folder : Path
        Gets the checkpoint, ``log.csv``, ``curve.png`` and the trained part of the best epoch.
    processes : Processes
    on_step, on_epoch : callable, optional
        Told the slices of the epoch that are done and the loss; and the epoch's row.

    Returns
    -------
    Path
        Folder of the trained part.

    Raises
    ------
    TrainingError, WeightsError
        If the loss is no number or the disk is full; the last checkpoint is kept.
    """
    config = run.config
    while run.epoch < config.epochs and not _has_stopped_rising(run):
        start = time.perf_counter()
        losses = []
        order = np.random.default_rng((config.seed, _ORDER, run.epoch)).permutation(len(training)).tolist()
        for first in range(0, len(order), config.batch):
            batch = order[first : first + config.batch]
            losses.append(train_step(run, training, batch, first, processes))
            if on_step is not None:
                on_step(first + len(batch), losses[-1])
        score = float("nan") if held_out is None else validation_dice(run, held_out, processes)
        run.epoch += 1
        row = {
            "epoch": float(run.epoch),
            "loss": float(np.mean(losses)),
            "validation_dice": score,
            "seconds": time.perf_counter() - start,
        }
        run.history.append(row)
        if processes.is_main:
            if run.best_epoch == run.epoch:
                run.part.save(folder, run.sam)
            save_checkpoint(run, folder)
            write_log(run.history, folder)
        if on_epoch is not None:
            on_epoch(row)
    processes.wait()
    return folder / run.part.folder


def _has_stopped_rising(run: Run) -> bool:
    patience = run.config.patience
    return patience is not None and bool(run.history) and run.epoch - run.best_epoch >= patience
