"""A microphone that hears what a test plays to it."""

from __future__ import annotations

from qtpy.QtCore import QObject

from napari_spinalsam._napari.microphone import Microphone
from napari_spinalsam._napari.sound_source import InputDevice, SoundSource
from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.recogniser import SAMPLE_RATE

#: 30 ms, as a sound card hands it over.
BLOCK = 480


class PlayedSource(SoundSource):
    """A microphone that hears what a test plays; it can be busy and be unplugged."""

    rate = SAMPLE_RATE

    def __init__(self, plug, parent):
        super().__init__(parent)
        self.plug = plug

    def open(self):
        if self.plug.busy:
            raise SpeechError("The microphone cannot be opened", "Close the program that uses it")
        self.plug.source = self

    def close(self):
        self.plug.source = None


class Plug(QObject):
    """What the microphone is plugged into."""

    def __init__(self):
        super().__init__()
        self.source = None
        self.there = True
        self.busy = False

    def devices(self):
        return [InputDevice("played", "qt", b"played")] if self.there else []

    def microphone(self):
        """A microphone that hears what is played here."""
        return Microphone(devices=self.devices, make=lambda _, parent: PlayedSource(self, parent))

    def play(self, samples):
        for i in range(0, len(samples), BLOCK):
            if self.source is None:
                return
            self.source.heard.emit(samples[i : i + BLOCK, None])

    def pull(self):
        self.there = False
        self.source.lost.emit("The microphone has stopped")
