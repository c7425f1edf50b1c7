"""What a fine-tuning run will need, measured on real steps before it starts."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Final

import torch

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.network.parameter_report import ParameterReport, parameter_report
from napari_spinalsam.training.finetune import Run, train_step, validation_dice
from napari_spinalsam.training.prepared_slices import PreparedSlices, bytes_needed
from napari_spinalsam.training.processes import Processes

#: Slices that steps are measured on, after one that warms up.
MEASURED: Final = 4


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
    disk : int
        Bytes of the prepared slices.
    n_training, n_held_out, epochs : int
    """

    parameters: ParameterReport
    device: str
    slice_seconds: float
    validation_seconds: float
    memory: int | None
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
            f"disk         {self.disk / 1e6:.0f} MB for the prepared slices",
            f"time         {self.slice_seconds:.2f} s a slice in training, {self.validation_seconds:.2f} s in "
            f"validation, measured; {minutes:.1f} min an epoch, {hours:.1f} h for {self.epochs} epochs",
        ]
        return "\n".join(lines)

    def _memory(self) -> str:
        if self.memory is None:
            return f"unknown on {self.device}"
        return f"{self.memory / 1e9:.2f} GB at most on {self.device}, measured"


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
            "Choose a smaller network, LoRA on fewer blocks, or no LoRA",
        ) from error
    return Estimate(
        parameters=parameter_report(run.sam),
        device=str(run.device),
        slice_seconds=(trained - start) / len(places),
        validation_seconds=(done - trained) / len(sample),
        memory=_greatest_memory(run.device),
        disk=bytes_needed(n_training + n_held_out, sample.size),
        n_training=n_training,
        n_held_out=n_held_out,
        epochs=run.config.epochs,
    )


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _greatest_memory(device: torch.device) -> int | None:
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    try:
        import resource
    except ImportError:  # Windows
        return None
    greatest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return greatest if sys.platform == "darwin" else greatest * 1024
