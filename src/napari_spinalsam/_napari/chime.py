"""A short sound for "done" and another for "not possible", for those who do not look at the screen."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from qtpy.QtCore import QBuffer, QByteArray, QIODevice, QObject

from napari_spinalsam._napari.qt_sound import mono_format, qt_multimedia

_RATE: Final = 44_100
_SECONDS: Final = 0.12
#: Two tones each, in Hz: rising for done, falling for refused.
_DONE, _REFUSED = (660.0, 880.0), (440.0, 330.0)


class Chime(QObject):
    """Plays the two sounds through Qt; without a loudspeaker or Qt's sound it is silent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = False
        self._sink: Any = None
        self._buffer: QBuffer | None = None

    def play(self, *, done: bool) -> None:
        """Play one of them, unless it is off."""
        if not self.is_on:
            return
        multimedia = qt_multimedia()
        if multimedia is None:
            return
        output = multimedia.QMediaDevices.defaultAudioOutput()
        if output.isNull():
            return
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(tones(_DONE if done else _REFUSED).tobytes()))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = multimedia.QAudioSink(output, mono_format(multimedia, _RATE), self)
        self._sink.start(self._buffer)


def tones(pitches: tuple[float, ...]) -> np.ndarray:
    """Make int16 mono sound of some tones, one after another, each faded in and out."""
    time = np.arange(int(_RATE * _SECONDS)) / _RATE
    shape = np.sin(np.pi * time / _SECONDS) ** 2
    return np.concatenate([(8000 * shape * np.sin(2 * np.pi * pitch * time)).astype(np.int16) for pitch in pitches])
