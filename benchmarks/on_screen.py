"""How soon a mask is on the screen, and how smoothly the viewer scrolls, in a real napari viewer over the sample CT.

    xvfb-run -a python benchmarks/on_screen.py [--prompts 40] [--slices 200] [--model bundled]

A click is a point that is added to the points layer; a typed command is entered in the dock. The time ends when the
canvas has been drawn with the mask. Then the viewer scrolls: quickly, as with a wheel, while a timer tells how long the
window did not answer; slowly, until the network has seen every slice; and slowly once more in a new viewer, a new
session with a new network over the same disk. What napari takes without the dock is told too. Nothing of the user's is
touched: journals and embeddings go to a folder of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import napari
import numpy as np
import torch
from beats import Beats
from numpy.typing import NDArray
from qtpy.QtWidgets import QApplication

from napari_spinalsam import folders
from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam._napari.layer_data import image_layer
from napari_spinalsam._napari.widget import SpinalSamWidget
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.imaging.sample import sample_ct
from napari_spinalsam.peak_memory import peak_memory
from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
from napari_spinalsam.segmentation.loading import load_predictor
from napari_spinalsam.session.segmenter import Segmenter

#: The first coronal slice that is shown; before it there is little but air.
FIRST = 28
#: Seconds between two slices of a wheel that is turned quickly.
WHEEL_S = 0.03
#: Longer than the dock waits before it embeds the slice on display.
STAYED_S = 0.3
PATIENCE_S = 60.0


def main() -> None:
    """Measure and print JSON."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--prompts", type=int, default=40)
    arguments.add_argument("--slices", type=int, default=200)
    arguments.add_argument("--model", default="bundled")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ[folders.HOME_VARIABLE] = home
        encoded = EncoderCount()
        alone = wheel_alone(options.slices)
        desk = Desk(options.model)
        figures: dict[str, Any] = {
            "click_to_screen_ms": spread(desk.clicks(options.prompts)),
            "typed_to_screen_ms": spread(desk.typed(options.prompts)),
            "wheel_without_dock": alone,
            "wheel": desk.wheel(options.slices) | encoded.report(),
        }
        desk.walk(options.slices)
        figures["walk"] = {"slices": options.slices, **encoded.report(), "peak_memory_mb": peak_mb()}
        desk.viewer.close()
        again = Desk(options.model)
        again.walk(options.slices)
        figures["second_session"] = {"slices": options.slices, **encoded.report(), "peak_memory_mb": peak_mb()}
        again.viewer.close()
    print(json.dumps(figures, indent=2))


class EncoderCount:
    """Counts what the image encoder is given, in both sessions, and how often the same."""

    def __init__(self) -> None:
        self._inputs: Counter[bytes] = Counter()
        self._reported = 0
        torch.nn.modules.module.register_module_forward_hook(self._note)

    def report(self) -> dict[str, int]:
        """Passes of the encoder since the last report, and how many of all passes were over what it had seen before."""
        passes = self._inputs.total() - self._reported
        self._reported += passes
        return {"encoder_passes": passes, "repeated_so_far": self._inputs.total() - len(self._inputs)}

    def _note(self, module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], _: object) -> None:
        if type(module).__name__ == "ImageEncoderViT":
            self._inputs[hashlib.sha256(inputs[0].cpu().numpy().tobytes()).digest()] += 1


class Desk:
    """A viewer with the sample CT and the dock."""

    def __init__(self, model: str) -> None:
        self.viewer = napari.Viewer()
        volume, truth = sample_ct()
        self.truth: NDArray[np.uint16] = truth
        data, attributes, _ = image_layer(volume, "CT")
        self.viewer.add_image(data, **attributes)
        segmenter = Segmenter(lambda: load_predictor(model, store=EmbeddingStore.of_user()))
        self.dock = SpinalSamWidget(self.viewer, segmenter, Interpreter().interpret)
        self.viewer.window.add_dock_widget(self.dock)
        self.drawn_at, self.drawn_with = 0.0, self.dock.controller.session.preview
        canvas = self.viewer.window._qt_viewer.canvas._scene_canvas  # napari has no public event for it
        canvas.events.draw.connect(self._on_draw, position="last")
        wait_until_idle(self.dock)

    def _on_draw(self, _event: object) -> None:
        # A preview and its layer are set by one call in this thread, so that no drawing comes between.
        self.drawn_at, self.drawn_with = time.perf_counter(), self.dock.controller.session.preview

    def clicks(self, n: int) -> list[float]:
        """Milliseconds from a click to the drawn mask, the embedding being ready."""
        rng = np.random.default_rng(0)
        say(self.dock, "go to slice 61")
        self._ready()
        rows, columns = np.nonzero(self.truth[61])
        self.dock.controller.choose_tool("positive")
        times = []
        for i in rng.integers(0, len(rows), n):
            say(self.dock, "clear everything")
            times.append(self._until_drawn(partial(self._click, (rows[i], columns[i]))))
        return times

    def _click(self, pixel: tuple[int, int]) -> None:
        stage = self.dock.controller.stage
        if stage is not None:
            stage.layers.points().add(stage.frame.to_layer([pixel], self.dock.controller.session.key))

    def typed(self, n: int) -> list[float]:
        """Milliseconds from Return in the command box to the drawn mask: a box in words, by the rules."""
        rng = np.random.default_rng(1)
        rows, columns = np.nonzero(self.truth[61] == np.unique(self.truth[61])[-1])
        low = np.array([columns.min(), rows.min()])
        high = np.array([columns.max(), rows.max()])
        line = self.dock.commands.line
        times = []
        for _ in range(n):
            say(self.dock, "clear everything")
            (x0, y0), (x1, y1) = low + rng.integers(-3, 3, 2), high + rng.integers(-3, 3, 2)
            line.setText(f"box from {x0} {y0} to {x1} {y1} and generate the box mask")
            times.append(self._until_drawn(line.returnPressed.emit))
        return times

    def wheel(self, n: int) -> dict[str, float]:
        """Scroll quickly through coronal slices."""
        say(self.dock, "clear everything")
        say(self.dock, "coronal view")
        self._ready()
        return turn_wheel(self.viewer, n)

    def walk(self, n: int) -> None:
        """Show slice after slice, each until the network has seen it and its neighbours."""
        if self.dock.controller.session.view != "coronal":
            say(self.dock, "coronal view")
        for index in range(FIRST, FIRST + n):
            self.viewer.dims.set_current_step(1, index)
            self._ready()

    def _ready(self) -> None:
        """Wait until nothing is left to be embedded, which begins when the user has stayed on a slice for a moment."""
        end = time.perf_counter() + STAYED_S
        while time.perf_counter() < end:
            QApplication.processEvents()
            time.sleep(0.005)
        wait_until_idle(self.dock, PATIENCE_S)

    def _until_drawn(self, act: Callable[[], object]) -> float:
        """Milliseconds until the canvas was drawn with a new mask."""
        self.drawn_with = before = self.dock.controller.session.preview
        begun = time.perf_counter()
        act()
        while self.drawn_with is before or self.drawn_with is None:
            QApplication.processEvents()
            if time.perf_counter() > begun + PATIENCE_S:
                raise TimeoutError("no mask was drawn")
        return 1000 * (self.drawn_at - begun)


def wheel_alone(n: int) -> dict[str, float]:
    """Scroll quickly in napari without the dock: what the viewer itself takes."""
    viewer = napari.Viewer()
    data, attributes, _ = image_layer(sample_ct()[0], "CT")
    viewer.add_image(data, **attributes)
    viewer.dims.order = (1, 0, 2)
    figures = turn_wheel(viewer, n)
    viewer.close()
    return figures


def turn_wheel(viewer: napari.Viewer, n: int) -> dict[str, float]:
    """Show slice after slice as with a wheel; how long the window did not answer meanwhile."""
    beats = Beats()
    for index in range(FIRST, FIRST + n):
        viewer.dims.set_current_step(1, index)
        end = time.perf_counter() + WHEEL_S
        while time.perf_counter() < end:
            QApplication.processEvents()
            time.sleep(0.001)
    pauses = np.array(beats.pauses_ms)
    return {
        "slices": n,
        "longest_stall_ms": round(float(pauses.max())),
        "p99_ms": round(float(np.percentile(pauses, 99))),
        "stalls_over_50_ms": int((pauses > 50).sum()),
    }


def spread(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the longest."""
    return {
        name: round(float(np.percentile(times, q)), 1) for name, q in (("median", 50), ("p95", 95), ("longest", 100))
    }


def peak_mb() -> int | None:
    """Memory that the process has needed at most, in MB."""
    peak = peak_memory()
    return None if peak is None else round(peak / 1e6)


if __name__ == "__main__":
    main()
