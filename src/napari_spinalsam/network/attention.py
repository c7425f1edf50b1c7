"""An exact faster attention for segment_anything's image encoder.

SAM's ViT adds decomposed relative positions (Li et al. 2022, MViTv2, equation 4) to every score:

``score[i, j] = scale * q[i]·k[j] + q[i]·R_h[row(i), row(j)] + q[i]·R_w[col(i), col(j)]``

Meta's code writes all scores out, twice over, and adds two broadcast tensors to them; on a CPU that costs more than the
products themselves. Two rewritings avoid it, exactly: the sums are the same, float32 differs in rounding only.

*Extended heads.* Both terms go into the inner product: the query is extended by its products with the relative position
of every row and of every column, the key by the one-hot code of its own row and column,

``score[i, j] = [scale * q[i], q[i]·R_h, q[i]·R_w] · [k[j], onehot(row(j)), onehot(col(j))]``,

a plain dot product, which torch's fused kernels compute without ever writing the scores out. It suits GPUs, windows,
where a row and a column are short, and the training of large networks, where it saves memory.

*Query blocks.* Without gradients on a CPU, scores are made for so many queries at a time that they stay in the cache,
and there the terms are added in place. It suits global attention, where a row and a column together are longer than a
head and extended heads would multiply the work. torch's own fused CPU kernel does neither for bfloat16 at full speed.

*Written-out scores*, as Meta's code has them, but in one layout: with gradients on a CPU, where there are few tokens.

Parameters keep their names, and gradients flow.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from napari_spinalsam.torchvision_mend import mend_torchvision

mend_torchvision()

from segment_anything.modeling import ImageEncoderViT  # noqa: E402
from segment_anything.modeling.image_encoder import Attention, get_rel_pos  # noqa: E402

#: Scores computed at a time on a CPU: 4 MB in bfloat16, which two cores' caches hold.
_BLOCK = 2**21
#: Tokens up to which a CPU trains faster with all scores in memory than with the fused kernel.
_FEW_TOKENS = 1024


class FusedAttention(nn.Module):
    """Drop-in for segment_anything's ``Attention``: the same parameters, the same result, less time.

    Parameters
    ----------
    attention : segment_anything.modeling.image_encoder.Attention
        The module to stand in for; its parameters are shared, not copied, under the same names.
    """

    def __init__(self, attention: Attention) -> None:
        super().__init__()
        self.num_heads: int = attention.num_heads
        self.scale: float = attention.scale
        self.use_rel_pos: bool = attention.use_rel_pos
        self.qkv = attention.qkv
        self.proj = attention.proj
        if self.use_rel_pos:
            self.rel_pos_h = attention.rel_pos_h
            self.rel_pos_w = attention.rel_pos_w

    def forward(self, x: Tensor) -> Tensor:
        """Attend.

        Parameters
        ----------
        x : Tensor
            Tokens on their grid, (batch, height, width, channels).

        Returns
        -------
        Tensor
            Of the same shape.
        """
        B, H, W, _ = x.shape
        qkv = self.qkv(x).reshape(B, H * W, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.reshape(3, B * self.num_heads, H * W, -1).unbind(0)  # as Meta's code names and shapes them
        out = self._attend(q, k, v, H, W)
        out = out.view(B, self.num_heads, H * W, -1).transpose(1, 2).reshape(B, H, W, -1)
        result: Tensor = self.proj(out)
        return result

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, height: int, width: int) -> Tensor:
        on_cpu = q.device.type == "cpu"
        in_blocks = on_cpu and not torch.is_grad_enabled()
        q_scaled = q * self.scale
        if not self.use_rel_pos:
            return _query_blocks(q_scaled, k, v) if in_blocks else _fused(q_scaled, k, v)
        rel_h, rel_w = self._relative_positions(q, height, width)
        if in_blocks and q.shape[-1] < height + width:
            return _query_blocks(q_scaled, k, v, rel_h, rel_w)
        if on_cpu and torch.is_grad_enabled() and height * width <= _FEW_TOKENS:
            return _written_out(q_scaled, k, v, rel_h, rel_w)
        q_long = torch.cat([q_scaled, rel_h, rel_w], -1)
        positions = _key_positions(height, width, k.dtype, k.device)
        k_long = torch.cat([k, positions.expand(k.shape[0], -1, -1)], -1)
        return _query_blocks(q_long, k_long, v) if in_blocks else _fused(q_long, k_long, v)

    def _relative_positions(self, q: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Every query times every row and column position: (batch * heads, tokens, height) and (…, width)."""
        grid = q.reshape(-1, height, width, q.shape[-1])
        rel_h = torch.einsum("bhwc,hkc->bhwk", grid, get_rel_pos(height, height, self.rel_pos_h).to(q.dtype))
        rel_w = torch.einsum("bhwc,wkc->bhwk", grid, get_rel_pos(width, width, self.rel_pos_w).to(q.dtype))
        return rel_h.flatten(1, 2), rel_w.flatten(1, 2)


def _fused(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Torch's own fused attention of queries that are scaled already; all (batch, tokens, channels)."""
    # The fused kernels want values as wide as keys; the zeros are cut off again.
    wide = F.pad(v, (0, k.shape[-1] - v.shape[-1]))
    out = F.scaled_dot_product_attention(q[None], k[None], wide[None], scale=1.0)
    return out[0, ..., : v.shape[-1]]


def _written_out(q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor, rel_w: Tensor) -> Tensor:
    """Attention of queries that are scaled already, all scores at once."""
    scores = torch.bmm(q, k.transpose(1, 2)).unflatten(-1, (rel_h.shape[-1], rel_w.shape[-1]))
    biased = scores + rel_h[..., None] + rel_w[..., None, :]
    return torch.bmm(biased.flatten(2).softmax(-1), v)


def _query_blocks(q: Tensor, k: Tensor, v: Tensor, rel_h: Tensor | None = None, rel_w: Tensor | None = None) -> Tensor:
    """Attention of queries that are scaled already, a cache-sized block of scores at a time, without gradients."""
    batch, N, _ = q.shape
    step, rows = max(1, _BLOCK // (N * N)), min(N, max(1, _BLOCK // N))
    out = torch.empty_like(v)
    for i in range(0, batch, step):
        heads = slice(i, i + step)
        keys = k[heads].transpose(1, 2)
        for j in range(0, N, rows):
            queries = slice(j, j + rows)
            scores = torch.bmm(q[heads, queries], keys)
            if rel_h is not None and rel_w is not None:
                grid = scores.unflatten(-1, (rel_h.shape[-1], rel_w.shape[-1]))
                grid += rel_h[heads, queries, :, None]
                grid += rel_w[heads, queries, None, :]
            out[heads, queries] = torch.bmm(scores.softmax(-1), v[heads])
    return out


@lru_cache(maxsize=16)
def _key_positions(height: int, width: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """One-hot row and column of every token, (height * width, height + width); the same for every image and block."""
    with torch.inference_mode(mode=False):  # made once, possibly while predicting, and used in training too
        rows = torch.eye(height, dtype=dtype, device=device).repeat_interleave(width, 0)
        columns = torch.eye(width, dtype=dtype, device=device).repeat(height, 1)
        return torch.cat([rows, columns], 1)


def install_fused_attention(encoder: ImageEncoderViT) -> ImageEncoderViT:
    """Replace the attention of every block of ``encoder`` by `FusedAttention`, in place.

    The encoder's state dict stays as it is, so checkpoints load before and after. Doing it twice changes nothing.

    Parameters
    ----------
    encoder : ImageEncoderViT
        Any of segment_anything's image encoders.

    Returns
    -------
    ImageEncoderViT
        The same object.
    """
    for block in encoder.blocks:
        if isinstance(block.attn, Attention):
            block.attn = FusedAttention(block.attn)
    return encoder
