"""How well a recogniser obeys voices that it was not trained on, and what it takes for commands that are none."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from napari_spinalsam.commands.operations import BaseOperation
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.speech.background import Background
from napari_spinalsam.speech.recogniser import UNKNOWN
from napari_spinalsam.speech.vosk_recogniser import read_words
from napari_spinalsam.training.voice import augmentation as aug
from napari_spinalsam.training.voice import corpus, patterns
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Utterance
from napari_spinalsam.training.voice.synthesis.wave_file import to_pcm
from napari_spinalsam.training.voice.voices import Voice

#: What the microphone hands over at once, in samples.
_BLOCK: Final = RATE // 25
_SPEECH_DB: Final = -23.0


@dataclass(frozen=True, slots=True)
class Condition:
    """A room: signal-to-noise ratio in dB (None: no noise), and whether it echoes."""

    snr_db: float | None
    echo: bool

    def __str__(self) -> str:
        noise = "clean" if self.snr_db is None else f"{self.snr_db:g} dB"
        return f"{noise}, echo" if self.echo else noise


CONDITIONS: Final = tuple(Condition(snr, echo) for echo in (False, True) for snr in (None, 20, 10, 5))


@dataclass(slots=True)
class Tally:
    """Counts of one voice in one condition.

    Attributes
    ----------
    said, obeyed, wrong : int
        Commands; those whose operations came out exactly; those for which something else was understood.
    seconds, decoding_seconds : float
        Length of the audio, and time that the recogniser took for it.
    mistakes : list of (str, str)
        What was said and what was heard.
    """

    said: int = 0
    obeyed: int = 0
    wrong: int = 0
    seconds: float = 0.0
    decoding_seconds: float = 0.0
    mistakes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another's in."""
        self.said += other.said
        self.obeyed += other.obeyed
        self.wrong += other.wrong
        self.seconds += other.seconds
        self.decoding_seconds += other.decoding_seconds
        self.mistakes += other.mistakes


class Listener:
    """A Vosk model with its own grammar, fed as from a microphone.

    Parameters
    ----------
    folder : Path
        The model.
    phrases : sequence of str, optional
        Phrase list in place of the model's own grammar.
    """

    def __init__(self, folder: Path, phrases: Sequence[str] | None = None) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        self._vosk = vosk
        self._model = vosk.Model(str(folder))
        self._phrases = phrases

    def hear(self, samples: aug.Samples) -> list[str]:
        """Texts of the utterances that the recogniser finds in a signal; empty ones left out."""
        grammar = [] if self._phrases is None else [json.dumps(list(self._phrases))]
        recogniser = self._vosk.KaldiRecognizer(self._model, RATE, *grammar)
        recogniser.SetWords(True)
        background = Background()
        pcm = np.frombuffer(to_pcm(samples), np.int16)
        heard = []
        for start in range(0, len(pcm), _BLOCK):
            block = pcm[start : start + _BLOCK]
            background.hear(block)
            if recogniser.AcceptWaveform(block.tobytes()):
                heard.append(_text(recogniser.Result(), background))
        return [text for text in (*heard, _text(recogniser.FinalResult(), background)) if text]


def _text(result: str, background: Background) -> str:
    """Text of an utterance; marked as other speech where it does not stand out, as in the dock."""
    words = background.without_talk_after(read_words(result))
    text = " ".join(word.text for word in words)
    return background.told_apart(text, words[0].start_s, words[-1].end_s) if words else text


def understood(heard: Sequence[str]) -> tuple[BaseOperation, ...]:
    """Operations of what was heard; an utterance with unknown words has none."""
    return tuple(op for text in heard if UNKNOWN not in text for op in parse(text).operations)


def judged_phrases(count: int, seed: int = 1_000) -> list[str]:
    """Every example of the catalogue that can be spoken, and drawn commands up to ``count``."""
    sampler = patterns.PhraseSampler(seed)
    phrases = list(patterns.catalogue_phrases())
    while len(phrases) < count:
        phrases.append(sampler.command())
    random.Random(seed).shuffle(phrases)  # noqa: S311
    return phrases[:count]


def placed(utterance: Utterance, condition: Condition, noise: aug.Samples, rng: np.random.Generator) -> aug.Samples:
    """Place an utterance in a room, with a moment of that room before and after."""
    samples = aug.surround(utterance, 0.4, 0.9).samples
    if condition.echo:
        samples = aug.reverberate(samples, rng.uniform(0.25, 0.5), 2.0, rng)
    if condition.snr_db is not None:
        samples = aug.add_noise(samples, np.resize(noise, len(samples)), condition.snr_db)
    return aug.at_level(samples, _SPEECH_DB)


def judge_voice(
    listener: Listener, utterances: Sequence[Utterance], condition: Condition, rng: np.random.Generator
) -> Tally:
    """Let the listener hear what a voice said, with steady noise and others' babble in turn where there is noise."""
    tally = Tally()
    for i, utterance in enumerate(utterances):
        others = [utterances[int(k)].samples for k in rng.integers(len(utterances), size=5)]
        n = len(utterance.samples) + 2 * RATE
        noise = aug.steady_noise(n, rng) if i % 2 else aug.babble(n, others, rng)
        samples = placed(utterance, condition, noise, rng)
        start = time.perf_counter()
        heard = listener.hear(samples)
        tally.decoding_seconds += time.perf_counter() - start
        tally.seconds += len(samples) / RATE
        got, wanted = understood(heard), parse(utterance.text).operations
        tally.said += 1
        tally.obeyed += got == wanted
        tally.wrong += bool(got) and got != wanted
        if got != wanted:
            tally.mistakes.append((utterance.text, " | ".join(heard)))
    return tally


def alarms(listener: Listener, samples: aug.Samples) -> list[str]:
    """Find what the listener would obey in sound that holds no command."""
    return [text for text in listener.hear(samples) if understood([text])]


def sounds_without_commands(voices: Sequence[Voice], minutes: float, seed: int) -> Iterator[tuple[str, aug.Samples]]:
    """Kinds of sound with their name, each about ``minutes`` long: babble, reading aloud, music, noise, silence."""
    rng, draw = np.random.default_rng(seed), random.Random(seed)  # noqa: S311
    n = int(minutes * 60 * RATE)
    sentences = list(corpus.other_english(held_out=True))
    draw.shuffle(sentences)
    read = [_read_aloud(voice, sentences[i :: len(voices)], n, draw) for i, voice in enumerate(voices)]
    for speakers in (2, 4, 8):
        parts = [read[int(k)] for k in rng.permutation(len(read))[:speakers]]
        yield f"babble of {speakers}", aug.at_level(aug.babble(n, parts, rng), _SPEECH_DB)
    yield "reading aloud", np.concatenate([aug.at_level(part[: n // len(read)], _SPEECH_DB) for part in read])
    yield "music", aug.at_level(aug.music(n, rng), _SPEECH_DB)
    yield "steady noise", aug.at_level(aug.steady_noise(n, rng), -30)
    yield "typing", aug.at_level(aug.clicks(n, rng), _SPEECH_DB)
    yield "silence", (1e-4 * rng.standard_normal(n)).astype(np.float32)


def _read_aloud(voice: Voice, sentences: Sequence[str], n: int, draw: random.Random) -> aug.Samples:
    """One voice that reads sentences for ``n`` samples, with pauses; begins again where they are too few."""
    parts: list[aug.Samples] = []
    for utterance in corpus.speak(voice, sentences, draw):
        parts += [utterance.samples, np.zeros(int(draw.uniform(0.3, 1.2) * RATE), np.float32)]
        if sum(map(len, parts)) >= n:
            break
    return np.resize(np.concatenate(parts), n)
