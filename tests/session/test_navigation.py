from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import OperationError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.session.session import Session
from napari_spinalsam.session.slice_key import SliceKey


def test_a_volume_opens_on_its_middle_axial_slice(session):
    assert session.key == SliceKey("axial", 6)
    assert session.view == "axial"


def test_back_and_forth(session):
    assert session.execute(ops.NextSlice(count=3)).changed == {"slice"}
    assert session.index == 9
    session.execute(ops.PreviousSlice())
    assert session.index == 8


@pytest.mark.parametrize(("where", "index"), [("first", 0), ("middle", 6), ("last", 11), (7, 7)])
def test_jumps(session, where, index):
    session.execute(ops.NextSlice(count=2))
    session.execute(ops.GoToSlice(index=where))
    assert session.index == index


@pytest.mark.parametrize("operation", [ops.NextSlice(count=6), ops.PreviousSlice(count=7), ops.GoToSlice(index=12)])
def test_slices_that_do_not_exist_are_refused_and_nothing_moves(session, operation):
    with pytest.raises(OperationError) as caught:
        session.execute(operation)
    assert caught.value.hint
    assert session.index == 6


def test_each_axis_remembers_its_slice(session):
    session.execute(ops.GoToSlice(index=2))
    session.execute(ops.SetView(axis="sagittal"))
    assert session.key == SliceKey("sagittal", 24)
    session.execute(ops.GoToSlice(index=30))
    session.execute(ops.SetView(axis="axial"))
    assert session.key == SliceKey("axial", 2)
    session.execute(ops.SetView(axis="sagittal"))
    assert session.key == SliceKey("sagittal", 30)


def test_3d_keeps_the_axis(session):
    outcome = session.execute(ops.SetView(axis="3d"))
    assert outcome.changed == {"view"}
    assert (session.view, session.axis) == ("3d", "axial")
    assert session.execute(ops.SetView(axis="3d")).status == "nothing"
    assert session.execute(ops.SetView(axis="axial")).changed == {"view"}


def test_a_picture_has_one_view():
    session = Session()
    session.open_volume(volume_from_array(np.arange(80, dtype=np.uint8).reshape(8, 10)))
    assert session.execute(ops.GoToSlice(index="last")).status == "nothing"
    with pytest.raises(OperationError, match="no other view"):
        session.execute(ops.SetView(axis="sagittal"))


def test_navigation_is_no_undo_step(session):
    session.execute(ops.AddPoints(at=((1, 1),)))
    session.execute(ops.NextSlice())
    session.execute(ops.SetView(axis="coronal"))
    session.execute(ops.SetWindow(preset="lung"))
    assert len(session.history.undo_titles) == 1
    session.execute(ops.Undo())
    assert session.axis == "coronal"
    assert not session.document.prompts
