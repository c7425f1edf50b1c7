from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.imaging.sample_grid import Grid, paint, smooth_noise

GRID = Grid((10, 20, 31), (2.0, 1.0, 0.5))


def test_x_is_counted_from_the_midline():
    z, y, x = GRID.axes
    assert (z[-1], y[-1]) == (18, 19)
    np.testing.assert_allclose(x, -x[::-1])


def test_a_region_holds_the_voxels_of_its_box_and_no_others():
    region = GRID.region((4, 8), (-100, 3.5), (7, 100))
    assert GRID.region_shape(region) == (3, 4, 2)
    z, y, x = GRID.coordinates(region)
    assert (z.min(), z.max(), y.max(), x.min()) == (4, 8, 3, 7)
    assert GRID.region_shape(GRID.region((100, 200), (0, 1), (0, 1)))[0] == 0


def test_paint_mixes_on_the_surface_and_nowhere_outside():
    hu = np.zeros(GRID.shape, np.float32)
    region = GRID.region((-np.inf, np.inf), (5, 15), (-5, 5))
    _, y, _ = GRID.coordinates(region)
    paint(hu, region, np.broadcast_to(y - 10, GRID.region_shape(region)), 100.0)
    inside = hu[region]
    assert (inside[:, 0] == 100).all()
    np.testing.assert_allclose(inside[:, 5], 50)
    assert (inside[:, -1] == 0).all()
    hu[region] = 0
    assert not hu.any()


@pytest.mark.parametrize("scale_mm", [4.0, 12.0])
def test_noise_has_unit_size_and_its_scale(scale_mm):
    noise = smooth_noise(np.random.default_rng(0), (60, 120, 120), (2.0, 1.0, 1.0), scale_mm)
    assert noise.dtype == np.float32
    assert noise.std() == pytest.approx(1, abs=0.15)
    assert abs(noise.mean()) < 0.2
    steps = np.abs(np.diff(noise, axis=2)).mean() * scale_mm
    assert 0.5 < steps < 2
