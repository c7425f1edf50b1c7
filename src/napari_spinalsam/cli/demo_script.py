"""What the demo types: every sagittal slice of one vertebra, each part of it in a box, through the interpreter.

The sagittal view, because there the body and the processes of a vertebra are compact parts, each with a box of its own;
across, one box round all of a vertebra holds as much muscle and canal as bone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.cli.figure import Panel, save_figure
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.commands.operations import Confirm, SaveLabels
from napari_spinalsam.commands.rules import MAX_OPERATIONS
from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.imaging.sample import sample_ct
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.metrics import dice
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.phrase import InterpreterLike, run_text
from napari_spinalsam.session.session import Session
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.vertebrae import label_name

#: Names of what the demo writes.
LABELS: Final = "labels.nii.gz"
FIGURE: Final = "demo.png"
#: Parts of the vertebra with fewer pixels on a slice are left out, as a hurried user would.
SMALLEST_PART: Final = 50
#: Pixels between a part and its box.
MARGIN: Final = 1


@dataclass(frozen=True)
class DemoResult:
    """What the demo made.

    Parameters
    ----------
    label : str
        Name of the vertebra.
    dice : float
        Of that vertebra against the sample's truth, over the whole volume.
    labels_path, figure_path : Path
    """

    label: str
    dice: float
    labels_path: Path
    figure_path: Path


def run(
    output: Path,
    say: Callable[[str], None],
    session: Session | None = None,
    interpreter: InterpreterLike | None = None,
) -> DemoResult:
    """Segment the vertebra in the middle of the sample and write the labels and a figure.

    Parameters
    ----------
    output : Path
        An existing folder.
    say : callable
        Gets a line for each phrase.
    session, interpreter
        The bundled model and the usual interpreter by default.

    Raises
    ------
    SpinalSamError
        If a phrase was not understood or not possible, or a file cannot be written.
    """
    session, interpreter = session or Session(), interpreter or Interpreter()
    volume, truth = sample_ct()
    session.open_volume(volume)
    label = middle_label(truth)
    wanted = truth == label
    middle = middle_slice(wanted)
    for text in (*opening(label_name(label)), *prompting(wanted, middle)):
        type_in(session, interpreter, text, say)
    prompted = _panel(volume, session.key, "Boxes and the mask they give", _preview(session), boxes=session.boxes)
    type_in(session, interpreter, "accept", say)
    for text in rest(wanted, middle):
        # A slice on which the model finds nothing is missing in the labels, and the Dice says so.
        type_in(session, interpreter, text, say, strict=False)
    kept = _labels(session) == label
    result = DemoResult(label_name(label), dice(kept, wanted), output / LABELS, output / FIGURE)
    panels = (prompted, *_result_panels(volume, kept, wanted, middle, result))
    _write(session, panels, result)
    return result


def middle_label(truth: NDArray[np.uint16]) -> int:
    """Label of the most pixels on the middle axial slice."""
    middle = truth[len(truth) // 2]
    return int(np.bincount(middle[middle > 0]).argmax())


def middle_slice(wanted: NDArray[np.bool_]) -> int:
    """Index of the sagittal slice halfway through a mask, (n0, n1, n2)."""
    found = _sagittal_slices(wanted)
    return (found[0] + found[-1]) // 2


def opening(name: str) -> tuple[str, ...]:
    """Texts that come first."""
    return "bone window", f"label {name}", "sagittal view"


def prompting(wanted: NDArray[np.bool_], index: int) -> Iterator[str]:
    """Texts that lead to the mask of one sagittal slice, a thought at a time."""
    yield f"go to slice {index}"
    yield from map(_box_text, boxes_round(wanted[:, :, index]))
    yield "generate the box mask"


def rest(wanted: NDArray[np.bool_], done: int) -> Iterator[str]:
    """Texts for all other sagittal slices, a sentence each (more where the interpreter takes no longer one)."""
    for index in _sagittal_slices(wanted):
        boxes = boxes_round(wanted[:, :, index])
        if boxes and index != done:
            steps = [f"go to slice {index}", *map(_box_text, boxes), "generate the box mask", "accept"]
            for start in range(0, len(steps), MAX_OPERATIONS):
                yield ", ".join(steps[start : start + MAX_OPERATIONS])


def boxes_round(mask: NDArray[np.bool_]) -> list[Box]:
    """Boxes that a user would draw round the connected parts of a mask, (rows, columns)."""
    parts, _ = ndimage.label(mask)
    boxes = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(parts), start=1):
        if np.count_nonzero(parts == number) >= SMALLEST_PART:
            x0, y0 = max(columns.start - MARGIN, 0), max(rows.start - MARGIN, 0)
            x1, y1 = min(columns.stop - 1 + MARGIN, mask.shape[1] - 1), min(rows.stop - 1 + MARGIN, mask.shape[0] - 1)
            boxes.append(Box(x0, y0, x1, y1))
    return boxes


def type_in(
    session: Session, interpreter: InterpreterLike, text: str, say: Callable[[str], None], *, strict: bool = True
) -> None:
    """Do what a text says, and tell what was heard, understood and done.

    Raises
    ------
    SpinalSamError
        If it was not understood, or, when ``strict``, not possible.
    """
    entry = run_text(session, interpreter, text)
    codes = ", ".join(operation.code for operation in entry.understood) or "nothing"
    say(f"heard '{text}' -> understood {codes} -> {entry.message}")
    if not entry.understood:
        raise OperationError(f"The demo's own phrase '{text}' was not understood", "Report it")
    if strict and entry.error is not None:
        raise entry.error


def _sagittal_slices(wanted: NDArray[np.bool_]) -> list[int]:
    found: list[int] = np.flatnonzero(wanted.any(axis=(0, 1))).tolist()
    return found


def _box_text(box: Box) -> str:
    return f"box from {box.x0:g} {box.y0:g} to {box.x1:g} {box.y1:g}"


def _preview(session: Session) -> NDArray[np.bool_] | None:
    return session.preview.mask if session.preview else None


def _labels(session: Session) -> NDArray[np.uint16]:
    return session.scene().need().labels


def _panel(
    volume: Volume,
    key: SliceKey,
    caption: str,
    mask: NDArray[np.bool_] | None = None,
    outline: NDArray[np.bool_] | None = None,
    boxes: tuple[Box, ...] = (),
) -> Panel:
    grey = PRESETS["bone"].apply(volume.slice(key.axis, key.index))
    return Panel(grey, volume.slice_spacing_mm(key.axis), caption, mask, outline, boxes)


def _result_panels(
    volume: Volume, kept: NDArray[np.bool_], wanted: NDArray[np.bool_], index: int, result: DemoResult
) -> tuple[Panel, Panel]:
    side, across = (slice(None), slice(None), index), volume.n_slices("axial") // 2
    sagittal, axial = SliceKey("sagittal", index), SliceKey("axial", across)
    return (
        _panel(volume, sagittal, f"Kept as {result.label}; line: truth", kept[side], wanted[side]),
        _panel(volume, axial, f"Across; Dice of all of it {result.dice:.3f}", kept[across], wanted[across]),
    )


def _write(session: Session, panels: Sequence[Panel], result: DemoResult) -> None:
    saving = session.execute(SaveLabels(path=str(result.labels_path.absolute())))
    if saving.status == "asking":
        # The demo's own labels of the time before.
        session.execute(Confirm())
    try:
        save_figure(panels, result.figure_path)
    except OSError as error:
        raise ImageError(f"{result.figure_path} cannot be written: {error}", "Name another folder") from error
