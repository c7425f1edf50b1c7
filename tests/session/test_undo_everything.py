"""Whatever is done, undo leads back to the start bit for bit, redo returns, and nothing raises but our own errors.

At every moment the journal holds the session's labels, review marks and current label, bit for bit.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from journals import in_memory, journalling, kept
from random_operations import anything, usual
from region_growing import RegionGrowing

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import SpinalSamError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.phrase import Phrase
from napari_spinalsam.session.recovery import Recovery
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session

SHAPE = (5, 16, 18)


def small_volume() -> Volume:
    array = np.full(SHAPE, -1000, dtype=np.int16)
    array[1:, 1:15, 1:17] = 40
    array[1:4, 4:10, 4:11] = 700
    array[2:, 8:14, 10:16] = 500
    return Volume(array, np.array([[0, 0, -1.0, 0], [0, -1.0, 0, 0], [-3.0, 0, 0, 0], [0, 0, 0, 1]]), "hu")


def users_labels() -> np.ndarray:
    labels = np.zeros(SHAPE, dtype=np.uint16)
    labels[2:4, 5:9, 3:12] = 65535
    labels[0, 0, 0] = 22
    return labels


def snapshot(session: Session) -> tuple:
    """Everything that undo covers, down to the last bit of every array."""
    document = session.document
    previews = {
        key: (p.prompts, p.chosen, p.masks.tobytes(), p.predicted_iou.tobytes(), p.low_res_logits.tobytes())
        for key, p in document.previews.items()
    }
    return (
        session.labels.tobytes(),
        dict(document.prompts),
        previews,
        document.label,
        dict(document.reviews),
        document.labels_version,
    )


def everything(session: Session) -> tuple:
    """The snapshot with all that undo does not cover."""
    return (*snapshot(session), session.display, session.awaiting, session.question, session.history.undo_titles)


class Sessions(RuleBasedStateMachine):
    @initialize(overlap=st.sampled_from(["replace", "keep"]))
    def start(self, overlap):
        self.folder = in_memory()
        self.session = journalling(Path(self.folder.name), small_volume(), RegionGrowing(), users_labels())
        self.at_first = kept(self.session)
        self.session.overlap = overlap
        # What the session looked like at each depth of the history.
        self.timeline = [snapshot(self.session)]

    @rule(operation=usual)
    def do_the_usual(self, operation):
        self._do(lambda: self.session.execute(operation), operation)

    @rule(operation=anything)
    def do_anything(self, operation):
        self._do(lambda: self.session.execute(operation), operation)

    @rule(operations=st.lists(usual, min_size=1, max_size=4))
    def say_a_phrase(self, operations):
        before = len(self.session.history.undo_titles)
        walks = any(isinstance(operation, ops.Undo | ops.Redo) for operation in operations)
        Phrase(self.session, operations, "a phrase").run()
        after = len(self.session.history.undo_titles)
        if walks:
            # How deep the history was between two of the operations is not known here, only what it is now.
            ahead = len(self.session.history.redo_titles)
            self.timeline = [self.timeline[0], *[None] * (after + ahead)]
            if after:
                self.timeline[after] = snapshot(self.session)
        else:
            assert after - before in (0, 1)
            self._remember(before)

    @rule(voxel=st.tuples(*(st.integers(0, n - 1) for n in SHAPE)), value=st.integers(0, 65535), size=st.integers(1, 6))
    def paint(self, voxel, value, size):
        painted = self.session.labels.copy()
        painted[tuple(slice(i, i + size) for i in voxel)] = value
        self._do(lambda: self.session.edit_labels(painted), None)

    @rule(x=st.floats(-2, 20), y=st.floats(-2, 20), keep=st.integers(0, 3), box=st.booleans())
    def move_prompts(self, x, y, keep, box):
        moved = (*self.session.points[:keep], Point(x, y))
        boxes = (*self.session.boxes[:keep], Box(1, 1, 9, 8)) if box else self.session.boxes[:keep]
        self._do(lambda: self.session.replace_prompts(Prompts(moved, boxes)), None)

    @rule(x=st.floats(-2, 20), y=st.floats(-2, 20))
    def move_the_pointer(self, x, y):
        self.session.cursor = (x, y)

    @rule()
    def there_and_back(self):
        now, steps = snapshot(self.session), len(self.session.history.undo_titles)
        undone = len(self.session.history.redo_titles)
        if steps:
            self.session.execute(ops.Undo(count=steps))
        assert snapshot(self.session) == self.timeline[0]
        assert self.session.history.undo_titles == []
        if steps:
            self.session.execute(ops.Redo(count=steps))
        assert snapshot(self.session) == now
        assert len(self.session.history.redo_titles) == undone

    @invariant()
    def the_past_is_what_it_was(self):
        depth = len(self.session.history.undo_titles)
        expected = self.timeline[depth]
        assert expected is None or snapshot(self.session) == expected

    @invariant()
    def the_journal_holds_the_work(self):
        recoverable = [Recovery.read(path) for path in Path(self.folder.name).glob("*.journal")]
        if recoverable:
            assert [kept(recovery) for recovery in recoverable] == [kept(self.session)]
            assert recoverable[0].losses == ()
        else:
            assert kept(self.session) == self.at_first

    def teardown(self):
        self.session.close()
        self.folder.cleanup()

    @invariant()
    def labels_change_only_through_the_session(self):
        assert not self.session.labels.flags.writeable

    def _do(self, action, operation):
        before, depth = everything(self.session), len(self.session.history.undo_titles)
        try:
            action()
        except SpinalSamError as error:
            refusal = error
        else:
            if not isinstance(operation, ops.Undo | ops.Redo):
                self._remember(depth)
            return
        assert refusal.message
        assert refusal.hint
        assert everything(self.session) == before

    def _remember(self, depth_before):
        depth = len(self.session.history.undo_titles)
        if depth > depth_before:
            assert depth == depth_before + 1
            self.timeline = [*self.timeline[:depth], snapshot(self.session)]


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


def _draw(rng: np.random.Generator) -> list[ops.BaseOperation]:
    """Some operations, drawn faster than hypothesis can, so that thousands of sequences take seconds."""
    if rng.random() < 0.1:
        return [ops.AddBox(at=(3, 3, 12, 11)), ops.SegmentBox(), ops.AcceptMask()]
    x, y = (float(v) for v in rng.integers(0, 18, 2))
    box = tuple(float(v) for v in rng.integers(0, 16, 4))
    choices = (
        lambda: ops.AddPoints(at=((x, y),), polarity=str(rng.choice(["positive", "negative"]))),
        lambda: ops.AddBox(at=box),
        lambda: ops.AddBox(at=(3, 3, 12, 11)),
        ops.SegmentPoints,
        ops.SegmentBox,
        ops.SegmentBox,
        ops.AcceptMask,
        ops.AcceptMask,
        ops.RejectMask,
        lambda: ops.ChooseMask(index=int(rng.integers(1, 4))),
        lambda: ops.SetLabel(label=int(rng.integers(1, 65536))),
        ops.NextLevel,
        ops.NextSlice,
        ops.PreviousSlice,
        lambda: ops.SetView(axis=str(rng.choice(["axial", "coronal", "sagittal", "3d"]))),
        ops.ClearPoints,
        ops.ClearAll,
        lambda: ops.Review(status="comment", text=str(rng.integers(9))),
        lambda: ops.Undo(count=int(rng.integers(1, 5))),
        lambda: ops.Redo(count=int(rng.integers(1, 5))),
    )
    return [choices[rng.integers(len(choices))]()]


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_sequences_lead_back_to_the_start(seed):
    rng = np.random.default_rng(seed)
    predictor = RegionGrowing()
    segmenter = Segmenter(lambda: predictor)
    volume = small_volume()
    kept = 0
    for _ in range(500):
        session = Session(segmenter)
        session.open_volume(volume, users_labels())
        start = snapshot(session)
        for _ in range(int(rng.integers(10, 40))):
            for operation in _draw(rng):
                with suppress(SpinalSamError):
                    session.execute(operation)
        end, steps = snapshot(session), len(session.history.undo_titles)
        kept += end[0] != start[0]
        if steps:
            session.execute(ops.Undo(count=steps))
        assert snapshot(session) == start
        if steps:
            session.execute(ops.Redo(count=steps))
        assert snapshot(session) == end
    # The test would say nothing if no mask was ever accepted.
    assert kept > 100
