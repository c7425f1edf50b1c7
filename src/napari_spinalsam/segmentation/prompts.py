"""Prompts: what the user points at, as frozen values.

Coordinates are pixels of the slice, ``x`` the column and ``y`` the row; the centre of the first pixel is (0, 0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from napari_spinalsam.errors import PromptError


@dataclass(frozen=True, slots=True)
class Point:
    """A point that belongs to the structure (positive) or does not (negative)."""

    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A box around one structure, corners in any order.

    ``Box.x0 <= Box.x1`` and ``Box.y0 <= Box.y1`` always hold afterwards.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        for low, high in (("x0", "x1"), ("y0", "y1")):
            a, b = getattr(self, low), getattr(self, high)
            object.__setattr__(self, low, min(a, b))
            object.__setattr__(self, high, max(a, b))


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts of one slice: points shared by everything, and any number of boxes, each around one structure."""

    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.points or self.boxes)


def check_prompts(prompts: Prompts, shape: tuple[int, int]) -> None:
    """Refuse prompts that do not lie on a slice of ``shape`` (rows, columns).

    Raises
    ------
    PromptError
        If a point or box corner is outside, not finite, or a box is thinner than one pixel.
    """
    rows, columns = shape
    for point in prompts.points:
        _check_inside(point.x, point.y, rows, columns, "point")
    for box in prompts.boxes:
        _check_inside(box.x0, box.y0, rows, columns, "box")
        _check_inside(box.x1, box.y1, rows, columns, "box")
        if box.x1 - box.x0 < 1 or box.y1 - box.y0 < 1:
            raise PromptError(
                f"The box from ({box.x0:g}, {box.y0:g}) to ({box.x1:g}, {box.y1:g}) has no area",
                "Draw it from one corner of the structure to the opposite one",
            )


def _check_inside(x: float, y: float, rows: int, columns: int, what: str) -> None:
    if math.isfinite(x) and math.isfinite(y) and -0.5 <= x <= columns - 0.5 and -0.5 <= y <= rows - 0.5:
        return
    raise PromptError(
        f"The {what} at ({x:g}, {y:g}) is outside the slice",
        f"Give x from 0 to {columns - 1} and y from 0 to {rows - 1}",
    )
