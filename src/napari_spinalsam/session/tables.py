"""Measurements and agreements as tables: for the dock, for a report, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.session.comparison import Agreement
from napari_spinalsam.session.measurement import Measurement
from napari_spinalsam.vertebrae import label_name


@dataclass(frozen=True)
class Table:
    """A table of one row for each label.

    Parameters
    ----------
    columns : tuple of str
        With their units.
    rows : tuple of tuples of str or float
        The first cell names the label.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]

    def cells(self) -> list[list[str]]:
        """Format every cell for reading: three digits after the point of a share, one of anything larger."""
        return [[_formatted(value) for value in row] for row in self.rows]


def measurement_table(measurements: Sequence[Measurement]) -> Table:
    """Make a table of measurements; of a picture, lengths are in pixels and there is no volume in mm³."""
    unit = measurements[0].unit if measurements else "mm"
    intensity = measurements[0].intensity_unit if measurements else "HU"
    size = "volume (mm³)" if unit == "mm" else "area (px)"
    columns = (
        "label",
        "value",
        "voxels",
        size,
        *(f"{side} ({unit})" for side in ("height", "depth", "width")),
        f"mean ({intensity})",
        f"sd ({intensity})",
    )
    rows = tuple(
        (label_name(each.label), each.label, each.voxels, each.volume, *each.extent, each.mean, each.sd)
        for each in measurements
    )
    return Table(columns, rows)


def agreement_table(agreements: Sequence[Agreement], unit: str) -> Table:
    """Make a table of the agreement with a reference; distances are in `unit`."""
    columns = ("label", "value", "Dice", "IoU", f"MSD ({unit})", f"HD95 ({unit})")
    rows = tuple((label_name(each.label), each.label, each.dice, each.iou, each.msd, each.hd95) for each in agreements)
    return Table(columns, rows)


def write_csv(path: Path, table: Table) -> Path:
    """Write a table as CSV: all digits, the file whole or not at all.

    Raises
    ------
    ConfigError
        If it cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    write_text(path, text.getvalue())
    return path


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Raises
    ------
    ConfigError
        If it cannot be written.
    """
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"{path} cannot be written ({reason})", "Choose another folder") from error


def _formatted(value: str | float) -> str:
    if isinstance(value, str | int):
        return str(value)
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"
