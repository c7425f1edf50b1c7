from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.errors import ConfigError, ImageError
from napari_spinalsam.imaging import window
from napari_spinalsam.imaging.window import PRESETS, Window, full


def test_the_examples_in_the_docstrings_run():
    failed, tried = doctest.testmod(window)
    assert tried > 3
    assert failed == 0


def test_presets_are_the_catalogues():
    assert {name: (w.width, w.level) for name, w in PRESETS.items()} == {
        "bone": (1800, 400),
        "soft_tissue": (400, 40),
        "lung": (1500, -600),
    }


@given(st.floats(-2000, 2000), st.floats(1, 5000), st.lists(st.integers(-2000, 4000), min_size=1))
def test_a_window_clamps_and_keeps_order(level, width, hu):
    shown = Window(level, width).apply(np.sort(np.array(hu, dtype=np.int16)))
    assert shown.dtype == np.float32
    assert shown.min() >= 0
    assert shown.max() <= 1
    assert (np.diff(shown) >= 0).all()


@pytest.mark.parametrize(("level", "width"), [(40, 0), (40, -1), (float("nan"), 400), (40, float("inf"))])
def test_a_window_without_extent_is_refused(level, width):
    with pytest.raises(ConfigError, match="no window"):
        Window(level, width)


def test_full_reaches_from_least_to_greatest():
    array = np.array([-1000, 0, 3000], dtype=np.int16)
    np.testing.assert_allclose(full(array).apply(array), [0, 0.25, 1])


def test_full_of_a_constant_image_is_grey():
    array = np.full((3, 3), 7, dtype=np.float32)
    np.testing.assert_allclose(full(array).apply(array), 0.5)


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.array([1.0, np.nan])])
def test_full_needs_values(array):
    with pytest.raises(ImageError):
        full(array)
