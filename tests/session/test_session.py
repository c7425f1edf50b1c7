from __future__ import annotations

import subprocess
import sys

import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.catalogue import CATALOGUE
from napari_spinalsam.errors import ImageError, OperationError, SpeechError
from napari_spinalsam.session.handlers import HANDLERS
from napari_spinalsam.session.session import Session


def test_every_operation_has_a_handler():
    assert set(HANDLERS) == set(ops.OPERATIONS)


def test_a_session_can_be_walked_through_without_torch(tmp_path):
    program = """
import sys
import numpy as np
from napari_spinalsam.commands import operations as ops
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.session.session import Session
session = Session()
session.open_volume(volume_from_array(np.arange(60, dtype=np.int16).reshape(3, 4, 5) - 500))
for operation in (ops.NextSlice(), ops.SetView(axis="sagittal"), ops.AddPoints(at=((1, 1),)), ops.Undo(), ops.Redo()):
    session.execute(operation)
assert session.needs_embedding(ops.SegmentPoints()) == session.key
print([name for name in ("torch", "napari", "qtpy", "transformers") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_help_lists_what_can_be_said_for_every_operation(session):
    message = session.execute(ops.Help()).message
    assert all(next(iter(entry.english)) in message for entry in CATALOGUE)


def test_help_needs_no_image():
    assert Session().execute(ops.Help()).status == "done"


def test_device_and_model_are_told_by_the_predictor(session):
    assert "region growing" in session.execute(ops.CheckDevice()).message
    assert "no weights" in session.execute(ops.CheckModel()).message


@pytest.mark.parametrize("operation", [ops.StartListening(), ops.StopListening()])
def test_with_no_microphone_listening_says_what_to_do_instead(session, operation):
    with pytest.raises(OperationError, match="no microphone") as caught:
        session.execute(operation)
    assert "dock" in caught.value.hint


def test_the_front_ends_microphone_is_switched(session):
    class Ears:
        def start_listening(self):
            return "Listening"

        def stop_listening(self):
            raise SpeechError("The microphone is stuck", "Unplug it")

    session.listening = Ears()
    assert session.execute(ops.StartListening()).message == "Listening"
    with pytest.raises(SpeechError, match="stuck"):
        session.execute(ops.StopListening())


def test_stop_stops_the_job_of_the_front_end(session):
    assert session.execute(ops.Stop()).status == "nothing"
    calls = []
    session.stop_job = lambda: bool(calls.append("stop")) or len(calls) == 1
    assert session.execute(ops.Stop()).message == "Stopped"
    assert session.execute(ops.Stop()).status == "nothing"
    assert calls == ["stop", "stop"]


@pytest.mark.parametrize("operation", [ops.Confirm(), ops.Cancel(), ops.Undo(), ops.Redo()])
def test_nothing_to_answer_or_undo(session, operation):
    assert session.execute(operation).status == "nothing"


def test_undo_and_redo_take_as_many_steps_as_there_are(session):
    for x in range(3):
        session.execute(ops.AddPoints(at=((x, 1),)))
    outcome = session.execute(ops.Undo(count=5))
    assert outcome.data["steps"] == 3
    assert "only 3" in outcome.message
    assert session.points == ()
    session.execute(ops.Redo(count=2))
    assert len(session.points) == 2


def test_a_new_volume_starts_with_nothing_of_the_old_one(session, volume):
    session.execute(ops.AddPoints(count=3))
    session.execute(ops.AddPoints(at=((1, 1),)))
    session.set_reference(session.labels)
    session.cursor = (1.0, 1.0)
    session.open_volume(volume)
    assert session.history.undo_titles == []
    assert not session.document.prompts
    assert session.awaiting is None
    assert session.cursor is None
    assert not session.unsaved


@pytest.mark.parametrize(
    "operation",
    [
        *(cls() for cls in (ops.SegmentPoints, ops.SegmentBox, ops.ClearPoints, ops.ClearBoxes, ops.ClearAll)),
        *(cls() for cls in (ops.NextSlice, ops.PreviousSlice, ops.SaveLabels, ops.Measure, ops.Evaluate)),
        ops.GoToSlice(index=1),
        ops.SetView(axis="3d"),
        ops.SetWindow(preset="bone"),
        ops.Zoom(cell="C4"),
        ops.Zoom(direction="in"),
    ],
)
def test_what_needs_an_image_says_so(operation):
    with pytest.raises(ImageError, match="No image is open") as caught:
        Session().execute(operation)
    assert caught.value.hint


@pytest.mark.parametrize(
    "operation",
    [
        *(cls() for cls in (ops.OpenImage, ops.Help, ops.Undo, ops.Stop, ops.Repeat, ops.Cancel, ops.NextLevel)),
        ops.SetLabel(label="L3"),
        ops.Hide(target="mask"),
        ops.Review(status="approved"),
    ],
)
def test_what_needs_no_image_works_without(operation):
    assert Session().execute(operation).message


def test_nothing_is_needed_to_be_embedded_without_an_image():
    assert Session().needs_embedding(ops.SegmentBox()) is None
