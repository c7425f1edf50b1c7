"""Training of the acoustic network on labelled frames."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from napari_spinalsam.training.voice.acoustic_model import AffineLayer, TimeDelayNetwork
from napari_spinalsam.training.voice.examples import Examples
from napari_spinalsam.training.voice.phones import PHONES
from napari_spinalsam.training.voice.unfolding import unfolded, widened

#: Examples that the normalisations of a network that goes on are taken from.
_SETTLING: Final = 256


@dataclass(frozen=True)
class FitConfig:
    """Size of the network and length of its training.

    Attributes
    ----------
    width : int
        Units of a hidden layer.
    batch : int
        Examples of 1.2 s a step.
    passes : int
        How often every example is seen.
    learning_rate : float
        Highest; it rises for a tenth of the steps and falls to zero.
    seed : int
    """

    width: int = 160
    batch: int = 64
    passes: int = 8
    learning_rate: float = 3e-3
    seed: int = 0


def fit(examples: Examples, config: FitConfig, start: Sequence[AffineLayer] | None = None) -> TimeDelayNetwork:
    """Train a network, a new one or on from ``start``; the running average of its weights is returned."""
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    if start is None:
        network = TimeDelayNetwork(len(PHONES), config.width, *examples.normalisation())
    else:
        some, _ = next(examples.batches(_SETTLING, rng))
        network = unfolded(widened(start, config.width, rng), examples.normalisation(), some).train()
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=1e-3)
    steps, step, running = config.passes * (len(examples.starts) // config.batch), 0, math.nan
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=steps, pct_start=0.1)
    for _ in range(config.passes):
        for cepstra, labels in examples.batches(config.batch, rng):
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(cepstra).float()
            loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            averaged.update_parameters(network)
            step += 1
            running = loss.item() if math.isnan(running) else 0.98 * running + 0.02 * loss.item()
            if step % 100 == 0:
                right = float((logits.argmax(-1) == labels).float().mean())
                _report(f"step {step} of {steps}: loss {running:.3f}, frames right {right:.1%}")
    network.load_state_dict(averaged.module.state_dict())
    return network.eval()


def _report(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
