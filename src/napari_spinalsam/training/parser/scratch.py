"""Training of the small command model from scratch, on a CPU in well under an hour."""

from __future__ import annotations

import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

from napari_spinalsam.commands.language_model.answer_tokens import without_later_tokens
from napari_spinalsam.commands.phrases.sampling import PhraseSampler, draw_fixed
from napari_spinalsam.torchvision_mend import mend_torchvision
from napari_spinalsam.training.parser.examples import IGNORED, BatchStream, Example, encode_example, make_example, pad
from napari_spinalsam.training.parser.semantic_embedding import SemanticEmbedding, enrich
from napari_spinalsam.training.parser.tokenizer import as_fast_tokenizer, train_tokenizer
from napari_spinalsam.training.parser.word_vectors import WordVectors, add_words, vectors_of_tokens

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import Qwen2ForCausalLM

#: Plain matrix products: for a dozen tokens they are quicker on a CPU than the fused kernel's gradient.
_ATTENTION: Final = "eager"


@dataclass(frozen=True)
class ParserConfig:
    """Size of the model and length of its training.

    Attributes
    ----------
    vocabulary, hidden, layers, heads, key_value_heads, intermediate : int
        Shape of the Qwen2 network.
    batch : int
        Phrases a step.
    minutes : float
        Training ends after so long; the learning rate falls to zero by then.
    learning_rate, weight_decay : float
    dropout : float
        Share of the embeddings' and the blocks' outputs that is left out while training.
    tokenizer_phrases : int
        Phrases that the tokenizer is learnt from.
    seed : int
    words : int
        Most frequent words that become tokens beside those of the phrases, where there are word vectors.
    left_out : float
        How often a word is known by its word vector alone, in training.
    """

    vocabulary: int = 4096
    hidden: int = 256
    layers: int = 4
    heads: int = 4
    key_value_heads: int = 2
    intermediate: int = 640
    batch: int = 128
    minutes: float = 30.0
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.1
    tokenizer_phrases: int = 60_000
    seed: int = 0
    words: int = 6000
    left_out: float = 0.1


def build_network(config: ParserConfig, vocabulary: int) -> Qwen2ForCausalLM:
    """Make an untrained network of that shape for a tokenizer of ``vocabulary`` tokens."""
    mend_torchvision()
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(config.seed)
    shape = Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=config.hidden,
        intermediate_size=config.intermediate,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        num_key_value_heads=config.key_value_heads,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
    )
    shape.command_prompt = "plain"
    network = Qwen2ForCausalLM(shape)
    network.set_attn_implementation(_ATTENTION)
    return network


def train_from_scratch(
    config: ParserConfig,
    out: Path,
    start: Path | None = None,
    vectors: WordVectors | None = None,
    remarks: Sequence[str] = (),
) -> Path:
    """Train tokenizer and network and write them to ``out`` in the Hugging Face format, weights in float16.

    The network that does best on the validation families is kept.

    Parameters
    ----------
    config : ParserConfig
    out : Path
        Folder to write, made if need be.
    start : Path, optional
        Folder of an earlier model to train on; its shape counts, not that of ``config``.
    vectors : WordVectors, optional
        Make words tokens, and let the network know what they are like.
    remarks : sequence of str
        Further sentences that are no orders.

    Returns
    -------
    Path
        ``out``.
    """
    tokenizer, network = _begin(config, start)
    if vectors is not None:
        tokenizer = _learn_words(network, tokenizer, vectors, config)
    writer = without_later_tokens(tokenizer, getattr(network.config, "answer_tokens", tokenizer.get_vocab_size()))
    _drop_out(network, config.dropout)
    examples = [e for e in map(make_example, draw_fixed("validation", 600)) if e is not None]
    stream = iter(BatchStream(tokenizer, writer, config.seed + 1, config.batch, remarks))
    optimizers = _optimizers(network, config)
    out.mkdir(parents=True, exist_ok=True)
    best, began, step, running = math.inf, time.monotonic(), 0, 0.0
    next_check = check_every = min(max(60.0 * config.minutes / 16, 1.0), 240.0)
    while (elapsed := time.monotonic() - began) < 60 * config.minutes:
        rate = config.learning_rate * _schedule(step, elapsed / (60 * config.minutes))
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16):
            loss = _loss(network.train(), *next(stream))
        network.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        step, running = step + 1, 0.98 * running + 0.02 * loss.item()
        if elapsed >= next_check:
            next_check += check_every
            score, exact = validate(network, tokenizer, writer, examples)
            _report(
                f"{elapsed / 60:5.1f} min, step {step}: loss {running:.4f}, validation {score:.4f}, exact {exact:.4f}"
            )
            best = _keep_best(network, tokenizer, config, out, score, best)
    score, _ = validate(network, tokenizer, writer, examples)
    _keep_best(network, tokenizer, config, out, score, best)
    return out


def _begin(config: ParserConfig, start: Path | None) -> tuple[Tokenizer, Qwen2ForCausalLM]:
    """Tokenizer and network to train: new ones, or those of an earlier training."""
    if start is None:
        tokenizer = train_tokenizer(_texts(config), config.vocabulary)
        return tokenizer, build_network(config, tokenizer.get_vocab_size())
    mend_torchvision()
    from tokenizers import Tokenizer
    from transformers import Qwen2ForCausalLM

    network = Qwen2ForCausalLM.from_pretrained(start, local_files_only=True, dtype=torch.float32, attention_dropout=0.0)
    network.set_attn_implementation(_ATTENTION)
    return Tokenizer.from_file(str(start / "tokenizer.json")), network


def _learn_words(
    network: Qwen2ForCausalLM, tokenizer: Tokenizer, vectors: WordVectors, config: ParserConfig
) -> Tokenizer:
    """Make the words of the phrases and the most frequent others tokens, and give the network their vectors."""
    if not hasattr(network.config, "answer_tokens"):
        network.config.answer_tokens = tokenizer.get_vocab_size()
    known = set(vectors.words)
    counts = Counter(word for text in _texts(config) for word in re.findall("[a-z]+", text))
    of_phrases = [word for word, count in counts.items() if count > 1 and word in known]
    words = dict.fromkeys(w for w in (*of_phrases, *vectors.words[: config.words]) if len(w) > 1)
    tokenizer = add_words(tokenizer, words)
    table = torch.from_numpy(vectors_of_tokens(tokenizer, vectors))
    enrich(network, table, network.config.answer_tokens, config.left_out)
    return tokenizer


def _drop_out(network: Qwen2ForCausalLM, share: float) -> None:
    """Add the dropout that the architecture lacks: after the embeddings and after every block, in training alone."""

    def drop(module: torch.nn.Module, _inputs: Any, output: Any) -> Any:
        if isinstance(output, tuple):
            return (F.dropout(output[0], share, module.training), *output[1:])
        return F.dropout(output, share, module.training)

    for block in (network.model.embed_tokens, *(part for x in network.model.layers for part in (x.self_attn, x.mlp))):
        block.register_forward_hook(drop)


@torch.inference_mode()
def validate(
    network: Qwen2ForCausalLM, tokenizer: Tokenizer, writer: Tokenizer, examples: list[Example]
) -> tuple[float, float]:
    """Mean loss a token, and the share of examples whose answer is the likeliest at every token."""
    network.eval()
    total, tokens, exact = 0.0, 0, 0
    encoded = sorted((encode_example(e, tokenizer, writer) for e in examples), key=lambda pair: len(pair[0]))
    for i in range(0, len(encoded), 64):
        part = encoded[i : i + 64]
        ids, labels = pad([row for row, _ in part], [start for _, start in part])
        logits = network(input_ids=ids).logits[:, :-1]
        targets = labels[:, 1:]
        counted = targets != IGNORED
        total += float(F.cross_entropy(logits[counted], targets[counted], reduction="sum"))
        tokens += int(counted.sum())
        exact += int(((logits.argmax(-1) == targets) | ~counted).all(1).sum())
    return total / max(tokens, 1), exact / max(len(encoded), 1)


def _loss(network: Qwen2ForCausalLM, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of the answers' tokens; logits are computed for these alone."""
    hidden = network.model(input_ids=ids)[0][:, :-1]
    targets = labels[:, 1:]
    counted = targets != IGNORED
    return F.cross_entropy(network.lm_head(hidden[counted]), targets[counted])


def _schedule(step: int, progress: float) -> float:
    """Warm up over 200 steps or a fiftieth of the time, then half a cosine over the time there is."""
    warm = min(1.0, max((step + 1) / 200, 50 * progress))
    return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))


def _optimizers(network: Qwen2ForCausalLM, config: ParserConfig) -> tuple[torch.optim.Optimizer, ...]:
    """Muon (Jordan 2024) for the blocks' matrices, in about half of AdamW's steps; AdamW for all else."""
    blocks = [p for p in network.model.layers.parameters() if p.ndim == 2]
    matrices = {id(p) for p in blocks}
    others = [p for p in network.parameters() if id(p) not in matrices]
    groups = [
        {"params": [p for p in others if p.ndim == 2], "weight_decay": config.weight_decay},
        {"params": [p for p in others if p.ndim < 2], "weight_decay": 0.0},
    ]
    return (
        torch.optim.Muon(
            blocks,
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.98), fused=True),
    )


def _texts(config: ParserConfig) -> list[str]:
    """Sentences and answers that the tokenizer is learnt from."""
    examples = filter(None, map(make_example, islice(PhraseSampler("train", config.seed), config.tokenizer_phrases)))
    return [text for example in examples for text in (example.sentence, example.answer)]


def _keep_best(
    network: Qwen2ForCausalLM, tokenizer: Tokenizer, config: ParserConfig, out: Path, score: float, best: float
) -> float:
    if score >= best:
        return best
    # The output layer is the embedding, and saved as such.
    state = {name: value.half() for name, value in network.state_dict().items() if name != "lm_head.weight"}
    embedding = network.model.embed_tokens
    if isinstance(embedding, SemanticEmbedding):
        state.pop("model.embed_tokens.image")
        state["model.embed_tokens.weight"] = embedding.table().detach().half()
        network.config.vocab_size = len(embedding.weight)
    network.config.save_pretrained(out)
    network.generation_config.save_pretrained(out)
    save_file({name: value.contiguous() for name, value in state.items()}, out / "model.safetensors", {"format": "pt"})
    as_fast_tokenizer(tokenizer).save_pretrained(out, save_jinja_files=False)
    (out / "training.json").write_text(json.dumps(asdict(config), indent=2) + "\n")
    return score


def _report(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
