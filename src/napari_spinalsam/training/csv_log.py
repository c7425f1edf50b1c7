"""A log of numbers, one row at a time, that survives being killed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


class CsvLog:
    """Rows appended to a CSV file; its header is written where the file is new.

    Parameters
    ----------
    path : Path
        The file.
    fields : sequence of str
        Its columns.
    """

    def __init__(self, path: Path, fields: Sequence[str]) -> None:
        self.path = path
        self.fields = tuple(fields)
        if not path.exists():
            self._append(self.fields)

    def add(self, row: Mapping[str, float]) -> None:
        """Append one row and hand it to the operating system at once."""
        self._append([f"{row[name]:.6g}" for name in self.fields])

    def _append(self, cells: Sequence[str]) -> None:
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(cells)
