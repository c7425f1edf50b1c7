"""The convolutional block attention module, gated so that it begins as nothing at all.

Woo et al. 2018, CBAM: Convolutional Block Attention Module. A feature map is weighted channel by channel (section 3,
equation 2: one small MLP for the averages and the maxima of all channels) and then position by position (equation 3: a
convolution over the averages and maxima along the channels):

``F' = M_c(F) ⊗ F``, ``F'' = M_s(F') ⊗ F'`` (equation 1).

A network that is trained already must not be disturbed by a module that knows nothing yet. So a gate ``g`` leads from
the features as they are (0, where it begins: the output is the input bit for bit) to the published module (1):
``F · (1 + g (M_c M_s − 1))``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from segment_anything.modeling import ImageEncoderViT

#: Name of the module within the encoder's neck and within a block.
NAME = "cbam"


class CBAM(nn.Module):
    """Channel, then spatial attention.

    Parameters
    ----------
    channels : int
    reduction : int
        The hidden layer of the channels' MLP has ``channels // reduction`` units, at least 1 (16 in the paper).
    kernel_size : int
        Side of the spatial convolution, odd (7 in the paper).
    """

    def __init__(self, channels: int, reduction: int = 16, kernel_size: int = 7) -> None:
        super().__init__()
        hidden = max(1, channels // reduction)
        self.mlp = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels))
        self.conv = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.gate = nn.Parameter(torch.zeros(()))

    def forward(self, features: Tensor) -> Tensor:
        """Weight (n, channels, height, width) features; the result has their shape and number format."""
        channel = self.channel_attention(features)
        attention = channel * self.spatial_attention(features * channel)
        return (features * (1 + self.gate * (attention - 1))).to(features.dtype)

    def channel_attention(self, features: Tensor) -> Tensor:
        """M_c (equation 2): (n, channels, 1, 1), from 0 to 1."""
        weights: Tensor = self.mlp(features.mean((-2, -1))) + self.mlp(features.amax((-2, -1)))
        return weights.sigmoid()[..., None, None]

    def spatial_attention(self, features: Tensor) -> Tensor:
        """M_s (equation 3): (n, 1, height, width), from 0 to 1."""
        pooled = torch.cat([features.mean(1, keepdim=True), features.amax(1, keepdim=True)], 1)
        weights: Tensor = self.conv(pooled)
        return weights.sigmoid()


def add_cbam(encoder: ImageEncoderViT, blocks: Sequence[int] = (), reduction: int = 16, kernel_size: int = 7) -> None:
    """Put a CBAM behind the neck of an image encoder, and one behind each of the given blocks, in place.

    The encoder's own parameters keep their names. The new ones are ``neck.cbam.*`` and ``blocks.<i>.cbam.*``.

    Parameters
    ----------
    encoder : ImageEncoderViT
    blocks : sequence of int
        Numbers of blocks, from 0.
    reduction, kernel_size : int
        As in `CBAM`.
    """
    channels = encoder.neck[-1].weight.shape[0]  # the neck ends with a norm of the embedding's channels
    encoder.neck.add_module(NAME, CBAM(channels, reduction, kernel_size))  # a Sequential runs it last
    for index in blocks:
        block = encoder.blocks[index]
        block.add_module(NAME, CBAM(block.norm1.weight.shape[0], reduction, kernel_size))
        # A wrapper round the block would rename its parameters, and hide what other code asks of a block.
        block.register_forward_hook(_weight_block_output)


def _weight_block_output(block: Any, _inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
    """Apply a block's CBAM to its output, (n, height, width, channels)."""
    weighted: Tensor = block.cbam(output.permute(0, 3, 1, 2))
    return weighted.permute(0, 2, 3, 1)
