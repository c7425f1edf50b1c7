from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, OperationError
from napari_spinalsam.session.session import Session


@pytest.fixture
def annotated(session):
    """L1, which is the current label, on slices 3 and 6."""
    labels = np.zeros(session.volume.shape, dtype=np.uint16)
    labels[3, 8:16, 8:20] = 20
    labels[6, 8:16, 11:23] = 20
    session.edit_labels(labels)
    return session


def test_the_slices_between_are_filled_in_one_step(annotated):
    before = annotated.labels.copy()
    outcome = annotated.fill_between()
    assert outcome.message == "Filled in L1 on 2 axial slices, 4 to 5"
    assert outcome.changed == {"labels"}
    expected = before.copy()
    expected[4, 8:16, 9:21] = 20
    expected[5, 8:16, 10:22] = 20
    np.testing.assert_array_equal(annotated.labels, expected)
    annotated.execute(ops.Undo())
    np.testing.assert_array_equal(annotated.labels, before)


@pytest.mark.parametrize(("overlap", "spared"), [("keep", 12), ("replace", 0)])
def test_other_labels_are_kept_or_replaced_as_the_user_chose(annotated, overlap, spared):
    labels = annotated.labels.copy()
    labels[4, 10, 9:21] = 300
    annotated.edit_labels(labels)
    annotated.overlap = overlap
    assert annotated.fill_between().data["spared"] == spared
    assert (annotated.labels == 300).sum() == spared


def test_it_goes_along_the_view(annotated):
    annotated.execute(ops.SetView(axis="sagittal"))
    with pytest.raises(OperationError, match="No sagittal slice lies between two with L1"):
        annotated.fill_between()
    block = np.zeros(annotated.volume.shape, dtype=np.uint16)
    block[3:9, 8:20, 8:22] = 20
    annotated.edit_labels(np.where(np.arange(48) == 10, 0, block))
    annotated.fill_between()
    np.testing.assert_array_equal(annotated.labels, block)


def test_outlines_that_have_nothing_in_common_are_refused(session):
    labels = np.zeros(session.volume.shape, dtype=np.uint16)
    labels[3, [4, 30], 20] = 20
    labels[6, 17, [4, 40]] = 20
    session.edit_labels(labels)
    with pytest.raises(OperationError, match="too different"):
        session.fill_between()
    np.testing.assert_array_equal(session.labels, labels)


def test_there_must_be_something_between(annotated):
    annotated.fill_between()
    with pytest.raises(OperationError, match="No axial slice"):
        annotated.fill_between()
    annotated.execute(ops.SetLabel(label="L2"))
    with pytest.raises(OperationError, match="L2"):
        annotated.fill_between()
    with pytest.raises(ImageError):
        Session().fill_between()
