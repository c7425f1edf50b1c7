"""The lettered grid over a slice, for pointing by voice: columns A, B, … from the left, rows 1, 2, … from the top."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Self

from napari_spinalsam.errors import PromptError
from napari_spinalsam.segmentation.prompts import Box

#: Columns and rows of the grid.
COLUMNS = 8
ROWS = 8


@dataclass(frozen=True)
class Grid:
    """Equal cells over a region of a slice.

    Parameters
    ----------
    region : Box
        Outer edges in pixels; the centre of the first pixel is (0, 0), so a slice spans -0.5 to its size less 0.5.
    columns, rows : int
        Number of cells, columns at most 26.

    Examples
    --------
    >>> Grid.over((80, 80)).centre("A1")
    (4.5, 4.5)
    """

    region: Box
    columns: int = COLUMNS
    rows: int = ROWS

    @classmethod
    def over(cls, shape: tuple[int, int]) -> Self:
        """Lay the grid over a whole slice of ``shape`` (rows, columns)."""
        rows, columns = shape
        return cls(Box(-0.5, -0.5, columns - 0.5, rows - 0.5))

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell in pixels."""
        return (self.region.x1 - self.region.x0) / self.columns, (self.region.y1 - self.region.y0) / self.rows

    def names(self) -> list[str]:
        """Names of all cells, row by row."""
        letters = string.ascii_uppercase[: self.columns]
        return [f"{letter}{row}" for row in range(1, self.rows + 1) for letter in letters]

    def box(self, cell: str) -> Box:
        """Edges of a cell.

        Raises
        ------
        PromptError
            If the grid has no such cell.
        """
        column, row = self._position(cell)
        width, height = self.cell_size
        x0, y0 = self.region.x0 + column * width, self.region.y0 + row * height
        return Box(x0, y0, x0 + width, y0 + height)

    def centre(self, cell: str) -> tuple[float, float]:
        """Centre (x, y) of a cell.

        Raises
        ------
        PromptError
            If the grid has no such cell.
        """
        box = self.box(cell)
        return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2

    def span(self, cells: tuple[str, str]) -> Box:
        """Find the box that just holds two cells.

        Raises
        ------
        PromptError
            If the grid has no such cell.
        """
        first, second = (self.box(cell) for cell in cells)
        return Box(
            min(first.x0, second.x0), min(first.y0, second.y0), max(first.x1, second.x1), max(first.y1, second.y1)
        )

    def _position(self, cell: str) -> tuple[int, int]:
        column, row = string.ascii_uppercase.find(cell[:1].upper()), int(cell[1:]) - 1
        if 0 <= column < self.columns and 0 <= row < self.rows:
            return column, row
        last = f"{string.ascii_uppercase[self.columns - 1]}{self.rows}"
        raise PromptError(f"The grid has no cell {cell}", f"Its cells go from A1 to {last}")
