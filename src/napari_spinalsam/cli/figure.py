"""A figure of slices with masks, drawn without a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from napari_spinalsam.segmentation.prompts import Box

#: Height of a panel, of the caption under it, and the gap between panels, in pixels.
_HEIGHT: Final = 480
_CAPTION: Final = 34
_GAP: Final = 12
_FONT_SIZE: Final = 17

_BACKGROUND: Final = (255, 255, 255)
_INK: Final = (20, 20, 20)
# Blue and orange are told apart by everyone, also in grey (Okabe and Ito 2008).
MASK_COLOUR: Final = (0, 114, 178)
OUTLINE_COLOUR: Final = (230, 159, 0)
BOX_COLOUR: Final = (240, 228, 66)


@dataclass(frozen=True, eq=False)
class Panel:
    """One slice.

    Parameters
    ----------
    grey : (rows, columns) float32
        From 0 (black) to 1 (white).
    spacing : (row, column)
        Distance between pixels; only their ratio matters.
    caption : str
    mask : (rows, columns) bool, optional
        Filled, half transparent.
    outline : (rows, columns) bool, optional
        Drawn as a line.
    boxes : tuple of Box
        In pixels of the slice.
    """

    grey: NDArray[np.float32]
    spacing: tuple[float, float]
    caption: str
    mask: NDArray[np.bool_] | None = None
    outline: NDArray[np.bool_] | None = None
    boxes: tuple[Box, ...] = ()


def save_figure(panels: Sequence[Panel], path: Path) -> Path:
    """Draw panels side by side into a PNG.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    pictures = [_draw(panel) for panel in panels]
    width = sum(picture.width for picture in pictures) + _GAP * (len(pictures) + 1)
    figure = Image.new("RGB", (width, _HEIGHT + _CAPTION + 2 * _GAP), _BACKGROUND)
    pen = ImageDraw.Draw(figure)
    font = ImageFont.load_default(size=_FONT_SIZE)
    left = _GAP
    for panel, picture in zip(panels, pictures, strict=True):
        figure.paste(picture, (left, _GAP))
        pen.text((left, _HEIGHT + _GAP + 8), panel.caption, fill=_INK, font=font)
        left += picture.width + _GAP
    figure.save(path, format="PNG")
    return path


def _draw(panel: Panel) -> Image.Image:
    rows, columns = panel.grey.shape
    size = (max(1, round(_HEIGHT * columns * panel.spacing[1] / (rows * panel.spacing[0]))), _HEIGHT)
    grey = Image.fromarray((np.clip(panel.grey, 0, 1) * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    pixels = np.repeat(np.asarray(grey, dtype=np.float32)[..., None], 3, axis=2)
    if panel.mask is not None:
        inside = _resized(panel.mask, size)
        pixels[inside] = 0.5 * pixels[inside] + 0.5 * np.array(MASK_COLOUR)
    if panel.outline is not None:
        inside = _resized(panel.outline, size)
        pixels[inside & ~ndimage.binary_erosion(inside, iterations=2)] = OUTLINE_COLOUR
    picture = Image.fromarray(pixels.astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for box in panel.boxes:
        # The centre of the first pixel is (0, 0), its corner is half a pixel before.
        corners = [
            ((x + 0.5) * size[0] / columns, (y + 0.5) * size[1] / rows) for x, y in ((box.x0, box.y0), (box.x1, box.y1))
        ]
        pen.rectangle(corners, outline=BOX_COLOUR, width=2)
    return picture


def _resized(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(Image.fromarray(mask.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)) > 0
