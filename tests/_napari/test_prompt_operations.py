from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam._napari.prompt_operations import box_as_operation, mask_operation, points_as_operations
from napari_spinalsam.commands.operations import AddBox, AddPoints, SegmentBox, SegmentPoints
from napari_spinalsam.errors import PromptError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts, check_prompts

SHAPE = (20, 30)
anywhere = st.floats(-60, 90)


def test_clicks_keep_their_sign_and_the_first_pixels_outer_half_counts():
    first, second = points_as_operations([Point(-0.4, 3), Point(5, 6, positive=False)], SHAPE)
    assert first == AddPoints(at=((0.0, 3.0),))
    assert second == AddPoints(at=((5.0, 6.0),), polarity="negative")


@given(anywhere, anywhere)
def test_a_click_becomes_a_point_on_the_slice_or_is_refused(x, y):
    inside = -0.5 <= x <= 29.5 and -0.5 <= y <= 19.5
    if not inside:
        with pytest.raises(PromptError):
            points_as_operations([Point(x, y)], SHAPE)
        return
    (operation,) = points_as_operations([Point(x, y)], SHAPE)
    check_prompts(Prompts(points=(Point(*operation.at[0]),)), SHAPE)


@given(anywhere, anywhere, anywhere, anywhere)
def test_a_drag_becomes_a_box_on_the_slice_or_is_refused(x0, y0, x1, y1):
    box = Box(x0, y0, x1, y1)
    try:
        operation = box_as_operation(box, SHAPE)
    except PromptError:
        clipped = min(box.x1, 29) - max(box.x0, 0), min(box.y1, 19) - max(box.y0, 0)
        assert min(clipped) < 1
    else:
        check_prompts(Prompts(boxes=(Box(*operation.at),)), SHAPE)


@pytest.mark.parametrize(
    ("prompts", "added", "wanted"),
    [
        (Prompts(), [], None),
        (Prompts(points=(Point(1, 1, positive=False),)), [], None),
        (Prompts(points=(Point(1, 1),)), [], SegmentPoints()),
        (Prompts(points=(Point(1, 1),), boxes=(Box(1, 1, 5, 5),)), [], SegmentBox()),
        (Prompts(), [AddPoints(at=((1, 1),))], SegmentPoints()),
        (Prompts(), [AddPoints(at=((1, 1),), polarity="negative")], None),
        (Prompts(points=(Point(1, 1),)), [AddBox(at=(1, 1, 5, 5))], SegmentBox()),
    ],
)
def test_the_mask_follows_from_all_prompts(prompts, added, wanted):
    assert mask_operation(prompts, added) == wanted
