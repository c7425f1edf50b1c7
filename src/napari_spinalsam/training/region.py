"""Train on a part of the network's input: the part's tokens keep their places, the rest is never computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.func import functional_call

if TYPE_CHECKING:
    from segment_anything.modeling import ImageEncoderViT, Sam


@dataclass(frozen=True, slots=True)
class Region:
    """A square of patches within the input.

    Parameters
    ----------
    row, column, size : int
        First row and column and side, in patches.
    patch : int
        Side of a patch in pixels.
    """

    row: int
    column: int
    size: int
    patch: int = 16

    @property
    def tokens(self) -> tuple[slice, slice]:
        """The region in patches."""
        return self._scaled(1)

    @property
    def pixels(self) -> tuple[slice, slice]:
        """The region in pixels of the input."""
        return self._scaled(self.patch)

    @property
    def mask_cells(self) -> tuple[slice, slice]:
        """The region in cells of SAM's low-resolution masks, four a patch."""
        return self._scaled(4)

    @property
    def origin(self) -> tuple[int, int]:
        """Input pixel (x, y) of the region's first pixel."""
        return self.column * self.patch, self.row * self.patch

    def _scaled(self, factor: int) -> tuple[slice, slice]:
        return (
            slice(self.row * factor, (self.row + self.size) * factor),
            slice(self.column * factor, (self.column + self.size) * factor),
        )


def encode_region(encoder: ImageEncoderViT, images: torch.Tensor, region: Region) -> torch.Tensor:
    """Run the image encoder on a region of its input.

    On the whole input this is ``encoder(images)``. On less, positions are those of the region's patches; relative
    positions are the same distances as on the whole input, not stretched ones.

    Parameters
    ----------
    encoder : ImageEncoderViT
        With relative and absolute positions.
    images : (n, 3, size, size) float tensor
        Normalised pixels of the region.
    region : Region
        Where they lie; its side is a multiple of the encoder's window.

    Returns
    -------
    (n, channels, region.size, region.size) tensor
    """
    x = encoder.patch_embed(images)
    rows, columns = region.tokens
    x = x + encoder.pos_embed[:, rows, columns]
    for block in encoder.blocks:
        x = block(x) if block.window_size > 0 else functional_call(block, _near_positions(block, region.size), (x,))
    result: torch.Tensor = encoder.neck(x.permute(0, 3, 1, 2))
    return result


def _near_positions(block: nn.Module, size: int) -> dict[str, torch.Tensor]:
    """Return the middle 2 * size − 1 of a block's relative positions."""
    tables = {}
    for name in ("attn.rel_pos_h", "attn.rel_pos_w"):
        table = block.get_parameter(name)
        middle = table.shape[0] // 2
        tables[name] = table[middle - size + 1 : middle + size]
    return tables


def decode_region(
    sam: Sam, embeddings: torch.Tensor, region: Region, sparse: torch.Tensor, dense: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Run the mask decoder on a region for n prompts of any images: ``MaskDecoder.predict_masks`` in one batch.

    Parameters
    ----------
    sam : Sam
        The network.
    embeddings : (n, channels, size, size) tensor
        Of the region, the prompt's image each.
    region : Region
        Where it lies.
    sparse : (n, k, channels) tensor
        The prompt encoder's tokens.
    dense : (n, channels, grid, grid) tensor
        The prompt encoder's mask embedding, of the whole input.

    Returns
    -------
    masks : (n, tokens, 4 * size, 4 * size) float32 tensor
        Logits of the single-mask token and the candidates.
    iou : (n, tokens) float32 tensor
        Predicted.
    """
    decoder = sam.mask_decoder
    rows, columns = region.tokens
    n, count = len(sparse), decoder.num_mask_tokens
    positions = sam.prompt_encoder.get_dense_pe()[..., rows, columns].expand(n, -1, -1, -1)
    own = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
    tokens = torch.cat([own.expand(n, -1, -1), sparse], dim=1)
    tokens_out, features = decoder.transformer(embeddings + dense[..., rows, columns], positions, tokens)
    features = decoder.output_upscaling(features.transpose(1, 2).reshape(embeddings.shape))
    weights = [mlp(tokens_out[:, 1 + i]) for i, mlp in enumerate(decoder.output_hypernetworks_mlps)]
    masks = (torch.stack(weights, dim=1) @ features.flatten(2)).reshape(n, count, *features.shape[2:])
    return masks.float(), decoder.iou_prediction_head(tokens_out[:, 0]).float()
