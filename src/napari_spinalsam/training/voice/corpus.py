"""What the voices say: commands, and English that is no command."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from napari_spinalsam.commands.phrases.families import Split, read_families
from napari_spinalsam.commands.phrases.template import expansions
from napari_spinalsam.training.voice import patterns
from napari_spinalsam.training.voice.phones import SILENCE
from napari_spinalsam.training.voice.synthesis import festival, flite, pico
from napari_spinalsam.training.voice.synthesis.espeak import Espeak
from napari_spinalsam.training.voice.synthesis.utterance import Utterance
from napari_spinalsam.training.voice.voices import (
    ACCENTS,
    ESPEAK_TRAINING,
    FESTIVAL_TRAINING,
    FLITE_TRAINING,
    PICO_TRAINING,
    Voice,
)

#: Sentences are read aloud only if they are plain words.
_PLAIN = re.compile(r"[a-zA-Z' ,.?!]+")
_SHORTEST, _LONGEST = 10, 90
_MOST_OF_A_FAMILY = 12


@dataclass(frozen=True)
class CorpusSize:
    """How many utterances the voices of the training give.

    Attributes
    ----------
    espeak, flite, festival, pico : int
        Each voice of a synthesiser says so many.
    other_share : float
        Share of English that is no command.
    """

    espeak: int = 16
    flite: int = 1400
    festival: int = 900
    pico: int = 1400
    other_share: float = 0.18

    def part(self, share: float) -> CorpusSize:
        """Make a corpus of fewer utterances of every voice."""
        espeak, flite, festival, pico = (
            max(1, round(share * count)) for count in (self.espeak, self.flite, self.festival, self.pico)
        )
        return CorpusSize(espeak, flite, festival, pico, self.other_share)


@cache
def other_english(*, held_out: bool) -> tuple[str, ...]:
    """Sentences that are no commands: dictation, remarks, small talk.

    Parameters
    ----------
    held_out : bool
        Whether they come from the wording families that no model of this project is trained on.
    """
    training = _sentences(("train",))
    if not held_out:
        return tuple(training)
    return tuple(text for text in _sentences(("validation", "test")) if text not in training)


def _sentences(splits: tuple[Split, ...]) -> dict[str, None]:
    families = (f for f in read_families() if f.answer == "none" and not f.chinese and f.split in splits)
    texts = (text for family in families for text in expansions(family.template)[:_MOST_OF_A_FAMILY])
    return dict.fromkeys(t for t in texts if _PLAIN.fullmatch(t) and _SHORTEST <= len(t) <= _LONGEST)


class TextSource:
    """Draws what is said next.

    Parameters
    ----------
    seed : int
    other_share : float
        Share of English that is no command.
    """

    def __init__(self, seed: int, other_share: float) -> None:
        self._rng = random.Random(seed)  # noqa: S311
        self._commands = patterns.PhraseSampler(seed)
        self._other = other_english(held_out=False)
        self._other_share = other_share

    def draw(self) -> str:
        """One text: a command, a phrase for the speech part, a few words in any order, or a sentence."""
        draw = self._rng.random()
        if draw < self._other_share:
            return self._rng.choice(self._other)
        if draw < self._other_share + 0.03:
            return self._rng.choice(patterns.read_speech_patterns())
        if draw < self._other_share + 0.11:
            # Every word comes up, in unusual company.
            return " ".join(self._rng.choice(patterns.vocabulary()) for _ in range(self._rng.randint(1, 4)))
        return self._commands.command()


def speak_training(size: CorpusSize, seed: int) -> Iterator[Utterance]:
    """All utterances of the training that come with their phones, every voice at several speeds and pitches."""
    rng = random.Random(seed)  # noqa: S311
    texts = TextSource(seed, size.other_share)
    for voices, count in (
        (ESPEAK_TRAINING, size.espeak),
        (FLITE_TRAINING, size.flite),
        (FESTIVAL_TRAINING, size.festival),
    ):
        for voice in voices:
            yield from speak(voice, [texts.draw() for _ in range(count)], rng)


def speak_untimed(size: CorpusSize, seed: int) -> Iterator[tuple[Utterance, tuple[str, ...]]]:
    """Utterances of the voices that do not tell when they said what, with the phones that they are to have said."""
    rng = random.Random(seed)  # noqa: S311
    texts = TextSource(seed, size.other_share)
    for voice in PICO_TRAINING:
        accent = ACCENTS[0] if voice.name == "en-US" else "gmw/en-GB-x-rp"
        for utterance in speak(voice, [texts.draw() for _ in range(size.pico)], rng):
            said = espeak().say(flite.as_said(utterance.text), accent).segments
            yield utterance, tuple(segment.phone for segment in said if segment.phone != SILENCE)


def speak(voice: Voice, texts: Sequence[str], rng: random.Random) -> Iterator[Utterance]:
    """Say texts with a voice, each at a speed (and, where the synthesiser lets one, a pitch) of its own."""
    if voice.synthesiser == "festival":
        yield from festival.say_all([(text, rng.uniform(0.85, 1.25)) for text in texts], voice.name)
    elif voice.synthesiser == "flite":
        for text in texts:
            pitch = rng.uniform(voice.lowest_hz, voice.highest_hz)
            yield flite.say(text, voice.name, stretch=rng.uniform(0.85, 1.3), pitch_hz=pitch)
    elif voice.synthesiser == "pico":
        for text in texts:
            yield pico.say(text, voice.name, speed=rng.randint(75, 140), pitch=rng.randint(70, 140))
    else:
        library = espeak()
        for text in texts:
            speed, pitch, spread = rng.randint(130, 215), rng.randint(25, 75), rng.randint(20, 80)
            yield library.say(text, voice.name, speed=speed, pitch=pitch, pitch_range=spread)


@cache
def espeak() -> Espeak:
    """Its library can be started only once in a process."""
    return Espeak()
