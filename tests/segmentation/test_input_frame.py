import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.segmentation.input_frame import OUTSIDE_LOGIT, frame_slice

SIZE = 128


def slice_with_margins(rows, columns, margins):
    top, left, bottom, right = margins
    pixels = np.zeros((rows + top + bottom, columns + left + right), np.float32)
    pixels[top : top + rows, left : left + columns] = 0.5
    return pixels


frames = st.builds(
    lambda rows, columns, margins, row_mm, column_mm: frame_slice(
        slice_with_margins(rows, columns, margins), (row_mm, column_mm), SIZE
    ),
    st.integers(8, 200),
    st.integers(8, 200),
    st.tuples(*[st.integers(0, 40)] * 4),
    st.floats(0.3, 3.0),
    st.floats(0.3, 3.0),
)


@given(frames, st.lists(st.tuples(st.floats(-10, 300), st.floats(-10, 300)), min_size=1, max_size=5))
def test_points_come_back_from_the_input(frame, points):
    points = np.array(points)
    np.testing.assert_allclose(frame.points_to_slice(frame.points_to_input(points)), points, atol=1e-9)


@given(frames)
def test_longest_side_fills_the_input_and_nothing_exceeds_it(frame):
    assert max(frame.scaled) == SIZE
    assert min(frame.scaled) >= 1


@given(st.integers(20, 100), st.integers(20, 100), st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_pixels_become_square(rows, columns, row_mm, column_mm):
    frame = frame_slice(np.ones((rows, columns), np.float32), (row_mm, column_mm), SIZE)
    height, width = frame.scaled
    if min(height, width) > 20:  # else rounding to whole pixels dominates
        assert height / width == pytest.approx(rows * row_mm / (columns * column_mm), rel=0.05)


@given(st.tuples(*[st.integers(0, 40)] * 4))
def test_black_margins_are_cropped(margins):
    frame = frame_slice(slice_with_margins(60, 50, margins), (1.0, 1.0), SIZE)
    assert frame.crop == (margins[0], margins[1], margins[0] + 60, margins[1] + 50)


def test_specks_in_the_margin_do_not_stop_the_crop():
    pixels = slice_with_margins(300, 300, (50, 50, 50, 50))
    pixels[10, 20] = 1.0
    assert frame_slice(pixels, (1.0, 1.0), SIZE).crop == (50, 50, 350, 350)


def test_a_dark_slice_is_not_cropped():
    assert frame_slice(np.zeros((30, 40), np.float32), (1.0, 1.0), SIZE).crop == (0, 0, 30, 40)


@given(frames)
def test_corners_of_the_crop_map_to_corners_of_the_used_input(frame):
    first_row, first_column, end_row, end_column = frame.crop
    corners = np.array([[first_column - 0.5, first_row - 0.5], [end_column - 0.5, end_row - 0.5]])
    height, width = frame.scaled
    np.testing.assert_allclose(frame.points_to_input(corners), [[-0.5, -0.5], [width - 0.5, height - 0.5]], atol=1e-9)


def test_resampling_keeps_grey_levels_and_three_equal_channels():
    pixels = slice_with_margins(60, 90, (5, 5, 5, 5))
    resampled = frame_slice(pixels, (1.0, 1.0), SIZE).resample(pixels)
    assert resampled.shape == (3, 85, 128)
    assert resampled.dtype == torch.float32
    torch.testing.assert_close(resampled, torch.full_like(resampled, 127.5))


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (2.0, 1.0), (0.7, 1.4)])
@pytest.mark.parametrize("centre", [(30, 40), (55, 20)])
def test_a_disc_in_the_input_lands_where_its_centre_maps_to(spacing, centre):
    pixels = slice_with_margins(80, 70, (10, 6, 3, 20))
    frame = frame_slice(pixels, spacing, SIZE)
    x, y = frame.points_to_input(np.array([centre[1], centre[0]], dtype=float))
    cells = (np.arange(32) + 0.5) * SIZE / 32 - 0.5
    logits = 12.0 - np.hypot(cells[None, :] - x, cells[:, None] - y)
    whole = frame.logits_to_slice(torch.from_numpy(logits)[None])[0]
    assert whole.shape == pixels.shape
    found = np.argwhere(whole.numpy() > 0).mean(axis=0)
    np.testing.assert_allclose(found, centre, atol=0.6)


def test_what_was_cropped_is_background():
    frame = frame_slice(slice_with_margins(40, 40, (10, 0, 0, 0)), (1.0, 1.0), SIZE)
    whole = frame.logits_to_slice(torch.full((2, 32, 32), 5.0))
    assert (whole[:, :10] == OUTSIDE_LOGIT).all()
    torch.testing.assert_close(whole[:, 10:], torch.full_like(whole[:, 10:], 5.0))
