from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, LabelsError, OperationError
from napari_spinalsam.session.session import Session


def test_labels_by_name_and_by_number(session):
    outcome = session.execute(ops.SetLabel(label="l3"))
    assert (session.current_label, session.label_value) == ("L3", 22)
    assert outcome.changed == {"label"}
    session.execute(ops.SetLabel(label=40))
    assert (session.current_label, session.label_value) == (40, 40)
    assert session.execute(ops.SetLabel(label=40)).status == "nothing"
    session.execute(ops.Undo(count=2))
    assert session.current_label == "L1"


@pytest.mark.parametrize(
    ("start", "operation", "end"),
    [
        ("L3", ops.NextLevel(), "L4"),
        ("L3", ops.PreviousLevel(), "L2"),
        ("C7", ops.NextLevel(), "T1"),
        ("T12", ops.NextLevel(), "L1"),
        ("L1", ops.PreviousLevel(), "T12"),
        ("L5", ops.NextLevel(), "S1"),
        ("S1", ops.PreviousLevel(), "L5"),
        ("T13", ops.NextLevel(), "L1"),
        ("L6", ops.PreviousLevel(), "L5"),
    ],
)
def test_stepping_passes_the_rare_levels_by(session, start, operation, end):
    session.execute(ops.SetLabel(label=start))
    session.execute(operation)
    assert session.current_label == end


def test_rare_levels_in_use_are_stepped_on(session, volume):
    labels = np.zeros(volume.shape, dtype=np.uint8)
    labels[0, 0, 0] = 28
    session.open_volume(volume, labels)
    session.execute(ops.SetLabel(label="T12"))
    session.execute(ops.NextLevel())
    assert session.current_label == "T13"
    session.execute(ops.Review(status="flagged", label="L6"))
    session.execute(ops.SetLabel(label="L5"))
    session.execute(ops.NextLevel())
    assert session.current_label == "L6"


@pytest.mark.parametrize(
    ("start", "operation"), [("S1", ops.NextLevel()), ("C1", ops.PreviousLevel()), (40, ops.NextLevel())]
)
def test_there_is_no_level_beyond_the_spine(session, start, operation):
    session.execute(ops.SetLabel(label=start))
    with pytest.raises(OperationError):
        session.execute(operation)
    assert session.label_value == (40 if start == 40 else {"S1": 26, "C1": 1}[start])


def test_the_users_labels_are_adopted_and_their_array_is_never_written_to(session, volume):
    labels = np.zeros(volume.shape, dtype=np.int32)
    labels[5, 10:14, 10:14] = 300
    original = labels.copy()
    session.open_volume(volume, labels)
    assert np.array_equal(session.labels, original)
    painted = session.labels.copy()
    painted[0, 0, 0] = 7
    session.edit_labels(painted)
    assert np.array_equal(labels, original)
    assert session.labels[0, 0, 0] == 7


def test_labels_cannot_be_changed_from_outside(session):
    with pytest.raises(ValueError, match="read-only"):
        session.labels[0, 0, 0] = 1


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros((12, 40, 47), dtype=np.uint16),
        np.zeros((40, 48), dtype=np.uint16),
        np.full((12, 40, 48), -1),
        np.full((12, 40, 48), 70000),
        np.zeros((12, 40, 48)),
    ],
)
def test_labels_that_do_not_fit_are_refused_and_nothing_changes(session, volume, labels):
    session.execute(ops.AddPoints(at=((1, 1),)))
    before = session.document
    for attempt in (lambda: session.open_volume(volume, labels), lambda: session.edit_labels(labels)):
        with pytest.raises(LabelsError):
            attempt()
        assert session.document is before
        assert not session.labels.any()


def test_painting_is_one_step_and_tells_the_region(session):
    painted = session.labels.copy()
    painted[2:4, 5, 6:9] = 22
    outcome = session.edit_labels(painted)
    assert outcome.changed == {"labels"}
    assert outcome.data["region"] == (slice(2, 4), slice(5, 6), slice(6, 9))
    assert session.unsaved
    assert session.edit_labels(painted) is None
    assert session.execute(ops.Undo()).data["region"] == (slice(2, 4), slice(5, 6), slice(6, 9))
    assert not session.labels.any()
    assert not session.unsaved


def test_painting_needs_an_image():
    with pytest.raises(ImageError):
        Session().edit_labels(np.zeros((2, 2, 2), dtype=np.uint16))
