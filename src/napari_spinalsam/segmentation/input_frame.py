"""From a slice to the square network input and back: one geometry for training and for use.

Black margins are cropped, the rest is resampled to square pixels with the longest side as long as the network's
input, and padded at the bottom and on the right, as ``segment_anything.utils.transforms.ResizeLongestSide`` does for
square pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

# Pixels no brighter than this share of the grey range (0..1) are background.
_DARK = 0.04
# A border row or column of which no more than this share is brighter than that is margin: specks do not stop the crop.
_SPECKS = 0.005
# Logit of slice pixels that were cropped away: background beyond doubt.
OUTSIDE_LOGIT = -20.0


@dataclass(frozen=True, slots=True)
class InputFrame:
    """How one slice lies in the network's input.

    A position ``x`` on the slice (pixel centres at whole numbers, as everywhere in this project) lies at
    ``(x + 0.5 - first_column) * scale_x - 0.5`` in the input, and likewise ``y``.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the slice.
    crop : (int, int, int, int)
        First row, first column, end row, end column (exclusive) of the part that the network sees.
    scaled : (int, int)
        Rows and columns that this part takes in the input, from its top left corner.
    input_size : int
        Side of the square input.
    """

    shape: tuple[int, int]
    crop: tuple[int, int, int, int]
    scaled: tuple[int, int]
    input_size: int

    @property
    def scale(self) -> tuple[float, float]:
        """Input pixels for one slice pixel, (x, y)."""
        first_row, first_column, end_row, end_column = self.crop
        return self.scaled[1] / (end_column - first_column), self.scaled[0] / (end_row - first_row)

    def shows(self, x: float, y: float) -> bool:
        """Whether a position on the slice lies in the part that the network sees."""
        first_row, first_column, end_row, end_column = self.crop
        return first_column - 0.5 <= x <= end_column - 0.5 and first_row - 0.5 <= y <= end_row - 0.5

    def points_to_input(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map (..., 2) positions (x, y) from the slice to the input; boxes as (n, 2, 2) corners."""
        origin = np.array([self.crop[1], self.crop[0]], dtype=np.float64)
        mapped: NDArray[np.float64] = (np.asarray(points, dtype=np.float64) + 0.5 - origin) * np.array(self.scale) - 0.5
        return mapped

    def points_to_slice(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Undo :meth:`points_to_input`."""
        origin = np.array([self.crop[1], self.crop[0]], dtype=np.float64)
        mapped: NDArray[np.float64] = (np.asarray(points, dtype=np.float64) + 0.5) / np.array(self.scale) - 0.5 + origin
        return mapped

    def resample(self, pixels: NDArray[np.float32]) -> torch.Tensor:
        """Crop and resample a slice, antialiased.

        Parameters
        ----------
        pixels : (rows, columns) float
            Grey levels 0..1.

        Returns
        -------
        (3, *scaled) float32 tensor
            Grey levels 0..255 in three equal channels, not padded: what ``Sam.preprocess`` normalises and pads.
        """
        first_row, first_column, end_row, end_column = self.crop
        part = torch.from_numpy(np.ascontiguousarray(pixels[first_row:end_row, first_column:end_column], np.float32))
        scaled = F.interpolate(part[None, None], size=self.scaled, mode="bilinear", align_corners=False, antialias=True)
        return (scaled[0] * 255.0).clamp(0.0, 255.0).expand(3, -1, -1)

    def logits_to_slice(self, logits: torch.Tensor) -> torch.Tensor:
        """Resample low-resolution logits to the whole slice, bilinearly.

        Parameters
        ----------
        logits : (n, h, w) float tensor
            Of the whole square input, padding included.

        Returns
        -------
        (n, rows, columns) float32 tensor
            ``OUTSIDE_LOGIT`` where the slice was cropped. A mask is where it is above 0.
        """
        first_row, first_column, end_row, end_column = self.crop
        y = _sampling_positions(end_row - first_row, self.scaled[0] / self.input_size)
        x = _sampling_positions(end_column - first_column, self.scaled[1] / self.input_size)
        grid = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], dim=-1).to(logits.device)
        part = F.grid_sample(
            logits[None].float(), grid[None], mode="bilinear", padding_mode="border", align_corners=False
        )[0]
        whole = part.new_full((logits.shape[0], *self.shape), OUTSIDE_LOGIT)
        whole[:, first_row:end_row, first_column:end_column] = part
        return whole

    def logits_to_input(self, logits: torch.Tensor, side: int) -> torch.Tensor:
        """Undo :meth:`logits_to_slice`, up to resampling.

        Parameters
        ----------
        logits : (n, rows, columns) float tensor
            Of the slice.
        side : int
            Of the square low-resolution logits.

        Returns
        -------
        (n, side, side) float32 tensor
            The border goes on into the padding.
        """
        first_row, first_column, end_row, end_column = self.crop
        part = logits[None, :, first_row:end_row, first_column:end_column].float()
        rows, columns = (max(1, round(n * side / self.input_size)) for n in self.scaled)
        scaled = F.interpolate(part, size=(rows, columns), mode="bilinear", align_corners=False, antialias=True)
        return F.pad(scaled, (0, side - columns, 0, side - rows), mode="replicate")[0]


def frame_slice(pixels: NDArray[np.float32], spacing: tuple[float, float], input_size: int) -> InputFrame:
    """Find the frame of one slice.

    Parameters
    ----------
    pixels : (rows, columns) float
        Grey levels 0..1.
    spacing : (float, float)
        Row and column spacing; only their ratio matters.
    input_size : int
        Side of the network's square input in pixels.

    Returns
    -------
    InputFrame
        Rows and columns of the border are cropped as long as at most 0.5 % of their pixels are brighter than 0.04. A
        slice that is dark all over is not cropped.
    """
    rows, columns = pixels.shape
    crop = _crop_dark_margins(pixels)
    height = (crop[2] - crop[0]) * spacing[0]
    width = (crop[3] - crop[1]) * spacing[1]
    factor = input_size / max(height, width)
    scaled = (max(1, round(height * factor)), max(1, round(width * factor)))
    return InputFrame((rows, columns), crop, scaled, input_size)


def _crop_dark_margins(pixels: NDArray[np.float32]) -> tuple[int, int, int, int]:
    bright = pixels > _DARK
    rows = np.flatnonzero(bright.mean(axis=1) > _SPECKS)
    columns = np.flatnonzero(bright.mean(axis=0) > _SPECKS)
    if not rows.size or not columns.size:
        return 0, 0, pixels.shape[0], pixels.shape[1]
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _sampling_positions(length: int, share: float) -> torch.Tensor:
    """Pixel centres of ``length`` pixels in grid_sample's -1..1, over the first ``share`` of the input."""
    return (torch.arange(length, dtype=torch.float32) + 0.5) / length * share * 2.0 - 1.0
