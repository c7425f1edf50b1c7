"""Every example of the catalogue, typed into the dock: it does what its operation says, and undo takes it back."""

from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam.commands.catalogue import CATALOGUE
from napari_spinalsam.commands.operations import (
    OpenImage,
    Propagate,
    Redo,
    Repeat,
    StartListening,
    StopListening,
    Undo,
    from_json,
)
from napari_spinalsam.commands.rules import parse
from napari_spinalsam.errors import SpinalSamError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session

#: Orders after which there are prompts, a preview, a kept mask, and steps to undo; one operation each, so that the
#: steps of the dock, which undoes phrases, are those of a session, which undoes operations.
LOOK = ("axial view", "bone window", "go to slice 40", "show the mask", "show the points", "hide the grid")
PREPARED = (
    *LOOK,
    "label L3",
    "box from 40 60 to 200 260",
    "generate box mask",
    "accept",
    "label L1",
    "add a point at 100 100",
    "box from 50 80 to 200 260",
    "generate box mask",
)
#: They need what a session by itself has not, a file dialog, a thread, a microphone, or repeat such a thing. Other
#: tests show what they do.
BEYOND_A_SESSION = (OpenImage, Propagate, Repeat, StartListening, StopListening)


@pytest.fixture
def tall_ct():
    """A CT in which the places that the examples name exist: 90 slices of 270 x 210 pixels with a bright block."""
    hu = np.full((90, 270, 210), 40, dtype=np.int16)
    hu[:, :5] = -1000
    hu[35:46, 100:200, 60:160] = 600
    return volume_from_array(hu, np.diag([1.0, 1.0, 1.0, 1.0]))


@pytest.fixture
def alone(tall_ct, predictor):
    """A session without a window over the same image: what it does with an operation, the dock must do with words."""
    session = Session(Segmenter(lambda: predictor))
    session.open_volume(tall_ct)
    yield session
    session.close()


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_every_example_does_what_it_says_and_can_be_undone(language, open_dock, tall_ct, alone, tmp_path, monkeypatch):
    dock = open_dock(layer_data.image_layer(tall_ct, "scan"))
    monkeypatch.setattr("napari_spinalsam._napari.widget.QFileDialog.getOpenFileName", lambda *_: ("", ""))
    ours, theirs = tmp_path / "dock", tmp_path / "alone"
    ours.mkdir()
    theirs.mkdir()
    session = dock.controller.session
    _both(dock, alone, *PREPARED)
    start = _display(session)
    for entry in CATALOGUE:
        for phrase, arguments in getattr(entry, language).items():
            operation = from_json({"op": entry.code, "args": arguments})
            if _display(session) != start:
                _both(dock, alone, "cancel", *LOOK)
            if isinstance(operation, Redo):
                _both(dock, alone, "undo the last two")
            before = _work(session)
            assert before == _work(alone), phrase
            monkeypatch.chdir(ours)
            told = _type(dock, phrase, operation)
            monkeypatch.chdir(theirs)
            if not isinstance(operation, BEYOND_A_SESSION):
                assert told == _execute(alone, operation), phrase
                assert _work(session) == _work(alone), phrase
                assert _display(session) == _display(alone), phrase
            if session.question is not None:
                _both(dock, alone, "cancel")
            if _work(session) != before:
                taken_back = f"redo {operation.count} steps" if isinstance(operation, Undo) else "undo"
                taken_back = f"undo the last {operation.count}" if isinstance(operation, Redo) else taken_back
                say(dock, taken_back)
                assert _work(session) == before, phrase
                if _work(alone) != before:
                    _execute(alone, parse(taken_back).operations[0])


def _both(dock, alone, *phrases):
    for phrase in phrases:
        (operation,) = parse(phrase).operations
        say(dock, phrase, strict=False)
        _execute(alone, operation)
    for session in (dock.controller.session, alone):
        session.cursor = (30.0, 40.0)


def _type(dock, phrase, operation):
    """Type a phrase and press Enter; what the dock answered."""
    answers = []
    dock.controller.answered.connect(answers.append)
    dock.commands.line.setText(phrase)
    dock.commands.line.returnPressed.emit()
    wait_until_idle(dock)
    dock.controller.answered.disconnect(answers.append)
    assert [answer.understood for answer in answers] == [(operation,)], phrase
    return answers[0].message


def _execute(session, operation):
    try:
        return session.execute(operation).message
    except SpinalSamError as error:
        return str(error)


def _work(session):
    """What undo covers."""
    document = session.document
    previews = {key: (preview.chosen, preview.mask.tobytes()) for key, preview in document.previews.items()}
    labels = None if session.labels is None or not session.labels.any() else session.labels.tobytes()
    return dict(document.prompts), previews, document.label, dict(document.reviews), labels


def _display(session):
    """What a look around changes."""
    shown = tuple(map(session.is_visible, ("image", "mask", "labels", "points", "boxes", "grid")))
    return session.key, session.view, session.window, shown, session.awaiting, session.question is None
