"""``napari-spinalsam transcribe``: what is said in a recording, and what it means, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.commands.operations import to_json
from napari_spinalsam.errors import UsageError
from napari_spinalsam.speech.attention import Attention, Situation
from napari_spinalsam.speech.recogniser import Utterance
from napari_spinalsam.speech.vocabulary import cannot_hear
from napari_spinalsam.speech.vosk_recogniser import ENDPOINT_S, load_recogniser


def transcribe(
    file: Annotated[Path | None, typer.Argument(help="A WAV file of any rate.", metavar="FILE.wav")] = None,
    model: Annotated[
        str, typer.Option(help="Voice model: bundled, a name from 'models list', or a folder.")
    ] = "bundled",
    pause: Annotated[
        float, typer.Option(help="Silence after which an utterance has ended, in seconds.", min=0.1, max=5)
    ] = ENDPOINT_S,
    mimic: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Take this text as if it had been heard, instead of a file.")
    ] = None,
) -> None:
    """Print what is said in FILE.wav, and which operations it means: a line of JSON for each utterance."""
    if (file is None) == (mimic is None):
        raise UsageError("Either a WAV file or --mimic is needed", "Give one of them")
    interpreter = Interpreter()
    if file is None:
        _write(Utterance(mimic or "", 0.0, 0.0), interpreter)
        return
    from napari_spinalsam.speech.pcm import read_wav  # here, since it brings scipy's filters

    samples = read_wav(file)
    recogniser = load_recogniser(model, pause)
    if recogniser.missing:
        sys.stderr.write(cannot_hear(recogniser.missing) + "\n")
    for utterance in (*recogniser.hear(samples), *recogniser.finish()):
        _write(utterance, interpreter)


def _write(utterance: Utterance, interpreter: Interpreter) -> None:
    judgement = Attention().judge(utterance.text, Situation())
    meant = interpreter.interpret(judgement.text).operations if judgement.verdict == "command" else ()
    line = {
        "text": utterance.text,
        "operations": to_json(meant),
        "start_s": round(utterance.start_s, 3),
        "end_s": round(utterance.end_s, 3),
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
