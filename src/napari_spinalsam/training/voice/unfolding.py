"""A network to be trained on from layers that were folded, wider if need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from napari_spinalsam.training.voice.acoustic_model import AffineLayer, TimeDelayNetwork

#: Copies of a unit differ by so much, or they would learn the same.
_DIFFERENCE: Final = 0.02


def widened(layers: Sequence[AffineLayer], width: int, rng: np.random.Generator) -> list[AffineLayer]:
    """Give every hidden layer ``width`` units; what the network computes stays nearly the same.

    New units are copies of old ones, which share what they contribute (Chen et al. 2016, "Net2Net").
    """
    result, copied, copies = [], None, None
    for i, layer in enumerate(layers):
        weight = layer.weight
        if copied is not None and copies is not None:
            blocks = np.split(weight, len(layer.offsets), axis=1)
            weight = np.concatenate([block[:, copied] / copies[copied] for block in blocks], axis=1)
        if i == len(layers) - 1:
            result.append(AffineLayer(layer.offsets, weight, layer.bias))
            break
        old = len(layer.bias)
        copied = np.concatenate([np.arange(old), rng.integers(0, old, max(0, width - old))])
        copies = np.bincount(copied, minlength=old).astype(np.float32)
        weight = weight[copied]
        weight[old:] *= 1.0 + _DIFFERENCE * rng.standard_normal(weight[old:].shape).astype(np.float32)
        result.append(AffineLayer(layer.offsets, weight.astype(np.float32), layer.bias[copied]))
    return result


@torch.no_grad()
def unfolded(layers: Sequence[AffineLayer], normalisation: tuple[Tensor, Tensor], cepstra: Tensor) -> TimeDelayNetwork:
    """Make a network that computes what the layers do, normalisations and all.

    Parameters
    ----------
    layers : sequence of AffineLayer
    normalisation : (Tensor, Tensor)
        Mean of the cepstra and the inverse of their standard deviation.
    cepstra : Tensor
        (batch, frames, 40): some examples, from which the layers' normalisations are taken.
    """
    mean, scale = normalisation
    network = TimeDelayNetwork(len(layers[-1].bias), len(layers[0].bias), mean, scale)
    repeats, weight = len(layers[0].offsets), layers[0].weight
    first = AffineLayer(
        layers[0].offsets,
        weight / np.tile(scale.numpy(), repeats),
        layers[0].bias + weight @ np.tile(mean.numpy(), repeats),
    )
    for linear, layer in zip((*network.hidden, network.output), (first, *layers[1:]), strict=True):
        linear.weight.copy_(torch.from_numpy(layer.weight))
        linear.bias.copy_(torch.from_numpy(layer.bias))
    network.eval()
    for norm in network.norms:
        hook = norm.register_forward_pre_hook(_settle)
        network(cepstra)
        hook.remove()
    return network


def _settle(norm: torch.nn.BatchNorm1d, inputs: tuple[Tensor, ...]) -> None:
    """Let a normalisation undo itself: its statistics are those of what it is given, its own scale and shift too."""
    spread, middle = torch.var_mean(inputs[0], dim=0)
    state = norm.state_dict(keep_vars=True)
    state["running_mean"].copy_(middle)
    state["running_var"].copy_(spread)
    state["weight"].copy_(torch.sqrt(spread + norm.eps))
    state["bias"].copy_(middle)
