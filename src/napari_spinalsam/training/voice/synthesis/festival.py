"""Festival, the University of Edinburgh's synthesiser: one process for all phrases of a voice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.voice.phones import from_festival
from napari_spinalsam.training.voice.synthesis.flite import as_said, run_synthesiser
from napari_spinalsam.training.voice.synthesis.utterance import Segment, Utterance
from napari_spinalsam.training.voice.synthesis.wave_file import read_wave

#: A phrase and how slowly it is said; above 1 is slower.
Line = tuple[str, float]


def say_all(lines: Iterable[Line], voice: str) -> Iterator[Utterance]:
    """Say many phrases.

    Parameters
    ----------
    lines : iterable of (str, float)
        Phrases, single capital letters being spelled, and their stretch.
    voice : str
        ``kal_diphone``, ``ked_diphone`` or ``cmu_us_slt_arctic_hts``.

    Raises
    ------
    TrainingError
        If festival or the voice is not installed.
    """
    lines = list(lines)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "say.scm"
        script.write_text(_script(lines, voice, folder), encoding="ascii")
        run_synthesiser("festival", ["-b", str(script)])
        for i, (phrase, _) in enumerate(lines):
            wave = folder / f"{i}.wav"
            if not wave.exists():
                raise TrainingError(f"festival said nothing with {voice}", "Install the system's package of that voice")
            yield Utterance(
                phrase.lower(), f"festival {voice}", read_wave(wave), _segments((folder / f"{i}.lab").read_text())
            )


def _script(lines: list[Line], voice: str, folder: Path) -> str:
    script = [f"(voice_{voice})"]
    for i, (phrase, stretch) in enumerate(lines):
        text = as_said(phrase).replace('"', "").replace("\\", "")
        script += [
            f"(Parameter.set 'Duration_Stretch {stretch:.3f})",
            f'(set! said (utt.synth (Utterance Text "{text}")))',
            f'(utt.save.wave said "{folder / f"{i}.wav"}" \'riff)',
            f'(utt.save.segs said "{folder / f"{i}.lab"}")',
        ]
    return "\n".join(script) + "\n"


def _segments(label_file: str) -> tuple[Segment, ...]:
    """Read the lines "0.22 100 pau" after the "#": the second at which a phone ends, a colour, the phone."""
    segments, start = [], 0.0
    for line in label_file.partition("#\n")[2].splitlines():
        end, _, phone = line.split()[:3]
        segments.append(Segment(from_festival(phone), start, float(end)))
        start = float(end)
    return tuple(segments)
