"""The session with the model that comes with the package."""

from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.metrics import dice
from napari_spinalsam.session.segmenter import Segmenter, load_bundled
from napari_spinalsam.session.session import Session
from napari_spinalsam.vertebrae import VERSE


@pytest.fixture(scope="module")
def bundled() -> Segmenter:
    predictor = load_bundled()
    return Segmenter(lambda: predictor)


@pytest.fixture
def on_sample(bundled, sample) -> Session:
    session = Session(bundled)
    session.open_volume(sample[0])
    return session


def body_box(truth: np.ndarray, margin: int = 2) -> tuple[float, ...]:
    """Box round a mask, as a user would draw it."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    edges = (columns[0] - margin, rows[0] - margin, columns[-1] + margin, rows[-1] + margin)
    return tuple(float(edge) for edge in edges)


def filled(truth: np.ndarray) -> np.ndarray:
    """The box itself as a mask: the rival that every model must beat."""
    x0, y0, x1, y1 = (int(edge) for edge in body_box(truth))
    mask = np.zeros(truth.shape, dtype=bool)
    mask[y0 : y1 + 1, x0 : x1 + 1] = True
    return mask


def test_a_box_gives_the_vertebra(on_sample, sample):
    truth = sample[1][on_sample.index] == VERSE["L3"]
    on_sample.execute(ops.AddBox(at=body_box(truth)))
    assert on_sample.needs_embedding(ops.SegmentBox()) is not None
    on_sample.execute(ops.SegmentBox())
    assert on_sample.needs_embedding(ops.SegmentBox()) is None
    assert dice(on_sample.preview.mask, truth) > dice(filled(truth), truth) + 0.1


def test_a_click_gives_candidates_that_hold_it(on_sample, sample):
    truth = sample[1][on_sample.index] == VERSE["L3"]
    rows, columns = np.nonzero(truth)
    row = int(rows[0] + 12)
    column = int(np.median(columns[rows == row]))
    on_sample.execute(ops.AddPoints(at=((column, row),)))
    on_sample.execute(ops.SegmentPoints())
    assert on_sample.preview.mask[row, column]
    assert len(on_sample.preview.masks) == 3


def test_the_display_window_never_reaches_the_network(on_sample, sample):
    truth = sample[1][on_sample.index] == VERSE["L3"]
    on_sample.execute(ops.AddBox(at=body_box(truth)))
    on_sample.execute(ops.SegmentBox())
    before = on_sample.preview
    on_sample.execute(ops.SetWindow(preset="lung"))
    assert on_sample.needs_embedding(ops.SegmentBox()) is None
    on_sample.execute(ops.SegmentBox())
    assert np.array_equal(before.mask, on_sample.preview.mask)


def test_a_correcting_click_takes_away_where_it_lies(on_sample, sample):
    truth = sample[1][on_sample.index] == VERSE["L3"]
    on_sample.execute(ops.AddBox(at=body_box(truth)))
    on_sample.execute(ops.SegmentBox())
    before = on_sample.preview.mask
    rows, columns = np.nonzero(before)
    lowest = int(rows.argmax())
    click = (float(columns[lowest]), float(rows[lowest] - 2))
    on_sample.execute(ops.AddPoints(at=(click,), polarity="negative"))
    on_sample.execute(ops.SegmentBox())
    after = on_sample.preview.mask
    near = (slice(int(click[1]) - 2, int(click[1]) + 3), slice(int(click[0]) - 2, int(click[0]) + 3))
    assert np.count_nonzero(after[near]) < np.count_nonzero(before[near])


def test_model_and_device_are_told(on_sample):
    assert "match" in on_sample.execute(ops.CheckModel()).message
    assert "cpu" in on_sample.execute(ops.CheckDevice()).message or "cuda" in on_sample.last.message


def test_other_views(on_sample, sample):
    on_sample.execute(ops.SetView(axis="sagittal"))
    truth = sample[1][:, :, on_sample.index] == VERSE["L3"]
    on_sample.execute(ops.AddBox(at=body_box(truth)))
    on_sample.execute(ops.SegmentBox())
    on_sample.execute(ops.SetLabel(label="L3"))
    on_sample.execute(ops.AcceptMask())
    kept = on_sample.labels[:, :, on_sample.index] == VERSE["L3"]
    assert dice(kept, truth) > dice(filled(truth), truth)
    assert np.count_nonzero(on_sample.labels) == np.count_nonzero(kept)
