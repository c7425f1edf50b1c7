import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.segmentation.prompts import Point
from napari_spinalsam.segmentation.tidy import tidy


@pytest.fixture
def ring():
    """A vertebra in a slice, roughly: 40 x 40 pixels with a canal of 12 x 12."""
    mask = np.zeros((60, 80), dtype=bool)
    mask[10:50, 10:50] = True
    mask[20:32, 24:36] = False
    return mask


def test_pinholes_are_filled_and_specks_dropped_and_the_canal_stays(ring):
    messy = ring.copy()
    messy[40:43, 15:18] = False
    messy[20:23, 60:63] = True
    assert np.array_equal(tidy(messy), ring)


def test_what_was_clicked_stays(ring):
    messy = ring.copy()
    messy[40:43, 15:18] = False
    messy[20:23, 60:63] = True
    clicks = Point(16.0, 41.0, positive=False), Point(61.2, 20.8)
    assert np.array_equal(tidy(messy, clicks), messy)


def test_a_click_of_the_other_kind_saves_nothing(ring):
    messy = ring.copy()
    messy[40:43, 15:18] = False
    messy[20:23, 60:63] = True
    assert np.array_equal(tidy(messy, (Point(16.0, 41.0), Point(61.0, 21.0, positive=False))), ring)


def test_large_islands_are_parts_of_the_structure(ring):
    ring[20:30, 60:70] = True
    assert np.array_equal(tidy(ring), ring)


def test_bays_are_no_holes(ring):
    ring[10:12, 30:32] = False
    assert np.array_equal(tidy(ring), ring)


def test_a_click_beside_the_mask_is_no_matter(ring):
    assert np.array_equal(tidy(ring, (Point(79.0, 59.0), Point(0.0, 0.0, positive=False))), ring)


def test_a_mask_of_nothing_but_specks_stays():
    dust = np.zeros((90, 90), dtype=bool)
    dust[::9, ::9] = True
    assert np.array_equal(tidy(dust), dust)


@given(st.integers(0, 2**32 - 1))
def test_tidying_twice_changes_nothing_more(seed):
    rng = np.random.default_rng(seed)
    blocks = np.kron(rng.random((6, 8)) < 0.5, np.ones((10, 10))).astype(bool)
    messy = blocks ^ (rng.random(blocks.shape) < 0.002)
    once = tidy(messy)
    assert np.array_equal(tidy(once), once)
