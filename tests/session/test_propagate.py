from __future__ import annotations

import threading

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.session import Session

#: The first block of the fixture's volume reaches from slice 3 to 8; slice 6 is the one on display.
BLOCK = (slice(3, 9), slice(8, 20), slice(8, 22))


def segment_block(session):
    session.execute(ops.AddBox(at=(5, 5, 24, 23)))
    session.execute(ops.SegmentBox())


@pytest.fixture
def previewed(session):
    session.execute(ops.SetLabel(label="L3"))
    segment_block(session)
    return session


def labelled(session, value=22):
    return np.flatnonzero((session.labels == value).any(axis=(1, 2))).tolist()


def test_a_preview_becomes_the_whole_block_in_one_step(previewed):
    outcome = previewed.execute(ops.Propagate())
    expected = np.zeros(previewed.volume.shape, np.uint16)
    expected[BLOCK] = 22
    np.testing.assert_array_equal(previewed.labels, expected)
    assert outcome.changed == {"labels", "preview", "boxes"}
    assert outcome.data["region"] == BLOCK
    assert (outcome.data["slices"], outcome.data["first"], outcome.data["last"]) == (5, 3, 8)
    assert "Carried L3 from axial slice 6 to 5 more, 3 to 8" in outcome.message
    assert "slice 9: nothing of it is left" in outcome.message
    assert "slice 2: nothing of it is left" in outcome.message
    previewed.execute(ops.Undo())
    assert not previewed.labels.any()
    assert previewed.preview is not None
    previewed.execute(ops.Redo())
    np.testing.assert_array_equal(previewed.labels, expected)


def test_an_accepted_mask_is_carried_on_in_every_view(previewed):
    previewed.execute(ops.AcceptMask())
    previewed.execute(ops.Propagate())
    whole = previewed.labels.copy()
    previewed.execute(ops.SetView(axis="sagittal"))
    previewed.execute(ops.GoToSlice(index=15))
    previewed.edit_labels(np.where(np.arange(48) == 15, whole, 0))
    assert np.count_nonzero(previewed.labels) == 6 * 12
    previewed.execute(ops.Propagate())
    np.testing.assert_array_equal(previewed.labels, whole)


@pytest.mark.parametrize(
    ("operation", "slices"),
    [
        (ops.Propagate(direction="forward"), [6, 7, 8]),
        (ops.Propagate(direction="backward"), [3, 4, 5, 6]),
        (ops.Propagate(count=1), [5, 6, 7]),
        (ops.Propagate(direction="backward", count=2), [4, 5, 6]),
        (ops.Propagate(to=4), [4, 5, 6]),
        (ops.Propagate(direction="forward", to=7), [6, 7]),
        (ops.Propagate(to=11), [6, 7, 8]),
    ],
)
def test_direction_count_and_goal(previewed, operation, slices):
    previewed.execute(operation)
    assert labelled(previewed) == slices


@pytest.mark.parametrize(
    "operation", [ops.Propagate(to=12), ops.Propagate(to=6), ops.Propagate(direction="forward", to=2)]
)
def test_goals_that_lead_nowhere_are_refused(previewed, operation):
    with pytest.raises(OperationError):
        previewed.execute(operation)
    assert not previewed.labels.any()
    assert previewed.preview is not None


def test_there_must_be_something_to_carry(session):
    with pytest.raises(OperationError, match="no mask to carry on axial slice 6"):
        session.execute(ops.Propagate())
    with pytest.raises(ImageError):
        Session().execute(ops.Propagate())


def test_what_goes_nowhere_changes_nothing(session):
    session.execute(ops.GoToSlice(index=8))
    segment_block(session)
    steps = session.history.undo_titles
    outcome = session.execute(ops.Propagate(direction="forward"))
    assert outcome.status == "nothing"
    assert not outcome.changed
    assert session.history.undo_titles == steps


@pytest.mark.parametrize(("overlap", "kept"), [("keep", True), ("replace", False)])
def test_other_labels_are_kept_or_replaced_as_the_user_chose(previewed, overlap, kept):
    other = np.zeros(previewed.volume.shape, np.uint16)
    other[4, 8:12, 8:12] = 23
    previewed.edit_labels(other)
    previewed.overlap = overlap
    outcome = previewed.execute(ops.Propagate())
    assert bool((previewed.labels == 23).any()) is kept
    assert outcome.data["spared"] == (16 if kept else 0)
    previewed.execute(ops.Undo())
    np.testing.assert_array_equal(previewed.labels, other)


def test_a_job_is_stopped_between_slices_and_keeps_what_it_has(previewed):
    operation = ops.Propagate()
    job = previewed.propagated = PropagationJob.of(previewed.scene(), operation)
    assert job.most == 11

    def work():
        for _ in job.run():
            if len(job.masks) == 2:
                previewed.execute(ops.Stop())

    previewed.stop_job = lambda: job.stop() is None
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert job.stopped
    assert not previewed.labels.any()
    outcome = previewed.execute(operation)
    assert "stopped as asked" in outcome.message
    assert labelled(previewed) == [6, 7, 8]
    previewed.execute(ops.Undo())
    assert not previewed.labels.any()
    previewed.execute(ops.Propagate())  # another one does not get the old job's slices
    assert labelled(previewed) == [3, 4, 5, 6, 7, 8]


def test_a_job_of_another_image_is_not_written(previewed, volume):
    operation = ops.Propagate()
    job = previewed.propagated = PropagationJob.of(previewed.scene(), operation)
    assert list(job.run())
    assert sorted(job.masks) == [3, 4, 5, 7, 8]
    previewed.open_volume(type(volume)(volume.array, volume.affine, "hu"))
    with pytest.raises(OperationError, match="Another image"):
        previewed.execute(operation)
    assert not previewed.labels.any()


def test_the_views_vote_only_when_the_whole_structure_is_meant(previewed):
    for operation, voted in ((ops.Propagate(), True), (ops.Propagate(count=2), False), (ops.Propagate(to=8), False)):
        job = PropagationJob.of(previewed.scene(), operation)
        keys = list(job.run())
        assert job.is_voting is voted
        assert {key.axis for key in keys} == ({"axial", "coronal", "sagittal"} if voted else {"axial"})
        assert job.looked_at == len(keys)
        assert job.most >= job.looked_at


def test_the_slice_that_the_user_saw_stays_when_the_views_vote(previewed):
    """The block has a speck on the slice on display that no other view would keep."""
    previewed.execute(ops.AcceptMask())
    labels = previewed.labels.copy()
    labels[6, 30, 40] = 22
    previewed.edit_labels(labels)
    previewed.execute(ops.Propagate())
    assert previewed.labels[6, 30, 40] == 22


def test_stopped_while_the_views_vote_keeps_what_was_carried(previewed):
    job = PropagationJob.of(previewed.scene(), ops.Propagate())
    for _ in job.run():
        if job.is_voting:
            job.stop()
    assert sorted(job.masks) == [3, 4, 5, 7, 8]
    assert job.reasons[-1] == "stopped before the views had voted"
