from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.errors import PromptError
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts, check_prompts
from napari_spinalsam.session.grid import Grid

SHAPES = st.tuples(st.integers(8, 700), st.integers(8, 700))


def test_the_first_cell_starts_at_the_edge_of_the_first_pixel():
    grid = Grid.over((80, 160))
    assert grid.box("A1") == Box(-0.5, -0.5, 19.5, 9.5)
    assert grid.centre("A1") == (9.5, 4.5)


def test_letters_are_columns_and_numbers_are_rows():
    grid = Grid.over((80, 160))
    x, y = grid.centre("C4")
    assert (x, y) == (49.5, 34.5)
    assert grid.names()[:3] == ["A1", "B1", "C1"]
    assert grid.names()[-1] == "H8"


@given(SHAPES)
def test_cells_tile_the_slice(shape):
    grid = Grid.over(shape)
    boxes = [grid.box(name) for name in grid.names()]
    area = sum((box.x1 - box.x0) * (box.y1 - box.y0) for box in boxes)
    assert area == pytest.approx(shape[0] * shape[1])
    check_prompts(Prompts(points=tuple(Point(*grid.centre(name)) for name in grid.names())), shape)


@given(SHAPES, st.sampled_from(Grid.over((8, 8)).names()), st.sampled_from(Grid.over((8, 8)).names()))
def test_a_span_holds_both_cells_whatever_their_order(shape, first, second):
    grid = Grid.over(shape)
    span = grid.span((first, second))
    assert span == grid.span((second, first))
    for box in (grid.box(first), grid.box(second)):
        assert span.x0 <= box.x0
        assert span.y0 <= box.y0
        assert span.x1 >= box.x1
        assert span.y1 >= box.y1


@pytest.mark.parametrize("cell", ["I1", "A9", "Z99"])
def test_a_cell_outside_is_refused_with_the_range(cell):
    with pytest.raises(PromptError, match="A1 to H8"):
        Grid.over((80, 80)).box(cell)
