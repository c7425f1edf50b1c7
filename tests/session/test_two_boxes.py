from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, OperationError, PromptError
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.session import Session
from napari_spinalsam.session.two_boxes import two_boxes

#: The first block of the fixture's volume.
BLOCK = (slice(3, 9), slice(8, 20), slice(8, 22))


def box(session, axis, index, *at):
    if session.view != axis:
        session.execute(ops.SetView(axis=axis))
    if session.index != index:
        session.execute(ops.GoToSlice(index=index))
    session.execute(ops.AddBox(at=at))
    session.execute(ops.SegmentBox())


def carry(session):
    job = PropagationJob.of_two_boxes(session.scene())
    assert list(job.run())
    return session.write_carried(job)


def test_both_boxes_together_bound_the_block(session):
    box(session, "axial", 6, 5, 5, 24, 23)
    box(session, "sagittal", 15, 5, 1, 22, 10)
    outcome = carry(session)
    expected = np.zeros(session.volume.shape, np.uint16)
    expected[BLOCK] = 20
    np.testing.assert_array_equal(session.labels, expected)
    assert outcome.operation is None
    assert not session.document.previews
    assert not session.document.prompts
    session.execute(ops.Undo())
    assert not session.labels.any()
    assert len(session.document.previews) == 2


@pytest.mark.parametrize(("axis", "index"), [("sagittal", 15), ("coronal", 14)])
def test_nothing_is_written_outside_of_the_boxes(session, axis, index):
    box(session, "axial", 6, 5, 5, 24, 23)
    box(session, axis, index, 5, 4.6, 22, 7.4)
    carry(session)
    assert np.flatnonzero(session.labels.any(axis=(1, 2))).tolist() == [5, 6, 7]


def test_a_sagittal_and_a_coronal_box_do_too(session):
    box(session, "coronal", 14, 5, 1, 24, 10)
    box(session, "sagittal", 15, 5, 1, 22, 10)
    first, second, within = two_boxes(session.volume, session.document.previews)
    assert (first.key.axis, second.key.axis) == ("sagittal", "coronal")
    assert within.any(axis=(1, 2)).nonzero()[0].tolist() == list(range(1, 11))
    carry(session)
    assert np.count_nonzero(session.labels) == 6 * 12 * 14


def test_one_box_or_two_in_one_view_are_not_enough(session):
    with pytest.raises(OperationError, match="a box each in two views"):
        PropagationJob.of_two_boxes(session.scene())
    box(session, "axial", 6, 5, 5, 24, 23)
    with pytest.raises(OperationError, match="a box each in two views"):
        PropagationJob.of_two_boxes(session.scene())
    box(session, "axial", 7, 5, 5, 24, 23)
    with pytest.raises(OperationError, match="a box each in two views"):
        PropagationJob.of_two_boxes(session.scene())
    with pytest.raises(ImageError):
        PropagationJob.of_two_boxes(Session().scene())


def test_boxes_that_do_not_meet_are_refused(session):
    box(session, "axial", 3, 5, 5, 24, 23)
    box(session, "sagittal", 15, 5, 4.6, 22, 10)
    with pytest.raises(PromptError, match="axial slice 3 is beside the other"):
        PropagationJob.of_two_boxes(session.scene())
