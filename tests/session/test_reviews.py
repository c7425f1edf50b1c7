from __future__ import annotations

import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import OperationError
from napari_spinalsam.session.document import ReviewMark


def test_marks_by_level(session):
    outcome = session.execute(ops.Review(status="approved"))
    session.execute(ops.Review(status="flagged", label="L4", text="old fracture"))
    assert session.reviews == {20: ReviewMark("approved"), 23: ReviewMark("flagged", ("old fracture",))}
    assert outcome.changed == {"reviews"}


def test_a_comment_keeps_the_status(session):
    session.execute(ops.Review(status="approved"))
    session.execute(ops.Review(status="comment", text="first"))
    session.execute(ops.Review(status="comment", text=" second "))
    assert session.reviews[20] == ReviewMark("approved", ("first", "second"))


def test_the_same_mark_again_is_nothing_new(session):
    session.execute(ops.Review(status="approved"))
    assert session.execute(ops.Review(status="approved")).status == "nothing"
    assert len(session.history.undo_titles) == 1


def test_an_empty_comment_is_refused(session):
    with pytest.raises(OperationError, match="empty"):
        session.execute(ops.Review(status="comment", text="  "))


def test_marks_are_undone(session):
    session.execute(ops.Review(status="approved"))
    session.execute(ops.Undo())
    assert session.reviews == {}
