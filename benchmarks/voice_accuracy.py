"""How well the bundled voice model obeys held-out synthetic voices, and how often it hears a command in other sound.

    python benchmarks/voice_accuracy.py [--model DIR] [--phrases 80] [--minutes 5] [--mistakes]

Says commands with every voice of ``voices.HELD_OUT``, plays them clean and in noise, with and without echo, and
compares the operations that the rules make of what was heard with those of what was said. Prints Markdown tables.
Needs espeak-ng, flite, festival and the festival voice ked (Debian: festvox-kdlpc16k).
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from napari_spinalsam.training.voice import corpus
from napari_spinalsam.training.voice.evaluation import (
    CONDITIONS,
    Listener,
    Tally,
    alarms,
    judge_voice,
    judged_phrases,
    sounds_without_commands,
)
from napari_spinalsam.training.voice.synthesis.utterance import RATE
from napari_spinalsam.training.voice.voices import HELD_OUT
from napari_spinalsam.weights import BUNDLED_VOICE, bundled_path


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, help="folder of a Vosk model; default: the bundled one")
    options.add_argument("--phrases", type=int, default=80, help="commands a voice")
    options.add_argument("--minutes", type=float, default=5.0, help="of each kind of sound without commands")
    options.add_argument("--mistakes", action="store_true", help="print what was misheard")
    options.add_argument("--seed", type=int, default=0)
    arguments = options.parse_args()
    listener = Listener(arguments.model or bundled_path(BUNDLED_VOICE))
    _report_accuracy(listener, arguments.phrases, arguments.seed, mistakes=arguments.mistakes)
    _report_alarms(listener, arguments.minutes, arguments.seed, mistakes=arguments.mistakes)


def _report_accuracy(listener: Listener, phrases: int, seed: int, *, mistakes: bool) -> None:
    _row("voice", *map(str, CONDITIONS))
    _row(*("---" for _ in range(len(CONDITIONS) + 1)))
    totals = [Tally() for _ in CONDITIONS]
    misheard = []
    for voice in HELD_OUT:
        # Both generators begin anew for every voice, so that one voice's figures do not depend on the others.
        said = list(corpus.speak(voice, judged_phrases(phrases), random.Random(seed)))  # noqa: S311
        cells = []
        for condition, total in zip(CONDITIONS, totals, strict=True):
            tally = judge_voice(listener, said, condition, np.random.default_rng(seed))
            cells.append(f"{tally.obeyed / tally.said:.1%}")
            total.add(tally)
            misheard += [(voice, condition, *pair) for pair in tally.mistakes]
        _row(str(voice), *cells)
    _row("**all**", *(f"**{total.obeyed / total.said:.1%}**" for total in totals))
    _row("something else done", *(f"{total.wrong / total.said:.1%}" for total in totals))
    spent, length = sum(t.decoding_seconds for t in totals), sum(t.seconds for t in totals)
    print(f"\nReal-time factor {spent / length:.3f} over {length / 60:.0f} minutes of audio.\n")
    if mistakes:
        for voice, condition, said_text, heard in misheard:
            print(f"{voice} ({condition}): {said_text!r} heard as {heard!r}")


def _report_alarms(listener: Listener, minutes: float, seed: int, *, mistakes: bool) -> None:
    _row("sound", "minutes", "commands heard", "a minute")
    _row("---", "---", "---", "---")
    for kind, samples in sounds_without_commands(HELD_OUT, minutes, seed):
        heard = alarms(listener, samples)
        length = len(samples) / RATE / 60
        _row(kind, f"{length:.1f}", str(len(heard)), f"{len(heard) / length:.2f}")
        if mistakes:
            print(*(f"    {text}" for text in heard), sep="\n")


def _row(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
