from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_spinalsam.imaging.sample import GRID, sample_ct
from napari_spinalsam.imaging.sample_grid import smooth_noise
from napari_spinalsam.imaging.sample_spine import place_levels
from napari_spinalsam.vertebrae import VERSE

NAMES = ("T12", "L1", "L2", "L3", "L4", "L5", "S1")


@pytest.fixture(scope="module")
def body(sample):
    """Everything within the skin."""
    volume, _ = sample
    solid = ndimage.binary_fill_holes(ndimage.gaussian_filter(volume.array.astype(np.float32), 1.5) > -400)
    return ndimage.binary_closing(solid, iterations=3) | solid


def test_it_is_a_ct_volume(sample):
    volume, labels = sample
    assert volume.shape == labels.shape == (124, 256, 256)
    assert volume.array.dtype == np.int16
    assert labels.dtype == np.uint16
    assert volume.intensity == "hu"
    assert volume.spacing_mm == pytest.approx((2.0, 0.85, 0.85))


def test_every_level_is_there_and_in_order(sample):
    _, labels = sample
    assert set(np.unique(labels)) == {0, *(VERSE[name] for name in NAMES)}
    heights = [np.argwhere(labels == VERSE[name])[:, 0].mean() for name in NAMES]
    assert heights == sorted(heights)
    middles = [np.argwhere(labels == VERSE[name])[:, 2].mean() for name in NAMES]
    assert max(abs(middle - 127.5) for middle in middles) < 4


def test_vertebrae_have_the_size_of_vertebrae(sample):
    _, labels = sample
    for name in NAMES[1:-1]:
        places = np.argwhere(labels == VERSE[name]) * GRID.spacing_mm
        millilitres = len(places) * np.prod(GRID.spacing_mm) / 1000
        assert 30 < millilitres < 75, name
        height, depth, width = np.ptp(places, axis=0)
        assert 35 < height < 70, name  # with the processes
        assert 70 < depth < 105, name
        assert 65 < width < 110, name


def test_vertebrae_are_one_piece_and_do_not_touch(sample):
    _, labels = sample
    for name in NAMES:
        mask = labels == VERSE[name]
        parts, _ = ndimage.label(mask, structure=np.ones((3, 3, 3)))
        assert np.bincount(parts.ravel())[1:].max() > 0.995 * mask.sum(), name
        around = labels[ndimage.binary_dilation(mask)]
        assert set(np.unique(around)) <= {0, VERSE[name]}, name


def test_the_spine_has_a_lordosis(sample):
    _, labels = sample
    front = [np.argwhere(labels[:, :, 124:132] == VERSE[name])[:, 1].min() * 0.85 for name in NAMES]
    assert min(front) == min(front[2:5])  # L2 to L4 lie foremost
    assert front[0] - min(front) > 8
    assert front[6] - min(front) > 8


def test_bone_has_a_hard_shell_and_a_spongy_core(sample):
    volume, labels = sample
    for name in NAMES[1:-1]:
        box = ndimage.find_objects((labels == VERSE[name]).astype(np.int8))[0]
        mask, hu = np.pad(labels[box] == VERSE[name], 1), np.pad(volume.array[box], 1)
        depth = ndimage.distance_transform_edt(mask, sampling=GRID.spacing_mm)
        core = hu[depth > 7]  # only bodies are that thick
        assert 120 < core.mean() < 260, name
        assert 25 < core.std() < 110, name
        shell = hu[mask & (depth < 2.2)]
        assert np.percentile(shell, 90) > 500, name
        assert shell.mean() > core.mean() + 100, name
        assert hu[mask].max() < 2000, name


def test_tissue_has_the_usual_hounsfield_units(sample, body):
    volume, labels = sample
    middle = np.argwhere(labels == VERSE["L3"]).mean(axis=0)
    k, j, i = (int(c) for c in middle)

    def mean_around(dy_mm, dx_mm, half=3):
        y, x = j + round(dy_mm / 0.85), i + round(dx_mm / 0.85)
        return volume.array[k - 1 : k + 2, y - half : y + half + 1, x - half : x + half + 1].mean()

    assert 35 < np.mean([mean_around(33, side * 30) for side in (-1, 1)]) < 75  # erector spinae
    assert -125 < mean_around(62, 45) < -85  # subcutaneous fat
    outside = ~ndimage.binary_dilation(body, iterations=3)
    assert volume.array[outside].mean() == pytest.approx(-1000, abs=10)
    gas = volume.array[body & (volume.array < -700)]
    assert len(gas) > 1000  # bowel
    canal = volume.array[k, :, i - 2 : i + 3][labels[k, :, i] == 0]
    assert (canal < 120).any()


def test_labels_lie_within_the_body(sample, body):
    _, labels = sample
    assert body[labels > 0].all()


def test_there_is_noise_of_a_usual_size(sample, body):
    volume, _ = sample
    air = volume.array[:, -8:, :][~ndimage.binary_dilation(body, iterations=4)[:, -8:, :]]
    assert 4 < air.std() < 20


def test_the_canal_is_open_from_head_to_feet(sample):
    _, labels = sample
    levels = place_levels(np.random.default_rng(0))
    for level in levels[:-1]:
        k = int(level.z / 2)
        j = round((level.y + level.depth / 2 + level.canal[1]) / 0.85)
        assert labels[k, j, 128] == 0, level.name


def test_a_seed_names_a_patient(sample):
    volume, labels = sample
    again, again_labels = sample_ct(0)
    np.testing.assert_array_equal(again.array, volume.array)
    np.testing.assert_array_equal(again_labels, labels)
    rng, other = np.random.default_rng(0), np.random.default_rng(1)
    assert place_levels(rng) != place_levels(other)
    assert (smooth_noise(rng, (4, 4, 4), (1, 1, 1), 2.0) != smooth_noise(other, (4, 4, 4), (1, 1, 1), 2.0)).any()
