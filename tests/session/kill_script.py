"""What the session does that is killed, and how its state is told."""

from __future__ import annotations

import hashlib

import numpy as np
from journals import kept, paint

from napari_spinalsam.commands import operations as ops


def do(*operations):
    def step(session):
        for operation in operations:
            session.execute(operation)

    return step


STEPS = (
    do(ops.GoToSlice(index=5), ops.AddBox(at=(6, 6, 24, 22)), ops.SegmentBox(), ops.AcceptMask()),
    do(ops.NextLevel()),
    do(ops.NextSlice(), ops.AddPoints(at=((30, 28),)), ops.SegmentPoints(), ops.AcceptMask()),
    do(ops.Propagate(direction="forward", count=2)),
    lambda session: paint(session, 23, np.s_[1:11, 3:30, 5:40]),
    do(ops.Review(status="flagged", text="old fracture")),
    do(ops.Undo(count=3)),
    do(ops.Redo(count=2)),
    lambda session: paint(session, 0, np.s_[2:4, 3:30, 5:40]),
    do(ops.SetView(axis="sagittal"), ops.GoToSlice(index=12), ops.AddBox(at=(9, 4, 20, 9)), ops.SegmentBox()),
    do(ops.AcceptMask()),
    do(ops.Undo()),
)


def fingerprint(work) -> str:
    """Of everything that a journal keeps, down to the last bit."""
    labels, label, reviews = kept(work)
    return hashlib.blake2b(labels + repr((label, sorted(reviews.items()))).encode(), digest_size=16).hexdigest()
