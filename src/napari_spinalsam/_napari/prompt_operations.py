"""Prompts drawn with the mouse as operations: refused where they do not lie on the slice, and the mask that follows."""

from __future__ import annotations

from collections.abc import Sequence

from napari_spinalsam.commands.operations import AddBox, AddPoints, BaseOperation, SegmentBox, SegmentPoints
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts, check_prompts


def points_as_operations(points: list[Point], shape: tuple[int, int]) -> list[AddPoints]:
    """Turn clicks into operations.

    Parameters
    ----------
    points : list of Point
        In pixels of the slice.
    shape : (rows, columns)
        Of the slice.

    Raises
    ------
    PromptError
        If a point is outside the slice.
    """
    check_prompts(Prompts(points=tuple(points)), shape)
    # The outer half of the first pixel has negative coordinates, which operations do not know.
    return [
        AddPoints(at=((max(p.x, 0.0), max(p.y, 0.0)),), polarity="positive" if p.positive else "negative")
        for p in points
    ]


def box_as_operation(box: Box, shape: tuple[int, int]) -> AddBox:
    """Turn a dragged rectangle into an operation: what of it lies on the slice, for a drag often ends beside it.

    Raises
    ------
    PromptError
        If no part of it is on the slice, or it has no area.
    """
    rows, columns = shape
    touches = box.x0 < columns and box.y0 < rows and box.x1 > -1 and box.y1 > -1
    if touches:
        box = Box(max(box.x0, 0.0), max(box.y0, 0.0), min(box.x1, columns - 1.0), min(box.y1, rows - 1.0))
    check_prompts(Prompts(boxes=(box,)), shape)
    return AddBox(at=(box.x0, box.y0, box.x1, box.y1))


def mask_operation(prompts: Prompts, added: Sequence[BaseOperation] = ()) -> BaseOperation | None:
    """Choose the segmentation that uses all prompts: boxes take the points in them along, points do not take boxes.

    Parameters
    ----------
    prompts : Prompts
        What is on the slice.
    added : sequence of AddPoints and AddBox
        What is about to be added.

    Returns
    -------
    SegmentBox, SegmentPoints or None
        None where nothing says what belongs to the structure.
    """
    if prompts.boxes or any(isinstance(operation, AddBox) for operation in added):
        return SegmentBox()
    adds_positive = any(isinstance(op, AddPoints) and op.polarity == "positive" for op in added)
    if adds_positive or any(point.positive for point in prompts.points):
        return SegmentPoints()
    return None
