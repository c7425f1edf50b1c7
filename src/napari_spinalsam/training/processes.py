"""Several processes that train one network, each on its share of every step's slices, through accelerate.

``accelerate launch`` starts them. All hold the same parameters: gradients are summed over the processes before every
step, so the result is that of one process but for the order of the sums.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from napari_spinalsam.errors import ConfigError

Item = TypeVar("Item")


class Processes:
    """The processes of a run; without ``accelerate launch`` there is one, and accelerate is not needed.

    Parameters
    ----------
    on_cpu : bool
        Whether they compute on the CPU.

    Raises
    ------
    ConfigError
        If there are several and accelerate is missing.
    """

    def __init__(self, *, on_cpu: bool) -> None:
        self._accelerator: Any = None
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            try:
                from accelerate import Accelerator
            except ImportError as error:
                raise ConfigError(
                    "Several processes need accelerate", 'Run: pip install "napari-spinalsam[training]"'
                ) from error
            self._accelerator = Accelerator(cpu=on_cpu)

    @property
    def is_main(self) -> bool:
        """Whether this process writes the files and talks to the user."""
        return self._accelerator is None or bool(self._accelerator.is_main_process)

    @property
    def device(self) -> torch.device | None:
        """The device of this process; None where there is one process."""
        return None if self._accelerator is None else torch.device(self._accelerator.device)

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """Take this process's part of what all have to do."""
        if self._accelerator is None:
            return items
        return items[self._accelerator.process_index :: self._accelerator.num_processes]

    def sum(self, values: Sequence[float], device: torch.device) -> list[float]:
        """Sum numbers over the processes."""
        if self._accelerator is None:
            return list(values)
        summed: Tensor = self._accelerator.reduce(torch.tensor(values, dtype=torch.float64, device=device), "sum")
        return [float(value) for value in summed]

    def sum_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Sum the gradients over the processes, in place; a parameter that had no share counts as zero."""
        if self._accelerator is None:
            return
        for parameter in parameters:
            gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            parameter.grad = self._accelerator.reduce(gradient, "sum")

    def wait(self) -> None:
        """Wait until all processes have come this far."""
        if self._accelerator is not None:
            self._accelerator.wait_for_everyone()
