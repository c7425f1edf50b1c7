from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.imaging.signed_distance import (
    capsule,
    ellipse,
    ellipsoid,
    smooth_intersection,
    smooth_union,
    superellipse,
)

Z, Y, X = (np.float32(c) for c in np.mgrid[-10:10:41j, -10:10:41j, -10:10:41j])


def test_circles_and_balls_have_exact_distances():
    np.testing.assert_allclose(ellipse(X, Y, 5, 5), np.hypot(X, Y) - 5, atol=1e-3)
    np.testing.assert_allclose(superellipse(X, Y, 5, 5, 2), np.hypot(X, Y) - 5, atol=1e-4)
    radius = np.sqrt(X**2 + Y**2 + Z**2)
    np.testing.assert_allclose(ellipsoid(X, Y, Z, (5, 5, 5)), radius - 5, atol=1e-3)
    np.testing.assert_allclose(capsule(X, Y, Z, (0, 0, 0), (0, 0, 0), (3, 3)), radius - 3, atol=1e-4)


def test_a_capsule_follows_its_axis_and_its_radii():
    distance = capsule(X, Y, Z, (0, 0, -5), (0, 0, 5), (2, 4))
    at = {
        (x, z): distance[np.isclose(X, x) & np.isclose(Y, 0) & np.isclose(Z, z)][0] for x in (0, 2, 4) for z in (-5, 5)
    }
    assert at[2, -5] == pytest.approx(0, abs=1e-5)
    assert at[4, 5] == pytest.approx(0, abs=1e-5)


def test_squashing_lengthens_the_section():
    distance = capsule(X, Y, Z, (0, 0, 0), (0, 0, 0), (3, 3), squash=(0.5, 1, 1))
    inside = distance < 0
    assert np.ptp(X[inside]) == pytest.approx(11, abs=0.6)
    assert np.ptp(Y[inside]) == pytest.approx(5, abs=0.6)


@pytest.mark.parametrize(
    ("surface", "half"), [(lambda: ellipse(X, Y, 8, 4), (8, 4)), (lambda: superellipse(X, Y, 8, 4, 3), (8, 4))]
)
def test_outlines_pass_through_their_half_axes(surface, half):
    inside = surface() <= 1e-6
    assert (np.abs(X[inside]).max(), np.abs(Y[inside]).max()) == half


def test_a_smooth_union_holds_both_and_little_more():
    a, b = ellipsoid(X + 3, Y, Z, (4, 4, 4)), ellipsoid(X - 3, Y, Z, (4, 4, 4))
    joined = smooth_union(a, b, 2.0)
    assert (joined <= np.minimum(a, b) + 1e-6).all()
    assert (joined >= np.minimum(a, b) - 0.5 - 1e-6).all()
    np.testing.assert_allclose(smooth_intersection(a, b, 2.0), -smooth_union(-a, -b, 2.0))
    assert (smooth_intersection(a, b, 2.0) >= np.maximum(a, b) - 1e-6).all()
