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
    def read(self, ids: list[int], cache: Any, last: int = 1) -> Tensor:
        """Feed tokens, by which ``cache`` grows; states (last, hidden) of the last ones, or logits."""
        inputs = {
            "input_ids": torch.tensor([ids], device=self._model.device),
            self._cache_name: cache,
            "use_cache": True,
        }
        if self._plain_head:
            hidden: Tensor = self._model.base_model(**inputs)[0]
            return hidden[0, -last:]
        logits: Tensor = self._model(**inputs, logits_to_keep=last).logits
        return logits[0, -last:]

    @torch.inference_mode()
    def think(self, state: Tensor, cache: Any, end: int, limit: int, budget: Budget) -> bool:
        """Let the model reason freely until it writes token ``end``, for at most ``limit`` tokens; True if it ended."""
        for _ in range(limit):
            token = int(self._scores(state).argmax())
            if token == end or budget.spent():
                return token == end
            state = self.read([token], cache)[-1]
        return False

    @torch.inference_mode()
    def answer(self, prompt: list[int], cache: Any, grammar: str, budget: Budget, draft: str = "") -> Answer:
        """Decode one answer after ``prompt``; greedy, since an answer is either right or wrong.

        Parameters
        ----------
        prompt : list of int
            Tokens to read first; ``cache`` holds what was read before them.
        cache : transformers.Cache
        grammar : str
            In llguidance's Lark.
        budget : Budget
        draft : str
            What the answer probably is. It is read along with the prompt and kept as far as the model would have said
            the same: the answer is the one without a draft, in fewer runs of the network.
        """
        run = self._begin(grammar, prompt)
        if draft and not budget.spent():
            self._check_draft(run, cache, self._matcher(grammar), self._tokens.tokenize_str(draft))
        while len(run.written) < _MAX_ANSWER_TOKENS:
            allowed = run.advance()
            if run.over(allowed, self._tokens.eos_token):
                return self._answer(run, "finished")
            if stop := budget.spent():
                return self._answer(run, stop)
            state = self.read(run.pending, cache)[-1]
            run.forwards += 1
            run.take(*self._choose(state, allowed), self._tokens.eos_token)
        return self._answer(run, "length")

    def _begin(self, grammar: str, prompt: list[int]) -> _Run:
        return _Run(self._matcher(grammar), list(prompt))

    def _answer(self, run: _Run, stop: Stop) -> Answer:
        confidence = run.confidence if stop == "finished" else 0.0
        return Answer(self._tokens.decode_str(run.written), confidence, stop, run.forwards)

    def _matcher(self, grammar: str) -> llguidance.LLMatcher:
        matcher = llguidance.LLMatcher(self._tokens, llguidance.LLMatcher.grammar_from_lark(grammar), log_level=0)
        if matcher.is_error():
            raise ValueError(f"the grammar does not compile: {matcher.get_error()}")
        return matcher

    def _check_draft(self, run: _Run, cache: Any, matcher: llguidance.LLMatcher, draft: list[int]) -> None:
        """Read prompt and draft at once, and let the run take the draft up to the model's first other choice."""
        choices, length = _choices(matcher, draft, self._tokens.eos_token)
        states = self.read(run.pending + draft[:length], cache, last=length + 1)
        run.forwards += 1
        for place, allowed in choices:
            run.advance()
            token, probability = self._choose(states[place], allowed)
            run.take(token, probability, self._tokens.eos_token)
            if place == length or token != draft[place]:
                break
        run.advance()
        known = 0
        while known < min(length, len(run.written)) and run.written[known] == draft[known]:
            known += 1
        if known < length:
            cache.crop(known - length)
        run.pending = run.written[known:]

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
        """Logits of the tokens that answers are made of."""
        answers = self._tokens.vocab_size
        return (self._head.weight[:answers] @ state if self._plain_head else state[:answers]).float()


class _Run:
    """One answer in the making.

    Attributes
    ----------
    written : list of int
        Tokens of the answer so far.
    pending : list of int
        Tokens that the network has not read yet.
    confidence : float
        Product of the probabilities of the choices.
    forwards : int
        How often the network ran.
    """

    def __init__(self, matcher: llguidance.LLMatcher, prompt: list[int]) -> None:
        self._matcher = matcher
        self._ended = False
        self.written: list[int] = []
        self.pending = prompt
        self.confidence = 1.0
        self.forwards = 0

    def advance(self) -> np.ndarray:
        """Write what has no alternative; the tokens allowed after it."""
        if self._ended:
            return np.zeros(0, dtype=np.int64)
        forced, allowed = _next_tokens(self._matcher)
        self.written += forced
        self.pending = self.pending + forced
        return allowed

    def over(self, allowed: np.ndarray, end: int) -> bool:
        """Whether nothing but the end can follow."""
        return self._ended or self._matcher.is_stopped() or (allowed.size == 1 and allowed[0] == end)

    def take(self, token: int, probability: float, end: int) -> None:
        """Write a chosen token, or end with ``end``; everything before it has been read."""
        self.confidence *= probability
        self._ended = token == end
        self.pending = [] if self._ended else [token]
        if not self._ended:
            self._matcher.consume_token(token)
            self.written.append(token)


def _next_tokens(matcher: llguidance.LLMatcher) -> tuple[list[int], np.ndarray]:
    """Tokens that have no alternative (consumed already), and the ids allowed after them."""
    forced = matcher.compute_ff_tokens()
    if forced:
        matcher.consume_tokens(forced)
    if matcher.is_stopped():
        return forced, np.zeros(0, dtype=np.int64)
    bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    return forced, np.flatnonzero(np.unpackbits(bits, bitorder="little"))


def _choices(matcher: llguidance.LLMatcher, draft: list[int], end: int) -> tuple[list[tuple[int, np.ndarray]], int]:
    """Where a draft makes choices, each with the tokens allowed there; how many of its tokens the grammar has."""
    choices: list[tuple[int, np.ndarray]] = []
    place = 0
    while True:
        forced, allowed = _next_tokens(matcher)
        if forced != draft[place : place + len(forced)]:
            return choices, place
        place += len(forced)
        if matcher.is_stopped() or (allowed.size == 1 and allowed[0] == end):
            return choices, place
        choices.append((place, allowed))
        if place == len(draft) or draft[place] not in allowed:
            return choices, place
        matcher.consume_token(draft[place])
        place += 1
