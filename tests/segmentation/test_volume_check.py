from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.segmentation.volume_check import check_mask

SHAPE = (14, 30, 32)


@pytest.fixture
def block():
    mask = np.zeros(SHAPE, dtype=bool)
    mask[3:11, 5:20, 6:22] = True
    return mask


def found(mask, axis=0):
    return [(each.kind, each.index) for each in check_mask(mask, axis)]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_nothing_is_wrong_with_a_block_or_with_nothing(block, axis):
    assert found(block, axis) == []
    assert found(np.zeros(SHAPE, dtype=bool), axis) == []


def test_a_separate_piece_is_on_the_slice_that_has_most_of_it(block):
    block[6, 25, 28] = True
    block[7, 25:27, 28:30] = True
    (finding,) = check_mask(block)
    assert str(finding) == "slice 7: a separate piece of 5 voxels"
    assert ("component", 25) in found(block, 1)


def test_pieces_that_touch_by_a_corner_are_one(block):
    block[11, 20, 22] = True
    assert found(block) == []


def test_a_hole_is_closed_in_on_every_side_and_a_canal_is_none(block):
    block[5:8, 10, 10] = False
    block[6, 10:12, 10] = False
    block[:, 15, 15] = False
    (finding,) = check_mask(block)
    assert str(finding) == "slice 6: a hole of 4 voxels"


def test_missing_slices(block):
    block[6:8] = False
    assert ("gap", 6) in found(block)
    assert "2 slices without it" in str(check_mask(block)[0])
    block[8] = True
    assert [str(each) for each in check_mask(block[5:9]) if each.kind == "gap"] == ["slice 1: 2 slices without it"]


def test_a_slice_that_leaks_is_where_it_jumps():
    mask = np.zeros(SHAPE, dtype=bool)
    mask[2:12, 12:17, 12:17] = True
    mask[7, 2:28, 2:28] = True
    assert found(mask) == []  # its neighbours are small beside it: that may be an end
    mask[8:12, 2:28, 2:28] = True
    mask[2:7, 12:26, 12:26] = True
    assert found(mask) == [("jump", 7)]
    mask[7:12] = np.roll(mask[7:12], 1, axis=2)
    assert found(mask) == [("jump", 7)]


def test_they_come_slice_by_slice_in_the_whole_volumes_counting(block):
    block[9, 10, 10] = False
    block[4, 28, 30] = True
    assert found(block) == [("component", 4), ("hole", 9)]
    moved = np.roll(block, 2, axis=0)
    assert found(moved) == [("component", 6), ("hole", 11)]


def test_true_vertebrae_are_not_suspected(shared_data):
    folder = shared_data / "totalsegmentator"
    volume = read_volume(folder / "example_ct.nii.gz")
    labels, _ = read_labels(folder / "example_ct_vertebrae.nii.gz", volume)
    for level in range(27, 32):
        for axis in range(3):
            assert check_mask(labels == level, axis) == ()
