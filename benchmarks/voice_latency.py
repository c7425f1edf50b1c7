"""How quick voice is: from the end of speech to the operation done, its share of a core, and how the viewer stalls.

    xvfb-run -a python benchmarks/voice_latency.py [--model FOLDER] [--pause 0.5] [--json voice.json]

Sentences spoken by espeak-ng are fed in real time, 30 ms at a time, to the dock of a real napari viewer over the sample
CT, as its microphone would. A stall is the time between two beats of a timer that ought to beat every 5 ms.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import napari
import numpy as np
from beats import Beats
from qtpy.QtCore import QObject
from qtpy.QtWidgets import QApplication

from napari_spinalsam._napari.demo import wait_until_idle
from napari_spinalsam._napari.layer_data import image_layer
from napari_spinalsam._napari.microphone import Microphone
from napari_spinalsam._napari.sound_source import InputDevice, SoundSource
from napari_spinalsam._napari.widget import SpinalSamWidget
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.imaging.sample import sample_ct
from napari_spinalsam.speech.pcm import read_wav
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, Samples
from napari_spinalsam.speech.vosk_recogniser import ENDPOINT_S, load_recogniser

SENTENCES = (
    "next slice", "show grid", "zoom to d four", "zoom out", "bone window", "previous slice", "hide the grid",
    "label l three", "go to slice forty two", "undo", "sagittal view", "axial view",
)  # fmt: skip
BLOCK = 480
#: Quieter than this is no speech any more.
SILENCE = 300


def main() -> None:
    """Measure, print, and perhaps write JSON."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", default="bundled")
    arguments.add_argument("--pause", type=float, default=ENDPOINT_S, help="endpointing delay in seconds")
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    spoken = {sentence: synthesise(sentence) for sentence in SENTENCES}
    figures: dict[str, Any] = {"model": options.model, "pause_s": options.pause}
    figures["real_time_factor"] = real_time_factor(options.model, options.pause, list(spoken.values()))
    figures |= in_the_viewer(options.model, options.pause, spoken)
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def synthesise(sentence: str) -> Samples:
    """Speech, cut where it falls silent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(path), sentence], check=True)
        samples = read_wav(path)
    return samples[: np.nonzero(np.abs(samples) > SILENCE)[0][-1] + 1]


def silence(seconds: float) -> Samples:
    """No sound."""
    return np.zeros(int(seconds * SAMPLE_RATE), np.int16)


def real_time_factor(model: str, pause: float, spoken: list[Samples]) -> float:
    """Processor time of the recogniser alone for each second of sound, a third of which is silence."""
    recogniser = load_recogniser(model, pause)
    sound = np.concatenate([part for samples in spoken for part in (samples, silence(len(samples) / SAMPLE_RATE / 2))])
    start = time.process_time()
    for i in range(0, len(sound), BLOCK):
        recogniser.hear(sound[i : i + BLOCK])
    return round((time.process_time() - start) / (len(sound) / SAMPLE_RATE), 3)


class FedSource(SoundSource):
    """A microphone that hears what is fed to it from another thread."""

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""


class Feed(QObject):
    """Feeds sound in real time from a thread, and notes when the speech in it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.source: FedSource | None = None
        self.speech_ended_at = 0.0

    def microphone(self) -> Microphone:
        """A microphone that hears it."""
        return Microphone(devices=lambda: [InputDevice("fed", "qt", b"fed")], make=self._make)

    def _make(self, _device: InputDevice, parent: QObject) -> SoundSource:
        self.source = FedSource(parent)
        return self.source

    def play(self, speech: Samples, after: Samples) -> threading.Thread:
        """Begin to feed speech and the silence after it."""
        thread = threading.Thread(target=self._run, args=(np.concatenate([speech, after]), len(speech)))
        thread.start()
        return thread

    def _run(self, sound: Samples, speech: int) -> None:
        begun = time.perf_counter()
        self.speech_ended_at = begun + speech / SAMPLE_RATE
        for i in range(0, len(sound), BLOCK):
            block = sound[i : i + BLOCK, None]
            # A block is there when its last sample was recorded.
            time.sleep(max(begun + (i + len(block)) / SAMPLE_RATE - time.perf_counter(), 0))
            if self.source is not None:
                self.source.heard.emit(block)


def in_the_viewer(model: str, pause: float, spoken: dict[str, Samples]) -> dict[str, Any]:
    """Latency and stalls in a real viewer."""
    viewer = napari.Viewer()
    volume, _ = sample_ct()
    data, attributes, _ = image_layer(volume, "CT")
    viewer.add_image(data, **attributes)
    dock = SpinalSamWidget(viewer, interpret=Interpreter().interpret)
    viewer.window.add_dock_widget(dock)
    wait_until_idle(dock)
    feed = Feed()
    voice = dock.voice.voice
    voice.use_microphone(feed.microphone())
    voice.use_recogniser(partial(load_recogniser, model, pause))
    voice.start_listening()
    done_at: list[float] = []
    heard: list[str] = []
    dock.controller.answered.connect(lambda entry: (done_at.append(time.perf_counter()), heard.append(entry.heard)))
    beats = Beats()
    delays, understood = [], 0
    play(feed, silence(0.1), silence(2))  # the model is loaded
    beats.pauses_ms.clear()
    for sentence, samples in spoken.items():
        done_at.clear()
        play(feed, samples, silence(pause + 1.0))
        if done_at:
            delays.append(1000 * (done_at[0] - feed.speech_ended_at - pause))
            understood += heard[-1] == sentence
    with_operations = beats.longest_ms
    # Asleep the same sentences are heard, and nothing is done about them: what remains is listening alone.
    voice.stop_listening()
    play(feed, silence(0.1), silence(0.5))
    beats.pauses_ms.clear()
    for samples in spoken.values():
        play(feed, samples, silence(pause))
    listening = beats.longest_ms
    viewer.close()
    return {
        "sentences": len(spoken),
        "heard_right": understood,
        "delay_beyond_pause_ms": {"median": round(median(delays)), "largest": round(max(delays))} if delays else None,
        "longest_stall_ms": {"listening": round(listening), "with_operations": round(with_operations)},
    }


def play(feed: Feed, speech: Samples, after: Samples) -> None:
    """Feed sound while the window lives."""
    thread = feed.play(speech, after)
    while thread.is_alive():
        QApplication.processEvents()
        time.sleep(0.001)


if __name__ == "__main__":
    main()
