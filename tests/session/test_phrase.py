from __future__ import annotations

from dataclasses import dataclass

import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.catalogue import examples
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.segmentation.prompts import Point
from napari_spinalsam.session.phrase import Phrase, run_text

BOX = ops.AddBox(at=(5, 5, 24, 23))


@dataclass(frozen=True)
class Understood:
    text: str
    operations: tuple[ops.BaseOperation, ...]
    suggestions: tuple[str, ...] = ()


class Dictionary:
    """Understands what it was told beforehand."""

    def __init__(self, **phrases) -> None:
        self._phrases = phrases

    def interpret(self, text: str) -> Understood:
        operations = self._phrases.get(text.replace(" ", "_"))
        return Understood(text, operations or (), () if operations else ("undo", "redo"))


def test_heard_understood_did(session):
    entry = run_text(session, Dictionary(box_and_mask=(BOX, ops.SegmentBox())), "box and mask")
    assert entry.heard == "box and mask"
    assert [outcome.status for outcome in entry.did] == ["done", "done"]
    assert entry.error is None
    assert "Added a box" in entry.message
    assert "Mask of 168 pixels" in entry.message
    assert list(session.log) == [entry]


def test_a_phrase_is_one_undo_step(session):
    session.execute(ops.AddPoints(at=((1, 1),)))
    Phrase(session, (BOX, ops.NextSlice(), BOX, ops.SegmentBox(), ops.AcceptMask()), "all at once").run()
    assert session.history.undo_titles[0] == "all at once"
    assert len(session.history.undo_titles) == 2
    session.execute(ops.Undo())
    assert not session.labels.any()
    assert not session.boxes
    assert session.document.previews == {}
    session.execute(ops.Redo())
    assert (session.labels == 20).sum() == 168


def test_undo_inside_a_phrase_takes_back_what_was_before(session):
    session.execute(ops.AddPoints(at=((1, 1),)))
    session.execute(ops.AddPoints(at=((2, 2),)))
    Phrase(session, (ops.Undo(), ops.AddPoints(at=((3, 3),)), ops.AddPoints(at=((4, 4),))), "mixed").run()
    assert session.points == (Point(1, 1), Point(3, 3), Point(4, 4))
    assert len(session.history.undo_titles) == 2
    Phrase(session, (ops.AddPoints(at=((5, 5),)), ops.Undo(), ops.AddPoints(at=((6, 6),))), "back").run()
    assert session.points == (Point(1, 1), Point(3, 3), Point(4, 4), Point(6, 6))
    assert len(session.history.undo_titles) == 3


def test_the_second_is_impossible(session):
    entry = Phrase(session, (BOX, ops.GoToSlice(index=900), ops.SegmentBox()), "go far").run()
    assert len(entry.did) == 1
    assert isinstance(entry.error, OperationError)
    assert "Added a box" in entry.message
    assert "Then not possible: There is no axial slice 900" in entry.message
    assert entry.skipped == (ops.SegmentBox(),)
    assert "Not tried: SEGMENT_BOX" in entry.message
    assert session.boxes
    assert session.preview is None


def test_nothing_understood(session):
    before = session.document
    entry = run_text(session, Dictionary(), "how are you")
    assert entry.message == "Not understood, nothing done. Did you mean 'undo' or 'redo'?"
    assert session.document is before


def test_the_rest_waits_for_the_clicks(session):
    entry = Phrase(session, (ops.AddPoints(count=2), ops.SegmentPoints()), "add two points and segment").run()
    assert entry.postponed == (ops.SegmentPoints(),)
    assert session.awaiting.count == 2
    assert Phrase(session, (ops.AddPoints(at=((10, 12),)),)).run().error is None
    assert session.preview is None
    entry = Phrase(session, (ops.AddPoints(at=((12, 12),)),)).run()
    assert [outcome.operation.code for outcome in entry.did] == ["ADD_POINTS", "SEGMENT_POINTS"]
    assert session.preview is not None
    session.execute(ops.Undo())
    assert session.preview is None
    assert len(session.points) == 2


def test_the_rest_may_turn_out_impossible(session):
    Phrase(session, (ops.AddPoints(count=1, polarity="negative"), ops.SegmentPoints()), "no positive point").run()
    entry = Phrase(session, (ops.AddPoints(at=((10, 12),), polarity="negative"),)).run()
    assert len(entry.did) == 1
    assert entry.skipped == ()
    assert "negative" in entry.error.message


def test_a_phrase_without_words_is_called_after_its_last_step(session):
    Phrase(session, (BOX, ops.SegmentBox())).run()
    assert session.history.undo_titles == ["Mask of 168 pixels on axial slice 6, predicted IoU 0.90"]


@pytest.mark.parametrize("end", [ops.Cancel(), ops.Stop(), ops.Undo(), ops.ClearPoints()])
def test_what_ends_the_waiting_drops_the_rest(session, end):
    session.execute(ops.AddPoints(at=((1, 1),)))
    Phrase(session, (ops.AddPoints(count=2), ops.SegmentPoints())).run()
    assert session.execute(end).then == ()
    assert session.awaiting is None
    assert session.execute(ops.AddPoints(at=((10, 12),))).then == ()


def test_the_rest_waits_for_the_answer(session, tmp_path):
    path = tmp_path / "labels.nii.gz"
    path.write_bytes(b"old")
    save = (ops.SaveLabels(path=str(path)), ops.NextSlice())
    Phrase(session, save).run()
    assert session.index == 6
    Phrase(session, (ops.Cancel(),)).run()
    assert session.index == 6
    assert path.read_bytes() == b"old"
    Phrase(session, save).run()
    Phrase(session, (ops.Confirm(),)).run()
    assert session.index == 7
    assert path.read_bytes() != b"old"


def test_a_front_end_embeds_between_two_steps(session, predictor):
    phrase = Phrase(session, (BOX, ops.NextSlice(), BOX, ops.SegmentBox()))
    needed = []
    while not phrase.is_finished:
        key = phrase.needs_embedding
        needed.append(key)
        if key is not None:
            session.segmenter.embed(session.volume, key)
        phrase.step()
    assert needed[:3] == [None, None, None]
    assert needed[3].index == 7
    assert predictor.embedded == 1
    assert phrase.needs_embedding is None


def test_a_front_end_may_fail_between_two_steps(session):
    phrase = Phrase(session, (BOX, ops.SegmentBox()))
    phrase.step()
    phrase.fail(ImageError("The slice is empty", "Choose another"))
    assert phrase.is_finished
    assert "The slice is empty" in phrase.entry().message


def test_repeat_tells_what_was_heard_and_done(session):
    assert session.execute(ops.Repeat()).status == "nothing"
    Phrase(session, (BOX,), "a box please").run()
    assert "a box please" in session.execute(ops.Repeat()).message
    assert "Added a box" in session.execute(ops.Repeat()).message
    session.execute(ops.NextSlice())
    assert session.execute(ops.Repeat()).message == "Axial slice 7 of 0 to 11"


@pytest.mark.parametrize("phrase", [phrase for phrase, _ in examples()])
def test_whatever_the_catalogue_offers_is_done_or_refused_with_a_hint(session, phrase, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    entry = run_text(session, Interpreter(), phrase)
    assert entry.understood
    assert entry.did or entry.error.hint
