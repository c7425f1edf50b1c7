"""Which points refine which box."""

from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.segmentation.structures import Structure, structures

numbers = st.floats(0, 100)
points = st.lists(st.builds(Point, numbers, numbers, st.booleans()), max_size=5).map(tuple)
boxes = st.lists(st.builds(Box, numbers, numbers, numbers, numbers), min_size=1, max_size=4).map(tuple)

LEFT, RIGHT = Box(0, 0, 10, 10), Box(20, 0, 30, 10)


@given(points, boxes)
def test_every_point_goes_to_one_box_and_boxes_keep_their_order(points, boxes):
    found = structures(Prompts(points, boxes))
    assert tuple(each.box for each in found) == boxes
    assert sorted(map(repr, points)) == sorted(repr(point) for each in found for point in each.points)


@given(points)
def test_without_boxes_all_points_are_one_structure(points):
    assert structures(Prompts(points)) == ((Structure(None, points),) if points else ())


def test_points_go_to_the_box_around_them_or_next_to_them():
    inside, beside, between = Point(5, 5), Point(32, 5, positive=False), Point(14, 5)
    left, right = structures(Prompts((inside, beside, between), (LEFT, RIGHT)))
    assert left.points == (inside, between)
    assert right.points == (beside,)


def test_of_boxes_around_a_point_the_smallest_gets_it():
    outer, inner = Box(0, 0, 40, 40), Box(10, 10, 20, 20)
    outer_structure, inner_structure = structures(Prompts((Point(15, 15), Point(30, 30)), (outer, inner)))
    assert outer_structure.points == (Point(30, 30),)
    assert inner_structure.points == (Point(15, 15),)
