"""Speech for tests, synthesised by espeak-ng."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from napari_spinalsam.speech.pcm import read_wav
from napari_spinalsam.speech.recogniser import SAMPLE_RATE
from napari_spinalsam.weights import BUNDLED_VOICE, bundled_path


def speech(text, folder, voice="en-us", words_a_minute=150, pause_s=1.2):
    """16 kHz mono of a sentence and the silence after it."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    path = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-w", str(path), text], check=True)
    said = read_wav(path)
    # The synthesiser adds a pause of its own.
    said = said[: np.nonzero(np.abs(said) > 300)[0][-1] + 1]
    return np.concatenate([said, np.zeros(int(SAMPLE_RATE * pause_s), np.int16)])


def bundled_voice():
    """Folder of the bundled voice model."""
    return bundled_path(BUNDLED_VOICE)
