"""The acoustic model: a time-delay network that hears a phone every 30 ms from 0.3 s of cepstra.

Each layer sees a few frames of the layer below (Peddinti et al. 2015, "A time delay neural network architecture for
efficient modeling of long temporal contexts"); a layer is spliced frames, an affine map, ReLU and batch normalisation,
which are folded into plain affine maps when the model is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from napari_spinalsam.training.voice.features import CEPSTRA, SUBSAMPLING

#: Frames that each hidden layer sees, as offsets in frames of 10 ms. From the second layer on only every third frame
#: is computed.
OFFSETS: Final = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3))
#: Frames that an answer depends on to either side.
CONTEXT: Final = sum(offsets[-1] for offsets in OFFSETS)
_SUBSAMPLED_LAYER: Final = 1


@dataclass(frozen=True, eq=False)
class AffineLayer:
    """What is left of a layer when all is folded: frames spliced at ``offsets``, then weight @ x + bias."""

    offsets: tuple[int, ...]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class TimeDelayNetwork(nn.Module):
    """Cepstra to logits of the phones.

    Parameters
    ----------
    outputs : int
        Number of phones.
    width : int
        Units of a hidden layer.
    mean, scale : Tensor
        (40,) of the cepstra, for their normalisation.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, outputs: int, width: int, mean: Tensor, scale: Tensor) -> None:
        super().__init__()
        sizes = [CEPSTRA] + [width] * len(OFFSETS)
        self.hidden = nn.ModuleList(
            nn.Linear(size * len(offsets), following)
            for (size, following), offsets in zip(pairwise(sizes), OFFSETS, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in OFFSETS)
        self.output = nn.Linear(width, outputs)
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)

    def forward(self, cepstra: Tensor) -> Tensor:
        """Logits.

        Parameters
        ----------
        cepstra : Tensor
            (batch, 3 * n - 2 + 2 * CONTEXT, 40): the frames of n answers with their context.

        Returns
        -------
        Tensor
            (batch, n, outputs).
        """
        x = (cepstra - self.mean) * self.scale
        for i, (offsets, layer, norm) in enumerate(zip(OFFSETS, self.hidden, self.norms, strict=True)):
            unit = SUBSAMPLING if i > _SUBSAMPLED_LAYER else 1
            stride = SUBSAMPLING if i == _SUBSAMPLED_LAYER else 1
            x = F.relu(layer(_splice(x, [offset // unit for offset in offsets], stride)))
            x = norm(x.flatten(0, 1)).unflatten(0, x.shape[:2])
        logits: Tensor = self.output(x)
        return logits

    def folded(self) -> list[AffineLayer]:
        """All layers as plain affine maps, a ReLU between each two; normalisations are put into the next layer."""
        scale, shift = self.scale, -self.mean * self.scale
        layers = []
        for offsets, layer, norm in zip(
            (*OFFSETS, (0,)), (*self.hidden, self.output), (*self.norms, None), strict=True
        ):
            weight, bias = layer.weight.detach(), layer.bias.detach()
            bias = bias + weight @ shift.repeat(len(offsets))
            weight = weight * scale.repeat(len(offsets))
            layers.append(AffineLayer(offsets, weight.double().float().numpy(), bias.numpy()))
            if norm is not None:
                scale = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
                shift = norm.bias.detach() - norm.running_mean * scale
        return layers


def _splice(x: Tensor, offsets: list[int], stride: int) -> Tensor:
    """Frames side by side: (batch, time, size) to (batch, time', size * offsets), at every ``stride``-th frame."""
    first, last = offsets[0], offsets[-1]
    length = x.shape[1] - (last - first)
    return torch.cat([x[:, offset - first : offset - first + length : stride] for offset in offsets], dim=2)


def pad_context(cepstra: NDArray[np.float32]) -> NDArray[np.float32]:
    """Repeat the first and last frame as far as the network looks, as Kaldi does at the ends of the speech."""
    return np.pad(cepstra, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")
