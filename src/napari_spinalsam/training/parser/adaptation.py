"""Low-rank adaptation (LoRA, Hu et al. 2022) of a big language model to the command phrases.

The adapted model needs no system prompt any more: a sentence costs its own tokens and the answer's.
"""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from napari_spinalsam.commands.language_model.loading import load_network
from napari_spinalsam.commands.language_model.prompt import PromptFrame, encode_sentence, make_frame
from napari_spinalsam.commands.phrases.sampling import PhraseSampler
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.parser.examples import Example, make_example, pad

_REPORT_EVERY: Final = 20


@dataclass(frozen=True)
class AdaptationConfig:
    """How a big model is adapted.

    Attributes
    ----------
    rank : int
        Rank of the updates; they are scaled by 2 (alpha is twice the rank).
    steps, batch : int
        Steps, and phrases a step.
    learning_rate : float
        Peak; it rises over a twentieth of the steps and falls along half a cosine.
    seed : int
    """

    rank: int = 8
    steps: int = 600
    batch: int = 16
    learning_rate: float = 2e-4
    seed: int = 0


def adapt(base: Path, out: Path, config: AdaptationConfig, device: str | None = None) -> Path:
    """Adapt the model in ``base`` and write it to ``out``, updates merged, so that it loads like any other.

    Raises
    ------
    ConfigError
        If ``out`` is ``base``.
    WeightsError
        If ``base`` holds no causal language model.
    """
    if out.resolve() == base.resolve():
        raise ConfigError("The adapted model would overwrite the one it is made from", "Name another folder")
    torch.manual_seed(config.seed)
    network, tokenizer = load_network(base, device)
    from peft import LoraConfig, TaskType, get_peft_model

    lora = LoraConfig(
        r=config.rank, lora_alpha=2 * config.rank, target_modules="all-linear", task_type=TaskType.CAUSAL_LM
    )
    adapted: Any = get_peft_model(network, lora)
    _train(adapted, _batches(tokenizer, config), config)
    merged = adapted.merge_and_unload()
    merged.config.command_prompt = "plain"
    merged.save_pretrained(out)
    for path in (*base.glob("tokenizer*"), *base.glob("*.jinja")):
        shutil.copy(path, out / path.name)
    return out


def _train(network: Any, batches: Iterator[tuple[Tensor, Tensor]], config: AdaptationConfig) -> None:
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=config.learning_rate)
    network.train()
    for step in range(config.steps):
        warm = min(1.0, (step + 1) / max(1, config.steps // 20))
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * step / config.steps))
        ids, labels = (tensor.to(network.device) for tensor in next(batches))
        loss = network(input_ids=ids, labels=labels).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % _REPORT_EVERY == 0:
            sys.stderr.write(f"step {step} of {config.steps}: loss {loss.item():.4f}\n")
    network.eval()


def _batches(tokenizer: Any, config: AdaptationConfig) -> Iterator[tuple[Tensor, Tensor]]:
    frame = make_frame(tokenizer, "plain", think=False)
    examples = filter(None, map(make_example, PhraseSampler("train", config.seed)))
    while True:
        rows = [_encode(next(examples), tokenizer, frame) for _ in range(config.batch)]
        yield pad([ids for ids, _ in rows], [start for _, start in rows])


def _encode(example: Example, tokenizer: Any, frame: PromptFrame) -> tuple[list[int], int]:
    prompt = [*frame.prefix, *encode_sentence(tokenizer, frame, example.sentence), *frame.suffix]
    answer = tokenizer.encode(example.answer, add_special_tokens=False)
    return [*prompt, *answer, tokenizer.eos_token_id], len(prompt)
