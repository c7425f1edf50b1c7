"""Qt's own sound, where this Qt has it."""

from __future__ import annotations

from typing import Any


def qt_multimedia() -> Any:
    """Qt's module for sound, None where this Qt has none."""
    try:
        from qtpy import QtMultimedia
    except ImportError:
        return None
    return QtMultimedia if hasattr(QtMultimedia, "QAudioSource") else None


def mono_format(multimedia: Any, rate: int) -> Any:
    """Make the ``QAudioFormat`` of 16-bit mono sound, ``rate`` samples a second."""
    sound = multimedia.QAudioFormat()
    sound.setSampleRate(rate)
    sound.setChannelCount(1)
    sound.setSampleFormat(multimedia.QAudioFormat.SampleFormat.Int16)
    return sound
