"""A causal language model that can only say operations."""

from __future__ import annotations

import copy
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from napari_spinalsam.commands.interpreter import ModelParse
from napari_spinalsam.commands.language_model.answer import read_answer, write_answer
from napari_spinalsam.commands.language_model.answer_tokens import without_later_tokens
from napari_spinalsam.commands.language_model.decoding import Budget, Decoder, Stop
from napari_spinalsam.commands.language_model.grammar import answer_grammar
from napari_spinalsam.commands.language_model.mentions import MAX_CHARACTERS, find_mentions
from napari_spinalsam.commands.language_model.prompt import THINK_CLOSE, PromptFrame, Style, encode_sentence, make_frame
from napari_spinalsam.commands.operations import BaseOperation

#: Tokens of reasoning where it is allowed.
_MAX_THOUGHT: Final = 256


@dataclass(frozen=True, slots=True)
class TimedParse(ModelParse):
    """What the model understood, and how that ended.

    Attributes
    ----------
    operations : tuple of BaseOperation
        In the order spoken; empty for "no command", and whenever ``stop`` is not ``"finished"``.
    confidence : float
        Product of the probabilities of the model's choices, 0..1; of "no command" too. 0 where it did not finish.
    elapsed_ms : float
        Wall time.
    stop : str
        ``"finished"``, ``"time"``, ``"cancelled"``, or ``"length"`` for a sentence or an answer that is too long.
    """

    elapsed_ms: float = 0.0
    stop: Stop = "finished"


class CommandModel:
    """Parses sentences one at a time; threads may share it.

    The prompt's fixed prefix is read once, when the object is made. Each sentence continues a copy of that state, so
    that nothing of one sentence can reach the next.

    Parameters
    ----------
    model, tokenizer : transformers objects
        The network (in evaluation mode) and its fast tokenizer.
    name : str
        How the model is called in reports.
    think : bool
        Let a reasoning model think before it answers: slower by seconds, for hard sentences.
    drafter : CommandModel, optional
        A much smaller model whose answers this one checks in a single run of the network instead of finding them in
        several. The answer is the same with and without it.
    """

    def __init__(
        self, model: Any, tokenizer: Any, name: str, *, think: bool = False, drafter: CommandModel | None = None
    ) -> None:
        import llguidance.hf

        self.name = name
        self.style: Style = getattr(model.config, "command_prompt", "catalogue")
        self._tokenizer = tokenizer
        self._drafter = drafter
        self._think = think and THINK_CLOSE in tokenizer.get_added_vocab()
        self._frame: PromptFrame = make_frame(tokenizer, self.style, think=self._think)
        self._decoder = Decoder(model, llguidance.hf.from_tokenizer(_answer_tokenizer(model, tokenizer), slices=[]))
        self._lock = threading.Lock()
        self._prefix = self._read_prefix()

    def parse(self, text: str, timeout_s: float = 5.0, cancel: threading.Event | None = None) -> TimedParse:
        """Find the operations that ``text`` asks for.

        Parameters
        ----------
        text : str
            What was typed or heard.
        timeout_s : float
            Give up after so many seconds; checked between two runs of the network.
        cancel : threading.Event, optional
            Set by another thread to give up at once.
        """
        start = time.perf_counter()
        if not text.strip():
            return TimedParse((), 1.0)
        if len(text) > MAX_CHARACTERS:
            return TimedParse((), 0.0, stop="length")
        with self._lock:
            operations, confidence, stop = self._parse(text, Budget(timeout_s, cancel))
        return TimedParse(operations, confidence, 1000 * (time.perf_counter() - start), stop)

    @property
    def prefix_tokens(self) -> int:
        """Length of the prompt's prefix whose state is kept."""
        return int(self._prefix.get_seq_length())

    def _read_prefix(self) -> Any:
        from transformers import DynamicCache

        cache = DynamicCache()
        if self._frame.prefix:
            self._decoder.read(list(self._frame.prefix), cache)
        return cache

    def _parse(self, text: str, budget: Budget) -> tuple[tuple[BaseOperation, ...], float, Stop]:
        mentions = find_mentions(text, plain=self.style == "plain")
        cache = copy.deepcopy(self._prefix)
        prompt = [*encode_sentence(self._tokenizer, self._frame, mentions.shown), *self._frame.suffix]
        if self._think:
            prompt = self._think_first(prompt, cache, budget)
        draft = self._draft(text, mentions.paths)
        answer = self._decoder.answer(prompt, cache, answer_grammar(mentions), budget, draft)
        if answer.stop != "finished":
            return (), 0.0, answer.stop
        try:
            return read_answer(answer.text, mentions.paths, mentions.remarks), answer.confidence, "finished"
        except ValueError:
            # The grammar knows kinds of arguments, an operation may be stricter (a window of width 0).
            return (), 0.0, "finished"

    def _draft(self, text: str, paths: tuple[str, ...]) -> str:
        """Answer of the smaller model; empty where there is none."""
        parse = None if self._drafter is None else self._drafter.parse(text)
        try:
            return "" if parse is None or parse.stop != "finished" else write_answer(parse.operations, paths)
        except ValueError:
            return ""

    def _think_first(self, prompt: list[int], cache: Any, budget: Budget) -> list[int]:
        """Let the model reason; what is left to read before the answer."""
        end = self._tokenizer.convert_tokens_to_ids(THINK_CLOSE)
        self._decoder.think(self._decoder.read(prompt, cache)[-1], cache, end, _MAX_THOUGHT, budget)
        closing: list[int] = self._tokenizer.encode("\n\n", add_special_tokens=False)
        return [end, *closing]


def _answer_tokenizer(model: Any, tokenizer: Any) -> Any:
    """Tokenizer of what the model writes; ``answer_tokens`` in its configuration says where it knows more words."""
    count = getattr(model.config, "answer_tokens", None)
    if count is None or count >= len(tokenizer):
        return tokenizer
    from transformers import PreTrainedTokenizerFast

    answers = without_later_tokens(tokenizer.backend_tokenizer, count)
    return PreTrainedTokenizerFast(tokenizer_object=answers, eos_token=tokenizer.eos_token)  # type: ignore[no-untyped-call]
