"""Make the pictures of the README, or with a reference those of docs/volumes.md, from the running program.

    xvfb-run -s "-screen 0 1920x1080x24" python docs/make_screenshots.py example_ct.nii.gz docs/images
    xvfb-run -s "-screen 0 1920x1080x24" python docs/make_screenshots.py example_ct.nii.gz docs/images \
        --volumes example_ct_vertebrae.nii.gz

The CT in the README is TotalSegmentator's example_ct.nii.gz (Apache-2.0), with its vertebrae in example_ct_vertebrae.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import napari
import numpy as np
from napari.layers import Labels
from qtpy.QtCore import QObject, QTimer

from napari_spinalsam._napari.demo import PLUGIN, draw_box, say, wait_until_idle
from napari_spinalsam._napari.microphone import Microphone
from napari_spinalsam._napari.sound_source import InputDevice, SoundSource
from napari_spinalsam._napari.widget import SpinalSamWidget
from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.speech.phrase_list import spoken
from napari_spinalsam.vertebrae import VERSE

WINDOW_SIZE = (1366, 768)


def main() -> None:
    """Open the CT in napari, prompt it, and photograph the window."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("image", type=Path)
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--model", type=Path, help="another model than the bundled one")
    arguments.add_argument("--volumes", type=Path, metavar="REFERENCE", help="the pictures of docs/volumes.md instead")
    arguments.add_argument("--size", type=int, nargs=2, default=WINDOW_SIZE, help="width and height of the window")
    options = arguments.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    viewer = napari.Viewer()
    viewer.window.resize(*options.size)
    _, dock = viewer.window.add_plugin_dock_widget(PLUGIN)
    if options.model:
        dock.models.use_checkpoint(options.model)
    wait_until_idle(dock)
    say(dock, f"open {options.image}")
    if options.volumes:
        volumes(viewer, dock, options.volumes, options.output)
    else:
        sagittal(viewer, dock, options.output / "dock.png")
        axial(viewer, dock, options.output / "axial.png")
        by_voice(viewer, dock, options.output / "voice.png")
    viewer.close()


def sagittal(viewer: napari.Viewer, dock: SpinalSamWidget, path: Path) -> None:
    """Keep two vertebrae, and show a third in its box."""
    say(dock, "sagittal view")
    say(dock, f"go to slice {SAGITTAL_SLICE}")
    for level, (body, process) in LEVELS.items():
        say(dock, f"label {level}")
        say(dock, f"box from {_words(body)}, box from {_words(process)} and generate the box mask")
        say(dock, "accept")
    say(dock, "label L3")
    draw_box(dock, PREVIEWED)
    photograph(viewer, dock, path)


def axial(viewer: napari.Viewer, dock: SpinalSamWidget, path: Path) -> None:
    """Show a box given in words, and the grid for pointing by words, in the light theme."""
    say(dock, "axial view")
    say(dock, f"go to slice {AXIAL_SLICE}")
    say(dock, "label L4")
    say(dock, f"box from {_words(AXIAL_BOX)} and generate the box mask")
    say(dock, "show grid")
    viewer.theme = "light"
    photograph(viewer, dock, path)


def volumes(viewer: napari.Viewer, dock: SpinalSamWidget, reference: Path, folder: Path) -> None:
    """Carry L1 to L5 from a box each, look the last one over, and compare with the reference."""
    dock.folds["Volume"].unfold()
    for level, (index, box) in WHOLE.items():
        say(dock, f"label {level}")
        say(dock, f"go to slice {index}")
        say(dock, f"box from {_words(box)} and generate the box mask")
        say(dock, "propagate")
    dock.volumes.check.click()
    say(dock, "sagittal view")
    say(dock, f"go to slice {SAGITTAL_SLICE}")
    photograph(viewer, dock, folder / "volume.png")
    dock.folds["Volume"].unfold(unfolded=False)
    dock.folds["Numbers"].unfold()
    add_reference(viewer, dock, reference)
    dock.numbers.evaluate.click()
    viewer.theme = "light"
    photograph(viewer, dock, folder / "numbers.png")


def add_reference(viewer: napari.Viewer, dock: SpinalSamWidget, path: Path) -> None:
    """Add TotalSegmentator's vertebrae in VerSe's integers, and choose them to compare with."""
    volume, stage = dock.controller.session.volume, dock.controller.stage
    if volume is None or stage is None:
        raise SystemExit("The image was not opened")
    labels, _ = read_labels(path, volume)
    verse = np.zeros(volume.shape, dtype=np.uint16)
    for level, value in TOTALSEGMENTATOR.items():
        verse[labels == value] = VERSE[level]
    viewer.add_layer(Labels(verse, name="reference", visible=False, **stage.frame.transform))
    dock.numbers.reference.setCurrentText("reference")


def by_voice(viewer: napari.Viewer, dock: SpinalSamWidget, path: Path) -> None:
    """Show what is said, what came of it and the numbered candidates, with a microphone that hears a quiet room."""
    viewer.theme = "dark"
    voice = dock.voice.voice
    voice.use_microphone(Microphone(devices=lambda: [InputDevice("room", "qt", b"")], make=QuietRoom))
    grid = dock.controller.session.grid
    if grid is None:
        return
    x0, y0, x1, y1 = map(float, AXIAL_BOX.split())
    first, last = (_cell_at(grid, *corner) for corner in ((x0, y0), (x1, y1)))
    voice.start_listening()
    for phrase in ("clear everything", spoken(f"box from {first} to {last}"), "generate box mask"):
        voice.mimic(phrase)
        wait_until_idle(dock)
    photograph(viewer, dock, path)


def _cell_at(grid: Grid, x: float, y: float) -> str:
    return min(grid.names(), key=lambda name: float(np.hypot(*np.subtract(grid.centre(name), (x, y)))))


class QuietRoom(SoundSource):
    """A microphone in a quiet room."""

    def __init__(self, _device: InputDevice, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self.heard.emit(np.zeros((480, 1), np.int16)))

    def open(self) -> None:
        """Begin to hand over silence."""
        self._timer.start(30)

    def close(self) -> None:
        """Hand over nothing more."""
        self._timer.stop()


def _words(box: str) -> str:
    x0, y0, x1, y1 = box.split()
    return f"{x0} {y0} to {x1} {y1}"


def photograph(viewer: napari.Viewer, dock: SpinalSamWidget, path: Path) -> None:
    """Save the whole window."""
    viewer.reset_view()
    wait_until_idle(dock)
    viewer.screenshot(path=str(path), canvas_only=False, flash=False)
    print(path, path.stat().st_size)


#: Vertebral bodies and spinous processes on sagittal slice 62 of the example CT.
SAGITTAL_SLICE = 62
LEVELS = {"L1": ("55 7 71 21", "72 16 83 26"), "L2": ("51 19 67 32", "68 27 82 37")}
PREVIEWED = Box(49, 31, 64, 43)
#: Whole vertebrae on an axial slice each, through the pedicles.
WHOLE = {
    "L1": (14, "55 55 71 79"),
    "L2": (26, "48 51 76 74"),
    "L3": (37, "48 49 79 70"),
    "L4": (48, "48 48 77 79"),
    "L5": (59, "46 53 78 75"),
}
#: TotalSegmentator's own integers.
TOTALSEGMENTATOR = {"L1": 31, "L2": 30, "L3": 29, "L4": 28, "L5": 27}
#: L4 on axial slice 50.
AXIAL_SLICE = 50
AXIAL_BOX = "50 48 72 77"


if __name__ == "__main__":
    main()
