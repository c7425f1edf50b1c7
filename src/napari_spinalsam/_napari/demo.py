"""The main job by itself: the sample CT and the dock, a box, typed commands, kept masks, saved labels.

Without an output folder the user takes over once the sample is open. With one, the dock is driven through the same
widgets and layers that a user has in hand, and a screenshot and the labels are left behind.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from napari_spinalsam._napari.layer_data import image_layer
from napari_spinalsam._napari.sample_data import NAME
from napari_spinalsam.cli import demo_script
from napari_spinalsam.cli.demo_script import DemoResult
from napari_spinalsam.commands.operations import Confirm
from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.imaging.sample import sample_ct
from napari_spinalsam.metrics import dice
from napari_spinalsam.vertebrae import label_name

if TYPE_CHECKING:
    from pathlib import Path

    import napari
    import numpy as np
    from numpy.typing import NDArray

    from napari_spinalsam._napari.widget import SpinalSamWidget
    from napari_spinalsam.segmentation.prompts import Box
    from napari_spinalsam.session.phrase import Entry

PLUGIN = "napari-spinalsam"
WINDOW_SIZE = (1366, 768)

#: A step that takes longer than this has failed.
_PATIENCE_S = 120


def open_demo(output: Path | None = None) -> DemoResult | None:
    """Open napari with the sample CT and the dock.

    Parameters
    ----------
    output : Path, optional
        An existing folder for a screenshot and the labels; the demo then runs by itself and closes. Without it napari
        is the user's until they close it.

    Returns
    -------
    DemoResult or None
        What was left behind in the folder.

    Raises
    ------
    SpinalSamError
        If a step of the demo is not possible.
    """
    import napari

    viewer = napari.Viewer(title="napari-spinalsam demo")
    viewer.window.resize(*WINDOW_SIZE)
    volume, truth = sample_ct()
    data, attributes, _ = image_layer(volume, NAME)
    viewer.add_image(data, **attributes)
    _, dock = viewer.window.add_plugin_dock_widget(PLUGIN)
    if output is None:
        napari.run()
        return None
    try:
        return _run_by_itself(viewer, dock, truth, output)
    finally:
        viewer.close()


def _run_by_itself(viewer: napari.Viewer, dock: SpinalSamWidget, truth: NDArray[np.uint16], output: Path) -> DemoResult:
    label = demo_script.middle_label(truth)
    wanted = truth == label
    middle = demo_script.middle_slice(wanted)
    result_paths = output / demo_script.LABELS, output / demo_script.FIGURE
    labels_path, screenshot = (path.absolute() for path in result_paths)
    wait_until_idle(dock)
    for text in demo_script.opening(label_name(label)):
        say(dock, text)
    for text in demo_script.rest(wanted, middle):
        # A slice on which the model finds nothing is missing in the labels, and the Dice says so.
        say(dock, text, strict=False)
    say(dock, f"go to slice {middle}")
    for box in demo_script.boxes_round(wanted[:, :, middle]):
        draw_box(dock, box)
    viewer.reset_view()
    viewer.screenshot(path=str(screenshot), canvas_only=False, flash=False)
    say(dock, "accept")
    say(dock, f"save to {labels_path}")
    if dock.controller.session.question is not None:
        # The demo's own labels of the time before.
        dock.controller.run(Confirm())
    labels = dock.controller.session.labels
    if labels is None or not labels_path.exists():
        raise ImageError(f"The labels were not written to {labels_path}", "See the log in the dock")
    return DemoResult(label_name(label), dice(labels == label, wanted), labels_path, screenshot)


def say(dock: SpinalSamWidget, phrase: str, *, strict: bool = True) -> None:
    """Type a phrase into the command box and wait until it is done.

    Raises
    ------
    SpinalSamError
        If it was not understood, or, when ``strict``, not possible.
    """
    answers: list[Entry] = []
    dock.controller.answered.connect(answers.append)
    dock.commands.line.setText(phrase)
    dock.commands.line.returnPressed.emit()
    wait_until_idle(dock)
    dock.controller.answered.disconnect(answers.append)
    error = next((answer.error for answer in answers if answer.error is not None), None)
    if error is not None and strict:
        raise error
    if not any(answer.understood for answer in answers):
        raise OperationError(f"'{phrase}' was not understood", "Say 'help' for what can be said")


def draw_box(dock: SpinalSamWidget, box: Box) -> None:
    """Draw a box as the mouse would: take the tool, add a rectangle to the boxes layer, wait for the mask.

    Raises
    ------
    OperationError
        If no mask came of it.
    """
    controller = dock.controller
    controller.choose_tool("box")
    stage = controller.stage
    if stage is None:
        raise OperationError("No image is open", "Open one first")
    corners = [(box.y0, box.x0), (box.y0, box.x1), (box.y1, box.x1), (box.y1, box.x0)]
    stage.layers.boxes().add(stage.frame.to_layer(corners, controller.session.key), shape_type="rectangle")
    wait_until_idle(dock)
    if controller.session.preview is None:
        raise OperationError("The box gave no mask", "See the log in the dock")


def wait_until_idle(dock: SpinalSamWidget, patience_s: float = _PATIENCE_S) -> None:
    """Let the window work until nothing is left to do.

    Raises
    ------
    OperationError
        If that takes longer than ``patience_s`` seconds.
    """
    from qtpy.QtWidgets import QApplication

    deadline = time.monotonic() + patience_s
    idle = 0
    # Twice idle in a row: a gesture is handed over by a timer, and its operations begin only after that.
    while idle < 3:
        QApplication.processEvents()
        busy = dock.commands.busy or dock.controller.inference.busy or not dock.controller.queue.empty
        idle = 0 if busy else idle + 1
        if time.monotonic() > deadline:
            raise OperationError(f"The dock was still busy after {patience_s:g} s", "Try on a faster machine")
        time.sleep(0.01)
