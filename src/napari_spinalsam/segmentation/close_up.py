"""Looking closer: a box that is small on its slice is answered from an enlarged part of the slice.

The network's input has a fixed size. A vertebral arch in a slice of the whole trunk covers a few of its patches, and no
decoder can draw an outline finer than the low-resolution masks. So the box's surroundings are enlarged to the whole
input, as a reader zooms in. The parts lie on a fixed grid, so that neighbouring boxes share one embedding.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from napari_spinalsam.segmentation.input_frame import InputFrame
from napari_spinalsam.segmentation.prompts import Box

#: A part is at least this many times as wide as the box: a network needs to see what is around a structure.
_SURROUNDINGS: Final = 2.5
#: Parts lie this share of their side apart, so that every box is near the middle of one.
_STRIDE: Final = 0.25
#: Shorter parts hold too few pixels to be enlarged.
_MIN_PIXELS: Final = 24
#: Halvings of the slice's longest side, at most.
_MAX_HALVINGS: Final = 4


def close_up_frame(whole: InputFrame, box: Box) -> InputFrame | None:
    """Choose the part of a slice that a box is answered from.

    Parameters
    ----------
    whole : InputFrame
        Frame of the whole slice.
    box : Box
        In pixels of the slice.

    Returns
    -------
    InputFrame or None
        Of a part whose longest side is a half, a quarter, … of the slice's. None where the box is not small, or reaches
        into the margin that was cropped.
    """
    scale_x, scale_y = whole.scale
    side = float(whole.input_size)  # in input pixels, which are square
    shortest = max(
        _SURROUNDINGS * (box.x1 - box.x0 + 1) * scale_x,
        _SURROUNDINGS * (box.y1 - box.y0 + 1) * scale_y,
        _MIN_PIXELS * max(scale_x, scale_y),
    )
    halvings = min(int(np.log2(max(side / shortest, 1.0))), _MAX_HALVINGS)
    if not halvings:
        return None
    side /= 2**halvings
    rows = _span((box.y0 + box.y1) / 2, side / scale_y, whole.crop[0], whole.crop[2])
    columns = _span((box.x0 + box.x1) / 2, side / scale_x, whole.crop[1], whole.crop[3])
    height, width = (rows[1] - rows[0]) * scale_y, (columns[1] - columns[0]) * scale_x
    factor = whole.input_size / max(height, width)
    scaled = max(1, round(height * factor)), max(1, round(width * factor))
    frame = replace(whole, crop=(rows[0], columns[0], rows[1], columns[1]), scaled=scaled)
    corners = ((box.x0, box.y0), (box.x1, box.y1))
    return frame if all(frame.shows(x, y) for x, y in corners) else None


def _span(middle: float, side: float, first: int, end: int) -> tuple[int, int]:
    """First and end pixel, along one side, of the part whose middle is next to ``middle``."""
    if side >= end - first:
        return first, end
    stride = _STRIDE * side
    start = first + round((middle + 0.5 - side / 2 - first) / stride) * stride
    start = min(max(start, float(first)), end - side)
    return round(start), min(round(start + side), end)
