from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.label_writing import LabelWriting

SHAPE = (3, 4, 5)
labels_volumes = npst.arrays(np.uint16, SHAPE, elements=st.sampled_from([0, 0, 0, 1, 22, 65535]))


@given(labels_volumes, labels_volumes)
def test_a_writing_does_what_the_patch_does(before, after):
    patch = LabelPatch.between(before, after)
    if patch is None:
        return
    writing = LabelWriting.of(patch, before)
    written = before.copy()
    writing.write_into(written)
    np.testing.assert_array_equal(written, after)


@given(labels_volumes, labels_volumes, labels_volumes)
def test_what_is_written_does_not_depend_on_what_was_there(before, after, damaged):
    patch = LabelPatch.between(before, after)
    if patch is None:
        return
    expected = np.where(before != after, after, damaged)
    LabelWriting.of(patch, before).write_into(damaged)
    np.testing.assert_array_equal(damaged, expected)


@given(labels_volumes)
def test_all_labels_are_written_onto_nothing(labels):
    writing = LabelWriting.of_all(labels)
    written = np.zeros(SHAPE, np.uint16)
    if writing is not None:
        writing.write_into(written)
    np.testing.assert_array_equal(written, labels)
    assert (writing is None) == (not labels.any())


def test_a_region_outside_of_the_labels_is_refused():
    writing = LabelWriting.of_all(np.ones(SHAPE, np.uint16))
    with pytest.raises(ValueError, match="outside"):
        writing.write_into(np.zeros((3, 4, 4), np.uint16))


def test_writings_are_small():
    labels = np.zeros((60, 200, 200), np.uint16)
    labels[20:40, 50:150, 50:150] = 22
    assert len(LabelWriting.of_all(labels).packed) < 5000
