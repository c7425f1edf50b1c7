"""How the words are pronounced, harvested from the synthesisers themselves: alone, and within phrases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from napari_spinalsam.training.voice.phones import SILENCE
from napari_spinalsam.training.voice.synthesis import flite
from napari_spinalsam.training.voice.synthesis.espeak import Espeak

#: Word -> pronunciation -> its share; the shares of a word sum to 1.
Lexicon = dict[str, dict[tuple[str, ...], float]]

#: Rarer pronunciations only make the words more alike.
_SMALLEST_SHARE: Final = 0.03
_MOST: Final = 6
#: How much a pronunciation counts that was heard from a word alone.
_ALONE_WEIGHT: Final = 3.0


def harvest(
    vocabulary: Sequence[str],
    phrases: Iterable[str],
    espeak: Espeak,
    accents: Sequence[str],
    flite_voices: Sequence[str],
) -> Lexicon:
    """Pronunciations of every word.

    Parameters
    ----------
    vocabulary : sequence of str
        Words; single letters are also spelled.
    phrases : iterable of str
        Phrases that hold the words as they come, for weak forms.
    espeak : Espeak
    accents, flite_voices : sequence of str
        Voices to ask.
    """
    counts: dict[str, dict[tuple[str, ...], float]] = defaultdict(lambda: defaultdict(float))
    for word in vocabulary:
        for spelling in {word, word.upper()} if len(word) == 1 else {word}:
            for phones in _alone(spelling, espeak, accents, flite_voices):
                counts[word][phones] += _ALONE_WEIGHT
    in_phrases: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for phrase in phrases:
        for accent in accents:
            for word, phones in espeak.pronunciations(phrase, accent):
                in_phrases[word.lower()][_without_repeats(phones)] += 1
    for word in counts.keys() & in_phrases.keys():
        heard = in_phrases[word]
        # As much as the word alone, however often it was heard.
        scale = sum(counts[word].values()) / sum(heard.values())
        for phones, count in heard.items():
            counts[word][phones] += count * scale
    return {word: _pruned(counts[word]) for word in vocabulary}


def _alone(word: str, espeak: Espeak, accents: Sequence[str], flite_voices: Sequence[str]) -> list[tuple[str, ...]]:
    heard = [
        tuple(segment.phone for segment in espeak.say(word, accent).segments if segment.phone != SILENCE)
        for accent in accents
    ]
    return [*map(_without_repeats, heard), *(flite.pronunciation(word, voice) for voice in flite_voices)]


def _without_repeats(phones: tuple[str, ...]) -> tuple[str, ...]:
    """Phones with no two alike in a row: where an accent says its r, espeak-ng reports it twice."""
    return tuple(phone for i, phone in enumerate(phones) if i == 0 or phone != phones[i - 1])


def _pruned(counts: dict[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    total = sum(counts.values())
    by_count = sorted(counts.items(), key=lambda item: -item[1])[:_MOST]
    kept = [(phones, n) for i, (phones, n) in enumerate(by_count) if i == 0 or n / total >= _SMALLEST_SHARE]
    kept_total = sum(n for _, n in kept)
    return {phones: n / kept_total for phones, n in kept}
