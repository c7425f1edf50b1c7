"""Flite, the small synthesiser of Carnegie Mellon University: one short process an utterance."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.voice.phones import from_festival
from napari_spinalsam.training.voice.synthesis.utterance import Segment, Utterance
from napari_spinalsam.training.voice.synthesis.wave_file import read_wave

#: Words that flite and festival would say otherwise: the letter A is not the article.
SAID: Final = {"A": "ay", "gpu": "g p u"}


def as_said(phrase: str) -> str:
    """Text for flite and festival."""
    return " ".join(SAID.get(word, word) for word in phrase.split())


def say(phrase: str, voice: str, *, stretch: float = 1.0, pitch_hz: float | None = None) -> Utterance:
    """Say a phrase.

    Parameters
    ----------
    phrase : str
        Words; single capital letters are spelled.
    voice : str
        ``awb``, ``kal16``, ``rms`` or ``slt``.
    stretch : float
        Above 1 is slower.
    pitch_hz : float, optional
        Mean pitch; that of the voice if None.

    Raises
    ------
    TrainingError
        If flite is not installed or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "said.wav"
        options = ["-voice", voice, "--setf", f"duration_stretch={stretch:.3f}"]
        if pitch_hz is not None:
            options += ["--setf", f"int_f0_target_mean={pitch_hz:.1f}"]
        printed = run_synthesiser("flite", [*options, "-psdur", "-t", as_said(phrase), "-o", str(wave)])
        return Utterance(phrase.lower(), f"flite {voice}", read_wave(wave), _segments(printed))


def pronunciation(word: str, voice: str) -> tuple[str, ...]:
    """Phones of a word spoken alone."""
    printed = run_synthesiser("flite", ["-voice", voice, "-ps", "-t", as_said(word), "none"])
    return tuple(from_festival(phone) for phone in printed.split() if phone != "pau")


def run_synthesiser(program: str, arguments: list[str]) -> str:
    """Run a program and return what it prints.

    Raises
    ------
    TrainingError
        If it is not installed or fails.
    """
    path = shutil.which(program)
    if path is None:
        raise TrainingError(f"{program} is not installed", f"Install the system's package {program}")
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise TrainingError(f"{program} failed: {done.stderr.strip()[:200]}", "Look at its options and voices")
    return done.stdout


def _segments(printed: str) -> tuple[Segment, ...]:
    """Read "pau:0.253 ae:0.374 …": each phone with the second at which it ends."""
    segments, start = [], 0.0
    for item in printed.split():
        name, _, end = item.partition(":")
        segments.append(Segment(from_festival(name), start, float(end)))
        start = float(end)
    return tuple(segments)
