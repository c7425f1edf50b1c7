import numpy as np
import pytest
from scipy import ndimage

from napari_spinalsam.training.sacrum import arc_frame, sacrum_distance

MM = 1.5
TOP = np.array([20.0, 40.0, 70.0])


@pytest.fixture(scope="module", params=range(4))
def distance(request):
    """One sacrum in a box of 150 × 120 × 140 mm, its end plate at TOP, straight down at first."""
    points = np.indices((100, 80, 94)).astype(np.float32) * MM
    return sacrum_distance(arc_frame(points, TOP, 0.0, 1.0, 1.0), np.random.default_rng(request.param))


def at(distance, down, back, left):
    position = TOP + np.array([down, back, left])
    return distance[tuple(np.rint(position / MM).astype(int))]


def test_it_is_one_bone(distance):
    _, n = ndimage.label(distance < 0)
    assert n == 1


def test_the_first_block_is_deep_inside_and_the_disc_above_outside(distance):
    assert at(distance, 15, 0, 0) < -8
    assert at(distance, -6, 0, 0) > 3


def test_the_canal_is_open_from_end_to_end(distance):
    free, _ = ndimage.label(distance > 0)
    above, beside_body = at(free, -12, 22, 0), at(free, 15, 24, 0)
    assert beside_body == above > 0


def test_it_narrows_towards_its_end(distance):
    widths = [(distance[round((TOP[0] + down) / MM)] < 0).any(axis=0).sum() * MM for down in (15, 50, 85)]
    assert widths[0] > widths[1] > widths[2]
    assert 90 < widths[0] < 125


def test_both_sides_are_the_same(distance):
    middle = round(TOP[2] / MM)
    left, right = distance[:, :, middle + 1 : middle + 40], distance[:, :, middle - 1 : middle - 40 : -1]
    np.testing.assert_allclose(left, right, atol=MM)


def test_the_arc_turns_to_the_front():
    straight = np.array([[10.0], [0.0], [0.0]], dtype=np.float32)
    frame = arc_frame(straight + TOP[:, None].astype(np.float32), TOP, 0.0, 1.0, 1.0)
    assert frame.behind[0] > 0  # straight down from the top one comes out behind the arc
    assert frame.along[0] == pytest.approx(10.0, abs=0.2)


def test_it_scales():
    points = np.indices((40, 40, 40)).astype(np.float32) * 4
    small, large = (arc_frame(points, TOP, 0.3, 1.0, size) for size in (0.9, 1.8))
    inside = [int((sacrum_distance(frame, np.random.default_rng(0)) < 0).sum()) for frame in (small, large)]
    assert inside[1] > 3 * inside[0]


def test_the_same_seed_gives_the_same_bone():
    points = np.indices((30, 30, 30)).astype(np.float32) * 5
    frame = arc_frame(points, TOP, 0.3, 1.0, 1.0)
    first, again = (sacrum_distance(frame, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)
