"""Constrained decoding: the model chooses among what the grammar allows, and is not asked where there is no choice."""

from __future__ import annotations

import inspect
import threading
import time
from dataclasses import dataclass
from typing import Any, Final, Literal

import llguidance
import numpy as np
import torch
from torch import Tensor

#: Architectures whose logits are plainly ``head(hidden)``, so that only the rows of allowed tokens need computing.
_PLAIN_HEADS: Final = frozenset({"llama", "mistral", "qwen2", "qwen3"})
#: Below this vocabulary size, confidence counts the probability that the model gave to forbidden tokens as doubt.
_SMALL_VOCABULARY: Final = 32_768
_MAX_ANSWER_TOKENS: Final = 160

Stop = Literal["finished", "time", "cancelled", "length"]


@dataclass(frozen=True)
class Answer:
    """What was decoded.

    Attributes
    ----------
    text : str
        A sentence of the grammar when ``stop`` is ``"finished"``, otherwise the beginning of one.
    confidence : float
        Product of the probabilities of all choices that the model made, 0..1.
    stop : str
        Why decoding ended.
    forwards : int
        How often the network ran.
    """

    text: str
    confidence: float
    stop: Stop
    forwards: int


class Budget:
    """How long decoding may last: a deadline, and a switch that another thread may turn."""

    def __init__(self, seconds: float, cancel: threading.Event | None = None) -> None:
        self._deadline = time.perf_counter() + seconds
        self._cancel = cancel

    def spent(self) -> Stop | None:
        """Say why decoding must end now, if it must."""
        if self._cancel is not None and self._cancel.is_set():
            return "cancelled"
        return "time" if time.perf_counter() >= self._deadline else None


class Decoder:
    """Runs a causal language model under a grammar.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        The network, in evaluation mode.
    tokens : llguidance.LLTokenizer
        Its tokenizer's vocabulary as llguidance sees it.
    """

    def __init__(self, model: Any, tokens: llguidance.LLTokenizer) -> None:
        self._model = model
        self._tokens = tokens
        self._head = model.get_output_embeddings()
        self._plain_head = model.config.model_type in _PLAIN_HEADS and self._head.bias is None
        # Its name in transformers before 5.
        parameters = inspect.signature(model.forward).parameters
        self._cache_name = "cache" if "cache" in parameters else "past_key_values"
        self._small = int(self._head.weight.shape[0]) <= _SMALL_VOCABULARY

    @torch.inference_mode()
    def read(self, ids: list[int], cache: Any) -> Tensor:
        """Feed tokens, by which ``cache`` grows; the last hidden state (hidden,) or, without a plain head, logits."""
        inputs = {
            "input_ids": torch.tensor([ids], device=self._model.device),
            self._cache_name: cache,
            "use_cache": True,
        }
        if self._plain_head:
            hidden: Tensor = self._model.base_model(**inputs)[0]
            return hidden[0, -1]
        logits: Tensor = self._model(**inputs, logits_to_keep=1).logits
        return logits[0, -1]

    @torch.inference_mode()
    def think(self, state: Tensor, cache: Any, end: int, limit: int, budget: Budget) -> bool:
        """Let the model reason freely until it writes token ``end``, for at most ``limit`` tokens; True if it ended."""
        for _ in range(limit):
            token = int(self._scores(state).argmax())
            if token == end or budget.spent():
                return token == end
            state = self.read([token], cache)
        return False

    @torch.inference_mode()
    def answer(self, prompt: list[int], cache: Any, grammar: str, budget: Budget) -> Answer:
        """Decode one answer after ``prompt``; greedy, since an answer is either right or wrong."""
        matcher = llguidance.LLMatcher(self._tokens, llguidance.LLMatcher.grammar_from_lark(grammar), log_level=0)
        if matcher.is_error():
            raise ValueError(f"the grammar does not compile: {matcher.get_error()}")
        written: list[int] = []
        pending = list(prompt)
        confidence, forwards = 1.0, 0
        while len(written) < _MAX_ANSWER_TOKENS:
            forced, allowed = _next_tokens(matcher)
            written += forced
            pending += forced
            if matcher.is_stopped() or (allowed.size == 1 and allowed[0] == self._tokens.eos_token):
                return Answer(self._tokens.decode_str(written), confidence, "finished", forwards)
            if stop := budget.spent():
                return Answer(self._tokens.decode_str(written), 0.0, stop, forwards)
            state, forwards = self.read(pending, cache), forwards + 1
            token, probability = self._choose(state, allowed)
            confidence *= probability
            if token == self._tokens.eos_token:
                return Answer(self._tokens.decode_str(written), confidence, "finished", forwards)
            matcher.consume_token(token)
            written.append(token)
            pending = [token]
        return Answer(self._tokens.decode_str(written), 0.0, "length", forwards)

    def _choose(self, state: Tensor, allowed: np.ndarray) -> tuple[int, float]:
        """Pick the likeliest allowed token; its probability."""
        rows = torch.from_numpy(allowed)
        if self._small or not self._plain_head:
            scores = self._scores(state)
            chosen = scores[rows]
            among = scores if self._small else chosen
        else:
            among = chosen = (self._head.weight[rows.to(state.device)] @ state).float()
        best = int(chosen.argmax())
        return int(allowed[best]), float(torch.exp(chosen[best] - torch.logsumexp(among, 0)))

    def _scores(self, state: Tensor) -> Tensor:
        return (self._head(state) if self._plain_head else state).float()


def _next_tokens(matcher: llguidance.LLMatcher) -> tuple[list[int], np.ndarray]:
    """Tokens that have no alternative (consumed already), and the ids allowed after them."""
    forced = matcher.compute_ff_tokens()
    if forced:
        matcher.consume_tokens(forced)
    if matcher.is_stopped():
        return forced, np.zeros(0, dtype=np.int64)
    bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    return forced, np.flatnonzero(np.unpackbits(bits, bitorder="little"))
