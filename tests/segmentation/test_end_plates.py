from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.segmentation.end_plates import body_on_slice, find_end_plates
from napari_spinalsam.vertebrae import VERSE

#: Labels of TotalSegmentator's example.
LEVELS = {"L1": 31, "L2": 30, "L3": 29, "L4": 28}


def shares(volume, labels, value, height):
    """Part of the vertebra that is left out, and of other vertebrae in its column that is let in."""
    vertebra = labels == value
    slices = np.flatnonzero(vertebra.any(axis=(1, 2)))
    index = int(slices[0] + height * (slices[-1] - slices[0]))
    plates = find_end_plates(volume, index, vertebra[index])
    within = plates.within(volume)
    near = slice(max(0, index - round(45 / volume.spacing_mm[0])), index + round(45 / volume.spacing_mm[0]))
    others = ((labels > 0) & ~vertebra & within & plates.body)[near]
    size = np.count_nonzero(vertebra)
    return np.count_nonzero(vertebra & ~within) / size, np.count_nonzero(others) / size


@pytest.mark.parametrize("level", ["L1", "L2", "L3", "L4"])
@pytest.mark.parametrize("height", [0.4, 0.5])
def test_the_sample_is_bounded_by_its_discs(sample, level, height):
    left_out, let_in = shares(*sample, VERSE[level], height)
    assert left_out < 0.02
    assert let_in < 0.002


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("height", [0.3, 0.4, 0.5])
def test_a_real_spine_of_thick_voxels_is_bounded_by_its_discs(shared_data, level, height):
    folder = shared_data / "totalsegmentator"
    volume = read_volume(folder / "example_ct.nii.gz")
    labels, _ = read_labels(folder / "example_ct_vertebrae.nii.gz", volume)
    left_out, let_in = shares(volume, labels, LEVELS[level], height)
    assert left_out < 0.02
    assert let_in < 0.002


def test_the_tilt_of_a_disc_is_followed():
    """A column of bone, cut by two tilted discs 20 slices apart."""
    z, y, x = np.indices((60, 50, 50))
    hu = np.where((y - 25) ** 2 + (x - 25) ** 2 <= 15**2, 300, 30)
    slope = np.tan(np.deg2rad(16))
    for middle in (20, 40):
        hu[(np.abs(z - middle - slope * (y - 25)) <= 3) & (hu > 100)] = 60
    volume = Volume(ndimage.gaussian_filter(hu, 1).astype(np.int16), _affine(), "hu")
    plates = find_end_plates(volume, 30, (volume.array[30] > 150))
    assert plates.upper.index == pytest.approx(23, abs=1.5)
    assert plates.lower.index == pytest.approx(37, abs=1.5)
    assert plates.upper.slope == pytest.approx(slope, abs=0.08)
    assert plates.lower.slope == pytest.approx(slope, abs=0.08)
    within = plates.within(volume)
    assert within[30].all()
    assert not within[5, 25, 25]
    assert within[5, 48, 25]  # what is not in the column, as a process, is free


def test_what_shows_no_body_has_no_end_plates(sample):
    volume, labels = sample
    process = np.zeros(volume.slice_shape("axial"), dtype=bool)
    process[150:156, 120:126] = True
    assert find_end_plates(volume, 60, process) is None
    grey = Volume(volume.array.astype(np.float32), volume.affine, "grey")
    assert find_end_plates(grey, 60, labels[60] > 0) is None


def test_the_body_is_told_from_the_arch():
    y, x = np.indices((60, 60))
    body = (y - 20) ** 2 + (x - 30) ** 2 <= 12**2
    arch = (np.abs(y - 38) <= 2) & (np.abs(x - 30) <= 18)
    pedicles = (np.abs(np.abs(x - 30) - 9) <= 2) & (y >= 20) & (y <= 38)
    found, radius = body_on_slice(body | arch | pedicles, (1.0, 1.0))
    assert radius == pytest.approx(12.5, abs=1)
    assert not (found & arch).any()
    assert np.count_nonzero(found & body) > 0.95 * np.count_nonzero(body)


def _affine():
    return np.array([[0, 0, -1.0, 0], [0, -1.0, 0, 0], [-1.0, 0, 0, 0], [0, 0, 0, 1]])
