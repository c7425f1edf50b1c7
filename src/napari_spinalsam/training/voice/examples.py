"""What the acoustic model learns from: cepstra of distorted speech with the phone of every frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_spinalsam.training.voice.acoustic_model import CONTEXT, pad_context
from napari_spinalsam.training.voice.distortion import Distorter
from napari_spinalsam.training.voice.features import SUBSAMPLING, frame_labels, mfcc
from napari_spinalsam.training.voice.synthesis.utterance import Utterance

#: Answers that one example asks for.
ANSWERS: Final = 40
_RAREST: Final = 0.005
_FRAMES: Final = SUBSAMPLING * (ANSWERS - 1) + 1 + 2 * CONTEXT


@dataclass(frozen=True, eq=False)
class Examples:
    """Cepstra and labels of a whole corpus, one utterance after the other.

    Attributes
    ----------
    cepstra : ndarray
        (frames, 40) float16, with context at the ends of every utterance.
    labels : ndarray
        (answers,) int8.
    starts : ndarray
        (examples, 2) int64: first frame and first answer of each example.
    """

    cepstra: NDArray[np.float16]
    labels: NDArray[np.int8]
    starts: NDArray[np.int64]

    def save(self, path: Path) -> None:
        """Write to an ``npz`` file."""
        np.savez(path, cepstra=self.cepstra, labels=self.labels, starts=self.starts)

    @classmethod
    def load(cls, path: Path) -> Examples:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return cls(arrays["cepstra"], arrays["labels"], arrays["starts"])

    def normalisation(self) -> tuple[Tensor, Tensor]:
        """Mean of the cepstra, and the inverse of their standard deviation."""
        some = self.cepstra[:: max(1, len(self.cepstra) // 200_000)].astype(np.float32)
        return torch.from_numpy(some.mean(axis=0)), torch.from_numpy(1.0 / some.std(axis=0))

    def priors(self, outputs: int) -> NDArray[np.float32]:
        """How often each output is right; none is taken for rarer than `_RAREST`.

        The likelihood of a phone is its output over its prior, and a doubtful network gives even the rarest phone some
        probability: "zh" at 1 in 5,000 would be heard in any noise.
        """
        counts = np.bincount(self.labels, minlength=outputs).astype(np.float64)
        shares = np.maximum(counts / counts.sum(), _RAREST)
        return np.asarray(shares / shares.sum(), dtype=np.float32)

    def batches(self, size: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of one pass in random order: (size, frames, 40) float32 and (size, 40) int64."""
        order = rng.permutation(len(self.starts))
        for i in range(0, len(order) - size + 1, size):
            starts = self.starts[order[i : i + size]]
            cepstra = self.cepstra[starts[:, :1] + np.arange(_FRAMES)]
            labels = self.labels[starts[:, 1:] + np.arange(ANSWERS)]
            yield torch.from_numpy(cepstra.astype(np.float32)), torch.from_numpy(labels.astype(np.int64))


def make_examples(utterances: Iterable[Utterance], copies: int, rng: np.random.Generator) -> Examples:
    """Distort every utterance ``copies`` times; every tenth example has no speech in it at all."""
    distorter = Distorter(rng)
    collected = _Collector()
    for i, utterance in enumerate(utterances):
        distorter.remember(utterance)
        for _ in range(copies):
            collected.add(distorter.distort(utterance))
        if i % 4 == 0:
            collected.add(distorter.no_speech(float(rng.uniform(1.5, 3.5))))
    return collected.examples()


class _Collector:
    def __init__(self) -> None:
        self._cepstra: list[NDArray[np.float16]] = []
        self._labels: list[NDArray[np.int8]] = []
        self._starts: list[tuple[int, int]] = []
        self._frames = self._answers = 0

    def add(self, utterance: Utterance) -> None:
        cepstra = mfcc(utterance.samples)
        labels = frame_labels(utterance.segments, len(cepstra))
        if len(labels) < ANSWERS:
            return
        padded = pad_context(cepstra).astype(np.float16)
        first = list(range(0, len(labels) - ANSWERS + 1, ANSWERS))
        if first[-1] + ANSWERS < len(labels):
            first.append(len(labels) - ANSWERS)
        self._starts += [(self._frames + SUBSAMPLING * k, self._answers + k) for k in first]
        self._cepstra.append(padded)
        self._labels.append(labels.astype(np.int8))
        self._frames += len(padded)
        self._answers += len(labels)

    def examples(self) -> Examples:
        return Examples(
            np.concatenate(self._cepstra), np.concatenate(self._labels), np.array(self._starts, dtype=np.int64)
        )
