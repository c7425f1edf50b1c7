"""How long a command takes: rules, the bundled model, and a network of DeepSeek-R1-Distill-Qwen-1.5B's shape.

The last has random weights, since time does not depend on them; so that it says answers of ordinary length, it is
steered: it computes everything as always, and then the right token is taken. Run it on an idle machine::

    python benchmarks/language_model_latency.py [--threads 2] [--skip-big] [--phrases 60]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from itertools import islice

import numpy as np
import torch

from napari_spinalsam.commands.language_model.answer import write_answer
from napari_spinalsam.commands.language_model.command_model import CommandModel
from napari_spinalsam.commands.language_model.decoding import Decoder, _Run
from napari_spinalsam.commands.language_model.loading import load_command_model
from napari_spinalsam.commands.language_model.mentions import find_mentions
from napari_spinalsam.commands.phrases.sampling import Phrase, PhraseSampler, draw_fixed
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.torchvision_mend import mend_torchvision
from napari_spinalsam.training.parser.tokenizer import train_tokenizer

#: Published configuration of DeepSeek-R1-Distill-Qwen-1.5B.
SHAPE = {
    "vocab_size": 151_936,
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "tie_word_embeddings": False,
}
TEMPLATE = (
    "<s>{% for m in messages %}{% if m['role'] == 'system' %}{{ m['content'] }}{% else %}{{ '<user>' + m['content'] }}"
    "{% endif %}{% endfor %}<assistant><think>\n"
)


class SteeredDecoder(Decoder):
    """Takes the tokens of a given answer, after having computed its own choice."""

    def steer(self, answer: str) -> None:
        """Give the answer that the next sentence gets."""
        self._wanted = answer

    def _begin(self, grammar: str, prompt: list[int]) -> _Run:
        self._run = super()._begin(grammar, prompt)
        return self._run

    def _choose(self, state: torch.Tensor, allowed: np.ndarray) -> tuple[int, float]:
        super()._choose(state, allowed)
        rest = self._wanted[len(self._tokens.decode_str(self._run.written)) :]
        texts = {int(i): self._tokens.decode_str([int(i)]) for i in allowed if i != self._tokens.eos_token}
        fitting = [i for i, text in texts.items() if text and rest.startswith(text)]
        return (max(fitting, key=lambda i: len(texts[i])) if rest else self._tokens.eos_token), 1.0


def big_model(drafter: CommandModel) -> CommandModel:
    """A network of the published shape with random weights in bfloat16, and a tokenizer trained on our phrases."""
    mend_torchvision()
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    tokenizer = train_tokenizer([p.text for p in islice(PhraseSampler("train", 0), 20_000)], 8000)
    tokenizer.add_tokens(
        [AddedToken(t, normalized=False) for t in ("<s>", "<user>", "<assistant>", "<think>", "</think>")]
    )
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>")  # noqa: S106
    fast.chat_template = TEMPLATE
    torch.set_default_dtype(torch.bfloat16)
    network = Qwen2ForCausalLM(Qwen2Config(**SHAPE)).eval()
    torch.set_default_dtype(torch.float32)
    model = CommandModel(network, fast, "random 1.5B", drafter=drafter)
    model._decoder.__class__ = SteeredDecoder
    return model


def measure(name: str, phrases: list[Phrase], run: Callable[[Phrase], object]) -> None:
    """Print median and 95th percentile of ``run`` over the phrases, after one to warm up."""
    run(phrases[0])
    times = []
    for phrase in phrases:
        start = time.perf_counter()
        run(phrase)
        times.append(1000 * (time.perf_counter() - start))
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{name:<45} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms   max {max(times):8.2f} ms")


def run_steered(model: CommandModel, phrase: Phrase) -> None:
    """Parse a phrase with the big network, steered to what the phrase means."""
    mentions = find_mentions(phrase.text, plain=False)
    model._decoder.steer(write_answer(phrase.operations, mentions.paths))
    parsed = model.parse(phrase.text, timeout_s=60)
    if parsed.operations != phrase.operations:
        sys.stderr.write(f"not what was meant: {phrase.text!r} gave {parsed}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--phrases", type=int, default=60)
    parser.add_argument("--skip-big", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    plain = [p for p in draw_fixed("test", 1000) if p.kind != "joined"]
    joined = [p for p in draw_fixed("test", 1000) if p.kind == "joined"]
    for name, phrases in (("one order", plain), ("several", joined)):
        measure(f"rules, {name}", phrases, lambda phrase: parse(phrase.text))
    bundled = load_command_model("bundled", device="cpu")
    few = {"one order": _every(plain, options.phrases), "several": _every(joined, options.phrases // 3)}
    for name, phrases in few.items():
        measure(f"bundled model, {name}", phrases, lambda phrase: bundled.parse(phrase.text))
    if options.skip_big:
        return
    model = big_model(bundled)
    print(f"prefix kept: {model.prefix_tokens} tokens")
    for drafter in (bundled, None):
        model._drafter = drafter
        how = "checking a draft" if drafter else "no draft"
        for name, phrases in few.items():
            measure(f"random 1.5B, bfloat16, {how}, {name}", phrases, lambda phrase: run_steered(model, phrase))


def _every(phrases: list[Phrase], count: int) -> list[Phrase]:
    return phrases[:: max(1, len(phrases) // count)][:count]


if __name__ == "__main__":
    main()
