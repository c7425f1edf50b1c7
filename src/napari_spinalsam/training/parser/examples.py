"""Phrases as the model reads them: the shown sentence, and its answer in the answer language."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from napari_spinalsam.commands.language_model.answer import NOTHING, write_answer
from napari_spinalsam.commands.language_model.mentions import find_mentions
from napari_spinalsam.commands.language_model.prompt import OPENING
from napari_spinalsam.commands.operations import BaseOperation, Review
from napari_spinalsam.commands.phrases.sampling import Phrase, PhraseSampler
from napari_spinalsam.training.parser.tokenizer import ANSWER, END, USER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from napari_spinalsam.commands.language_model.mentions import Mentions

#: Label of positions that the loss leaves out.
IGNORED: Final = -100
#: Lengths are multiples of this: memory is then found again in pieces of the same size.
_LENGTH_STEP: Final = 4
#: How often a merge is left out while a sentence is tokenized, so that misspelt words look less strange.
_BPE_DROPOUT: Final = 0.06
#: Share of the further sentences that are no orders, where there are such.
_REMARKS: Final = 0.07


@dataclass(frozen=True)
class Example:
    """One sentence with its answer.

    Attributes
    ----------
    sentence : str
        As :attr:`Mentions.shown`.
    answer : str
        In the answer language.
    """

    sentence: str
    answer: str


def make_example(phrase: Phrase) -> Example | None:
    """Show the phrase in the plain style; None where its answer cannot be said of it (noise hid an argument)."""
    mentions = find_mentions(phrase.text, plain=True)
    try:
        operations = [_as_shown(operation, mentions) for operation in phrase.operations]
        return Example(mentions.shown, write_answer(operations, mentions.paths))
    except (KeyError, ValueError):
        return None


def _as_shown(operation: BaseOperation, mentions: Mentions) -> BaseOperation:
    """Put a comment's text as the model sees it."""
    if not isinstance(operation, Review) or operation.text is None:
        return operation
    shown = {written: shown for shown, written in mentions.remarks.items()}
    return operation.model_copy(update={"text": shown[operation.text]})


class BatchStream:
    """Endless batches of padded token ids, drawn anew each time.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
    writer : tokenizers.Tokenizer
        That of the answers.
    seed : int
    batch : int
        Examples a batch; batches are drawn from a pool sorted by length, so that little is padding.
    remarks : sequence of str
        Further sentences that are no orders.
    """

    def __init__(
        self, tokenizer: Tokenizer, writer: Tokenizer, seed: int, batch: int, remarks: Sequence[str] = ()
    ) -> None:
        from tokenizers import Tokenizer

        self._tokenizer, self._writer = tokenizer, writer
        self._remarks = remarks
        self._noisy = Tokenizer.from_str(tokenizer.to_str())
        self._noisy.model.dropout = _BPE_DROPOUT
        self._sampler = PhraseSampler("train", seed)
        self._rng = random.Random(seed)  # noqa: S311
        self._batch = batch

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            pool = [self._encode(example) for example in self._draw(16 * self._batch)]
            pool.sort(key=lambda pair: len(pair[0]) + self._rng.random())
            batches = [pool[i : i + self._batch] for i in range(0, len(pool), self._batch)]
            self._rng.shuffle(batches)
            for batch in batches:
                yield pad([ids for ids, _ in batch], [start for _, start in batch])

    def _draw(self, count: int) -> Iterator[Example]:
        while count:
            if self._remarks and self._rng.random() < _REMARKS:
                yield Example(find_mentions(self._rng.choice(self._remarks), plain=True).shown, NOTHING)
                count -= 1
                continue
            example = make_example(next(self._sampler))
            if example is not None:
                count -= 1
                yield example

    def _encode(self, example: Example) -> tuple[list[int], int]:
        reader = self._noisy if self._rng.random() < 0.5 else self._tokenizer
        return encode_example(example, reader, self._writer)


def encode_example(example: Example, reader: Tokenizer, writer: Tokenizer) -> tuple[list[int], int]:
    """Token ids of sentence and answer, and where the answer begins."""
    user, answer, end = _frame_ids(writer)
    prompt = [user, *reader.encode(OPENING + example.sentence).ids, answer]
    return [*prompt, *writer.encode(example.answer).ids, end], len(prompt)


def _frame_ids(tokenizer: Tokenizer) -> tuple[int, int, int]:
    ids = [tokenizer.token_to_id(token) for token in (USER, ANSWER, END)]
    user, answer, end = (i for i in ids if i is not None)
    return user, answer, end


def pad(rows: Sequence[list[int]], starts: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Token ids and labels, each (batch, length) int64; only the answer has labels. Padding is on the right."""
    length = -(-max(map(len, rows)) // _LENGTH_STEP) * _LENGTH_STEP
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    labels = torch.full((len(rows), length), IGNORED, dtype=torch.int64)
    for i, (row, start) in enumerate(zip(rows, starts, strict=True)):
        ids[i, : len(row)] = torch.tensor(row)
        labels[i, start : len(row)] = torch.tensor(row[start:])
    return ids, labels
