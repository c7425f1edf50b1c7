"""The log of a fine-tuning run: a CSV file and a curve."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.imaging.atomic import write_atomically

LOG: Final = "log.csv"
CURVE: Final = "curve.png"
#: Columns: the mean loss of the epoch, the Dice of the held-out patients, and what the epoch took.
FIELDS: Final = ("epoch", "loss", "validation_dice", "seconds")


def write_log(history: Sequence[dict[str, float]], folder: Path) -> None:
    """Write ``log.csv``, and ``curve.png`` where matplotlib is installed, anew.

    Raises
    ------
    TrainingError
        If the disk is full.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows([[f"{row[name]:.6g}" for name in FIELDS] for row in history])
    curve = _curve(history)
    try:
        write_atomically(folder / LOG, text.getvalue().encode())
        if curve is not None:
            write_atomically(folder / CURVE, curve)
    except OSError as error:
        raise TrainingError(
            f"The log cannot be written to {folder} ({error.strerror or error})", "Make room and continue with --resume"
        ) from error


def _curve(history: Sequence[dict[str, float]]) -> bytes | None:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left = figure.subplots()
    epochs = [row["epoch"] for row in history]
    left.plot(epochs, [row["loss"] for row in history], marker=".", color="tab:blue")
    left.set(xlabel="epoch")
    left.set_ylabel("training loss", color="tab:blue")
    right = left.twinx()
    right.plot(epochs, [row["validation_dice"] for row in history], marker=".", color="tab:orange")
    right.set_ylabel("Dice of the held-out patients", color="tab:orange")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
