from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_spinalsam.session.label_patch import LabelPatch, merge_regions

SHAPE = (4, 5, 6)
LABELS = arrays(np.uint16, SHAPE, elements=st.integers(0, 65535))


@given(LABELS, LABELS)
def test_a_patch_leads_there_and_back_bit_for_bit(before, after):
    patch = LabelPatch.between(before, after)
    if patch is None:
        assert np.array_equal(before, after)
        return
    labels = before.copy()
    patch.apply(labels)
    assert np.array_equal(labels, after)
    patch.apply(labels)
    assert np.array_equal(labels, before)


@given(LABELS, st.tuples(*(st.integers(0, n - 1) for n in SHAPE)), st.integers(1, 65535))
def test_the_region_is_the_bounding_box_of_what_changed(before, voxel, value):
    after = before.copy()
    after[voxel] ^= np.uint16(value)
    patch = LabelPatch.between(before, after)
    assert patch.region == tuple(slice(i, i + 1) for i in voxel)


def test_the_offset_places_a_part_in_the_volume():
    labels = np.zeros(SHAPE, dtype=np.uint16)
    patch = LabelPatch.between(labels[2:3], np.full((1, 5, 6), 7, dtype=np.uint16), (2, 0, 0))
    patch.apply(labels)
    assert (labels[2] == 7).all()
    assert labels.sum() == 7 * 30


def test_a_mask_of_a_large_slice_takes_little_memory():
    before = np.zeros((1, 512, 512), dtype=np.uint16)
    after = before.copy()
    after[0, 100:300, 150:350] = 22
    assert LabelPatch.between(before, after).nbytes < 2000


def test_merged_regions_hold_both():
    a, b = (slice(0, 1), slice(2, 3), slice(4, 5)), (slice(3, 4), slice(0, 9), slice(4, 5))
    assert merge_regions(a, b) == (slice(0, 4), slice(0, 9), slice(4, 5))
    assert merge_regions(None, b) == b
    assert merge_regions(a, None) == a


@given(st.lists(LABELS, min_size=1, max_size=5))
def test_several_patches_are_one(states):
    patches = [LabelPatch.between(a, b) for a, b in pairwise(states)]
    composed = LabelPatch.composed([patch for patch in patches if patch is not None])
    labels = states[0].copy()
    if composed is not None:
        composed.apply(labels)
    np.testing.assert_array_equal(labels, states[-1])
