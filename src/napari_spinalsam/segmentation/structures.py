"""Which prompts belong to one structure.

Every box is one structure. Without a box, all points are one structure. Points given with boxes refine a box's
structure: the one whose box contains the point (the smallest, where boxes overlap), else the nearest box's.
"""

from __future__ import annotations

from dataclasses import dataclass

from napari_spinalsam.segmentation.prompts import Box, Point, Prompts


@dataclass(frozen=True, slots=True)
class Structure:
    """The prompts of one structure: a box, or points, or both."""

    box: Box | None
    points: tuple[Point, ...]


def structures(prompts: Prompts) -> tuple[Structure, ...]:
    """Sort prompts by structure, boxes in their order.

    Returns
    -------
    tuple of Structure
        One for each box; one for all points where there is no box; none without prompts.
    """
    if not prompts.boxes:
        return (Structure(None, prompts.points),) if prompts.points else ()
    owners = [_owner(point, prompts.boxes) for point in prompts.points]
    return tuple(
        Structure(box, tuple(point for point, owner in zip(prompts.points, owners, strict=True) if owner == i))
        for i, box in enumerate(prompts.boxes)
    )


def _owner(point: Point, boxes: tuple[Box, ...]) -> int:
    """Index of the nearest box; of those that contain the point, the smallest."""
    return min(range(len(boxes)), key=lambda i: (_distance(point, boxes[i]), _area(boxes[i])))


def _distance(point: Point, box: Box) -> float:
    """Squared distance of a point from a box, 0 inside."""
    dx = max(box.x0 - point.x, 0.0, point.x - box.x1)
    dy = max(box.y0 - point.y, 0.0, point.y - box.y1)
    return dx * dx + dy * dy


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.y1 - box.y0)
