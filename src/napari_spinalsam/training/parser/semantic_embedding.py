"""An embedding that knows what a word is like before any phrase with it was seen.

A token's row is a vector of its own plus a linear image of the word's fixed vector. In training the own vector is left
out now and then, so that the network learns to read the image; a word that no phrase holds has nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from transformers import Qwen2ForCausalLM

#: Strength of the ridge regression that finds the first linear map.
_RIDGE: Final = 50.0


class SemanticEmbedding(nn.Module):
    """Rows of tokens.

    Parameters
    ----------
    rows : Tensor
        (tokens, width): what an ordinary embedding holds. New tokens have rows of zeros.
    vectors : Tensor
        (tokens, dimensions): fixed; zeros for tokens that are no word.
    left_out : float
        How often the own vector of a word is left out in training.
    """

    vectors: Tensor

    def __init__(self, rows: Tensor, vectors: Tensor, left_out: float) -> None:
        super().__init__()
        self.register_buffer("vectors", vectors, persistent=False)
        seen = (vectors.any(1) & rows.any(1)).nonzero().flatten()
        x, y = vectors[seen], rows[seen]
        image = torch.linalg.solve(x.T @ x + _RIDGE * torch.eye(x.shape[1]), x.T @ y)
        own = rows - vectors @ image
        own[~rows.any(1)] = 0.0
        self.image = nn.Parameter(image)
        self.weight = nn.Parameter(own)
        self._left_out = left_out

    def forward(self, ids: Tensor) -> Tensor:
        """Rows of ``ids``, (batch, length) to (batch, length, width)."""
        own, vectors = F.embedding(ids, self.weight), F.embedding(ids, self.vectors)
        if self.training:
            kept = (torch.rand(ids.shape) >= self._left_out) | ~vectors.any(-1)
            own = own * kept[..., None]
        return own + vectors @ self.image

    def table(self, tokens: int | None = None) -> Tensor:
        """Write out the first rows, or all of them, as an ordinary embedding holds them."""
        return self.weight[:tokens] + self.vectors[:tokens] @ self.image


class TiedHead(nn.Module):
    """Output layer with the embedding's rows, for the tokens that answers are made of.

    Parameters
    ----------
    embedding : SemanticEmbedding
    outputs : int
        Tokens from this number on are never answered.
    """

    def __init__(self, embedding: SemanticEmbedding, outputs: int) -> None:
        super().__init__()
        self._embedding = [embedding]  # no submodule: its parameters are counted once
        self._outputs = outputs

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, width) to (…, outputs)."""
        return F.linear(hidden, self._embedding[0].table(self._outputs))


def enrich(network: Qwen2ForCausalLM, vectors: Tensor, outputs: int, left_out: float) -> SemanticEmbedding:
    """Give a network a `SemanticEmbedding` in place of its embedding, and the output layer that goes with it.

    Parameters
    ----------
    network : Qwen2ForCausalLM
        With tied embeddings; its rows may be fewer than there are vectors.
    vectors : Tensor
        (tokens, dimensions).
    outputs : int
        Tokens that answers are made of: the first ones.
    left_out : float
    """
    rows = network.model.embed_tokens.weight.detach()
    rows = torch.cat([rows, torch.zeros(len(vectors) - len(rows), rows.shape[1])])
    embedding = SemanticEmbedding(rows, vectors, left_out)
    network.model.embed_tokens = embedding
    network.lm_head = TiedHead(embedding, outputs)
    return embedding
