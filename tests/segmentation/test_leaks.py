import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_spinalsam.segmentation.leaks import without_leaks

SPACING = (1.5, 1.0, 1.0)
MUSCLE, MARROW, SHELL = 50.0, 60.0, 600.0
Z, Y, X = np.indices((30, 60, 60))


def ball(centre, radius):
    return np.sqrt(sum(((i - c) * mm) ** 2 for i, c, mm in zip((Z, Y, X), centre, SPACING, strict=True))) <= radius


BONE = ball((15, 30, 22), 14)


@pytest.fixture
def ct():
    """A bone with marrow hardly brighter than the muscle around it, and a shell."""
    hu = np.full(BONE.shape, MUSCLE, dtype=np.float32)
    hu[BONE] = SHELL
    hu[ball((15, 30, 22), 12)] = MARROW
    return hu + np.random.default_rng(0).normal(0, 8, hu.shape).astype(np.float32)


def test_a_lump_of_muscle_is_cut_off(ct):
    leak = ball((15, 30, 40), 8) & ~BONE
    cleaned = without_leaks(ct, BONE | leak, SPACING)
    assert (cleaned & leak).sum() < 0.15 * leak.sum()
    assert (cleaned & BONE).sum() > 0.98 * BONE.sum()


def test_marrow_as_dim_as_muscle_stays_behind_its_shell(ct):
    assert np.array_equal(without_leaks(ct, BONE, SPACING), BONE)


def test_a_thin_layer_outside_stays(ct):
    generous = ball((15, 30, 22), 15.5)
    assert np.array_equal(without_leaks(ct, generous, SPACING), generous)


def test_a_mask_of_nothing_but_muscle_is_not_emptied(ct):
    muscle = ball((15, 30, 48), 8)
    assert without_leaks(ct, muscle, SPACING).any()


def test_metal_and_air_do_not_shift_what_is_dim(ct):
    leak = ball((15, 30, 40), 8) & ~BONE
    ct[ball((15, 30, 22), 3)] = 20_000
    ct[:, 45:] = -1000
    cleaned = without_leaks(ct, BONE | leak, SPACING)
    assert (cleaned & leak).sum() < 0.15 * leak.sum()


def test_no_mask_and_a_full_mask_come_back(ct):
    for mask in (np.zeros_like(BONE), np.ones_like(BONE)):
        assert np.array_equal(without_leaks(ct, mask, SPACING), mask)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_result_lies_within_the_mask_and_is_empty_only_with_it(seed):
    rng = np.random.default_rng(seed)
    hu = rng.normal(100, 200, (6, 12, 12)).astype(np.int16)
    mask = rng.random(hu.shape) < rng.random()
    cleaned = without_leaks(hu, mask, (3.0, 3.0, 3.0))
    assert not (cleaned & ~mask).any()
    assert cleaned.any() == mask.any()
