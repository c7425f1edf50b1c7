"""What a fine-tuning run will need, before it starts: what its parameters alone take, and what real steps measure."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.network.parameter_report import ParameterReport, parameter_report
from napari_spinalsam.peak_memory import peak_memory
from napari_spinalsam.segmentation.device import describe_device
from napari_spinalsam.training.finetune import Run, train_step, validation_dice
from napari_spinalsam.training.prepared_slices import PreparedSlices, bytes_needed
from napari_spinalsam.training.processes import Processes

#: Slices that steps are measured on, after one that warms up.
MEASURED: Final = 4
#: Share of a device's memory that a run should leave to everything else.
_SPARE: Final = 0.1
_HINT: Final = "Choose a smaller network, a smaller rank or LoRA on fewer blocks, and no full fine-tuning"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run needs; ``str`` of it is for the user.

    Parameters
    ----------
    parameters : ParameterReport
    device : str
    slice_seconds, validation_seconds : float
        For one slice in training and in validation, measured.
    memory : int or None
        Greatest memory in bytes: of the GPU, or of the whole process on a CPU; None where the system does not say.
    memory_there : int or None
        Bytes of memory that the device has.
    disk : int
        Bytes of the prepared slices and the checkpoint.
    n_training, n_held_out, epochs : int
    """

    parameters: ParameterReport
    device: str
    slice_seconds: float
    validation_seconds: float
    memory: int | None
    memory_there: int | None
    disk: int
    n_training: int
    n_held_out: int
    epochs: int

    @property
    def epoch_seconds(self) -> float:
        """For one epoch with its validation."""
        return self.n_training * self.slice_seconds + self.n_held_out * self.validation_seconds

    def __str__(self) -> str:
        minutes, hours = self.epoch_seconds / 60, self.epoch_seconds * self.epochs / 3600
        lines = [
            str(self.parameters),
            "",
            f"memory       {self._memory()}",
            f"disk         {self.disk / 1e6:.0f} MB for the prepared slices and a checkpoint",
            f"time         {self.slice_seconds:.2f} s a slice in training, {self.validation_seconds:.2f} s in "
            f"validation, measured; {minutes:.1f} min an epoch, {hours:.1f} h for {self.epochs} epochs",
        ]
        return "\n".join(lines)

    def _memory(self) -> str:
        if self.memory is None:
            return f"unknown on {self.device}"
        text = f"{self.memory / 1e9:.2f} GB at most on {self.device}, measured"
        if self.memory_there is None:
            return text
        text += f"; it has {self.memory_there / 1e9:.2f} GB"
        if self.memory > (1 - _SPARE) * self.memory_there:
            text += f"\nWARNING      this hardly fits. {_HINT}."
        return text


def bytes_of_parameters(run: Run) -> int:
    """Bytes of all parameters, and of the gradient and Adam's two moments of those that are trained.

    A step needs more: what the forward pass keeps for the gradients.
    """
    return _bytes_of(run.sam.parameters()) + 3 * _bytes_of(run.trained)


def check_memory(run: Run) -> None:
    """Refuse a run whose parameters alone are more than the device holds: a system out of memory may just kill it.

    Raises
    ------
    TrainingError
    """
    needed, there = bytes_of_parameters(run), _memory_of(run.device)
    if there is not None and needed > there:
        raise TrainingError(
            f"The parameters of {run.config.model}, their gradients and Adam's moments take {needed / 1e9:.1f} GB, and "
            f"{run.device} has {there / 1e9:.1f} GB",
            _HINT,
        )


def estimate(run: Run, sample: PreparedSlices, n_training: int, n_held_out: int) -> Estimate:
    """Train and validate on a few slices and measure it; the run is of no use afterwards.

    Parameters
    ----------
    run : Run
        Fresh.
    sample : PreparedSlices
        A few slices; at least one.
    n_training, n_held_out : int
        Slices of the run that is planned.

    Raises
    ------
    TrainingError
        If a step does not fit into the memory.
    """
    check_memory(run)
    alone = Processes(on_cpu=run.device.type == "cpu")
    places = [i % len(sample) for i in range(MEASURED)]
    try:
        train_step(run, sample, places[:1], 0, alone)
        start = time.perf_counter()
        train_step(run, sample, places, 1, alone)
        _wait_for(run.device)
        trained = time.perf_counter()
        validation_dice(run, sample, alone)
        _wait_for(run.device)
        done = time.perf_counter()
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        raise TrainingError(
            f"One step of {run.config.model} does not fit into the memory of {run.device}",
            _HINT,
        ) from error
    return Estimate(
        parameters=parameter_report(run.sam),
        device=str(run.device),
        slice_seconds=(trained - start) / len(places),
        validation_seconds=(done - trained) / len(sample),
        memory=_greatest_memory(run.device),
        memory_there=_memory_of(run.device),
        disk=bytes_needed(n_training + n_held_out, sample.size) + 3 * _bytes_of(run.trained),
        n_training=n_training,
        n_held_out=n_held_out,
        epochs=run.config.epochs,
    )


def _bytes_of(parameters: Iterable[nn.Parameter]) -> int:
    return sum(parameter.numel() * parameter.element_size() for parameter in parameters)


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _memory_of(device: torch.device) -> int | None:
    return describe_device(device, torch.float32).memory_total


def _greatest_memory(device: torch.device) -> int | None:
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return peak_memory()
