from __future__ import annotations

import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, PromptError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.session import Session


def test_points_at_pixels_with_polarity(session):
    outcome = session.execute(ops.AddPoints(at=((10, 12), (11, 13))))
    session.execute(ops.AddPoints(at=((2, 3),), polarity="negative"))
    assert session.points == (Point(10, 12), Point(11, 13), Point(2, 3, positive=False))
    assert outcome.status == "done"
    assert outcome.changed == {"points"}


def test_a_point_in_a_grid_cell_lies_in_its_centre(session):
    session.execute(ops.AddPoints(cell="C4"))
    assert session.points == (Point(14.5, 17.0),)


def test_zooming_to_a_cell_narrows_the_grid(session):
    session.execute(ops.Zoom(cell="C4"))
    session.execute(ops.AddPoints(cell="A1"))
    (point,) = session.points
    assert 11.5 < point.x < 12.5
    assert 14.5 < point.y < 15.5


def test_a_point_under_the_pointer(session):
    session.cursor = (7.0, 8.0)
    session.execute(ops.AddPoints(here=True, polarity="negative"))
    assert session.points == (Point(7, 8, positive=False),)


def test_a_point_here_without_a_pointer_is_refused(session):
    with pytest.raises(PromptError, match="pointer"):
        session.execute(ops.AddPoints(here=True))


def test_clicks_are_awaited_and_counted_down(session):
    outcome = session.execute(ops.AddPoints(count=3, polarity="negative"))
    assert outcome.status == "waiting"
    assert (session.awaiting.kind, session.awaiting.count, session.awaiting.polarity) == ("points", 3, "negative")
    for left in (2, 1):
        outcome = session.execute(ops.AddPoints(at=((5, 5 + left),), polarity="negative"))
        assert outcome.status == "waiting"
        assert session.awaiting.count == left
    assert session.execute(ops.AddPoints(at=((5, 9),), polarity="negative")).status == "done"
    assert session.awaiting is None
    assert len(session.points) == 3


def test_a_drag_is_awaited(session):
    assert session.execute(ops.AddBox()).status == "waiting"
    assert session.awaiting.kind == "box"
    session.execute(ops.AddPoints(at=((5, 5),)))
    assert session.awaiting is not None
    session.execute(ops.AddBox(at=(20, 18, 10, 8)))
    assert session.awaiting is None
    assert session.boxes == (Box(10, 8, 20, 18),)


def test_a_box_between_grid_cells(session):
    session.execute(ops.AddBox(cells=("E5", "B2")))
    assert session.boxes == (Box(5.5, 4.5, 29.5, 24.5),)


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddPoints(at=((48, 3),)),
        ops.AddPoints(at=((3, 40),)),
        ops.AddPoints(at=((float("inf"), 3),)),
        ops.AddPoints(at=((3, 3), (300, 3))),
        ops.AddPoints(cell="J1"),
        ops.AddBox(at=(3, 3, 3, 30)),
        ops.AddBox(at=(3, 3, 300, 30)),
        ops.AddBox(cells=("A1", "A20")),
    ],
)
def test_a_prompt_that_makes_no_sense_changes_nothing(session, operation):
    session.execute(ops.AddPoints(at=((1, 1),)))
    before = session.document
    with pytest.raises(PromptError) as caught:
        session.execute(operation)
    assert caught.value.hint
    assert session.document is before


def test_prompts_belong_to_their_slice(session):
    session.execute(ops.AddPoints(at=((10, 12),)))
    outcome = session.execute(ops.NextSlice())
    assert session.points == ()
    assert "points" in outcome.changed
    session.execute(ops.SetView(axis="coronal"))
    session.execute(ops.AddPoints(at=((1, 2),)))
    session.execute(ops.SetView(axis="axial"))
    session.execute(ops.PreviousSlice())
    assert session.points == (Point(10, 12),)


def test_no_prompts_in_3d(session):
    session.execute(ops.SetView(axis="3d"))
    for operation in (ops.AddPoints(at=((1, 1),)), ops.AddBox(at=(1, 1, 9, 9)), ops.AddPoints(count=2)):
        with pytest.raises(PromptError, match="3D"):
            session.execute(operation)


def test_clearing_points_keeps_boxes_and_other_slices(session):
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.NextSlice())
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.AddBox(at=(1, 1, 9, 9)))
    assert session.execute(ops.ClearPoints()).changed == {"points"}
    assert session.boxes
    assert session.execute(ops.ClearBoxes()).changed == {"boxes"}
    assert not session.prompts
    assert session.execute(ops.ClearBoxes()).status == "nothing"
    session.execute(ops.PreviousSlice())
    assert session.points


def test_clearing_points_ends_the_waiting_for_clicks(session):
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.AddPoints(count=3))
    session.execute(ops.ClearPoints())
    assert session.awaiting is None


def test_prompts_moved_by_hand_are_one_step(session):
    session.execute(ops.AddPoints(at=((10, 12), (4, 4))))
    outcome = session.replace_prompts(Prompts(points=(Point(11, 12),)))
    assert outcome.operation is None
    assert outcome.changed == {"points"}
    assert session.points == (Point(11, 12),)
    assert session.replace_prompts(Prompts(points=(Point(11, 12),))) is None
    session.execute(ops.Undo())
    assert session.points == (Point(10, 12), Point(4, 4))
    with pytest.raises(PromptError):
        session.replace_prompts(Prompts(points=(Point(1000, 1),)))
    assert session.points == (Point(10, 12), Point(4, 4))


@pytest.mark.parametrize("operation", [ops.AddPoints(), ops.AddBox(), ops.ClearPoints(), ops.ClearAll()])
def test_without_an_image_the_hint_says_to_open_one(operation):
    with pytest.raises(ImageError, match="Open one first"):
        Session().execute(operation)
