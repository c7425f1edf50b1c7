"""A fine-tuning run's log for TensorBoard."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from napari_spinalsam.errors import ConfigError, TrainingError

FOLDER: Final = "tensorboard"
_NAMES: Final = {"loss": "loss/epoch", "validation_dice": "Dice/held out", "seconds": "time/seconds an epoch"}


class TensorBoardLog:
    """Loss of every step, and loss, held-out Dice and time of every epoch, as TensorBoard's event files.

    Parameters
    ----------
    out : Path
        The run's folder; the files go to ``tensorboard`` in it.
    steps : int
        Steps that are taken already; what an older, killed process logged of later ones is hidden.

    Raises
    ------
    ConfigError
        If tensorboard is not installed or the folder cannot be written.
    """

    def __init__(self, out: Path, steps: int = 0) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ConfigError(
                f"The TensorBoard log needs tensorboard, which cannot be imported ({error})",
                "Run: pip install tensorboard",
            ) from error
        try:
            self._writer = SummaryWriter(str(out / FOLDER), purge_step=steps + 1)
        except OSError as error:
            raise ConfigError(
                f"{out / FOLDER} cannot be written ({error.strerror})", "Choose another folder"
            ) from error
        self._steps = steps

    def step(self, loss: float) -> None:
        """Log a step."""
        self._steps += 1
        self._add("loss/step", loss)

    def epoch(self, row: dict[str, float]) -> None:
        """Log the epoch that the last step ended, a row of `training.finetune_log`, and write all of it out."""
        for name, title in _NAMES.items():
            self._add(title, row[name])
        try:
            self._writer.flush()
        except OSError as error:
            raise _full(error) from error

    def close(self) -> None:
        """Close the file."""
        self._writer.close()

    def _add(self, title: str, value: float) -> None:
        try:
            self._writer.add_scalar(title, value, self._steps)
        except OSError as error:  # of an earlier value: files are written in a thread
            raise _full(error) from error


def _full(error: OSError) -> TrainingError:
    return TrainingError(
        f"The TensorBoard log cannot be written ({error.strerror or error})",
        "Make room and continue with --resume, with or without the log",
    )
