"""Random distortions of one utterance: what `augmentation` can do, in proportions that a room may have."""

from __future__ import annotations

from typing import Final

import numpy as np

from napari_spinalsam.training.voice import augmentation as aug
from napari_spinalsam.training.voice.phones import NOISE
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Segment, Utterance

_POOL_SIZE: Final = 400
#: Share of the utterances that are given to another speaker.
_ANOTHER_SPEAKER: Final = 0.55


class Distorter:
    """Makes every utterance sound as if somebody else had said it somewhere else.

    Keeps some of the utterances it has met, to make babble of them.

    Parameters
    ----------
    rng : Generator
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._pool: list[aug.Samples] = []

    def remember(self, utterance: Utterance) -> None:
        """Keep an utterance for babble, in place of an older one where there are many."""
        if len(self._pool) < _POOL_SIZE:
            self._pool.append(utterance.samples)
        else:
            self._pool[int(self._rng.integers(_POOL_SIZE))] = utterance.samples

    def distort(self, utterance: Utterance) -> Utterance:
        """Change speed, room, microphone, noise and loudness; add silence before and after."""
        rng = self._rng
        if rng.random() < _ANOTHER_SPEAKER:
            utterance = self._another_speaker(utterance)
        changed = aug.change_speed(utterance, float(np.exp(np.clip(rng.normal(0.0, 0.11), -0.24, 0.24))))
        changed = aug.surround(changed, rng.uniform(0.1, 0.8), rng.uniform(0.2, 0.8))
        samples = changed.samples
        if rng.random() < 0.5:
            samples = aug.reverberate(samples, rng.uniform(0.1, 0.6), 10.0 ** rng.uniform(-0.3, 1.2), rng)
        samples = aug.colour(samples, rng)
        if rng.random() < 0.8:
            samples = aug.add_noise(samples, self._noise(len(samples)), rng.uniform(1, 27))
        samples = aug.at_level(samples, rng.uniform(-40, -12))
        # No room is digitally silent.
        samples = samples + (10.0 ** rng.uniform(-4.7, -3.5) * rng.standard_normal(len(samples))).astype(np.float32)
        return Utterance(changed.text, changed.voice, samples, changed.segments)

    def _another_speaker(self, utterance: Utterance) -> Utterance:
        """Make it a man, a woman or a child: pitch and length of the throat go together, but not strictly."""
        octaves = self._rng.uniform(-1.0, 0.9)
        formants = 2.0 ** (0.22 * octaves + self._rng.normal(0.0, 0.07))
        return aug.another_speaker(utterance, float(np.clip(formants, 0.78, 1.28)), float(150.0 * 2.0**octaves))

    def _noise(self, n: int) -> aug.Samples:
        kind = self._rng.random()
        if kind < 0.5:
            return aug.steady_noise(n, self._rng)
        if kind < 0.6:
            return aug.clicks(n, self._rng)
        if kind < 0.7:
            return aug.music(n, self._rng)
        return self._babble(n)

    def _babble(self, n: int) -> aug.Samples:
        speakers = [self._pool[i] for i in self._rng.integers(len(self._pool), size=self._rng.integers(3, 8))]
        return aug.babble(n, speakers, self._rng)

    def no_speech(self, seconds: float) -> Utterance:
        """Sound without a speaker in front: quiet or loud noise is silence to the model, babble and music are noise."""
        n = int(seconds * RATE)
        kind = self._rng.random()
        if kind < 0.45:
            samples = aug.steady_noise(n, self._rng) if kind < 0.35 else aug.clicks(n, self._rng)
            segments: tuple[Segment, ...] = ()
        else:
            samples = self._babble(n) if kind < 0.8 else aug.music(n, self._rng)
            segments = (Segment(NOISE, 0.0, seconds),)
        if self._rng.random() < 0.4:
            samples = aug.reverberate(samples, self._rng.uniform(0.1, 0.6), 2.0, self._rng)
        samples = aug.at_level(aug.colour(samples, self._rng), self._rng.uniform(-55, -15))
        return Utterance("", "none", samples, segments)
