import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.segmentation.dense_prompt import (
    LIMIT,
    add_to_previous,
    box_logits,
    empty_logits,
    limit_logits,
    stamp_clicks,
)

SIZE, CELLS = 512, 128
CENTRES = (torch.arange(CELLS) + 0.5) * SIZE / CELLS - 0.5
coordinate = st.floats(0, SIZE - 1)


@given(coordinate, coordinate, coordinate, coordinate)
def test_a_drawn_box_is_positive_exactly_inside(xa, ya, xb, yb):
    x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    drawn = box_logits(torch.tensor([[x0, y0, x1, y1]]), SIZE, CELLS)
    assert drawn.shape == (1, 1, CELLS, CELLS)
    inside = ((x0 < CENTRES) & (x1 > CENTRES))[None, :] & ((y0 < CENTRES) & (y1 > CENTRES))[:, None]
    assert torch.equal(drawn[0, 0] > 1e-5, inside) or (drawn[0, 0].abs() < 1e-4).any()
    assert drawn.abs().max() <= LIMIT


def test_logits_grow_with_the_distance_to_the_nearest_side():
    drawn = box_logits(torch.tensor([[80.0, 100.0, 430.0, 172.0]]), SIZE, CELLS)[0, 0]
    column = drawn[:, 64]
    assert int(column.argmax()) in {33, 34}  # 133.5 or 137.5, the middle of 100..172
    assert (column[1:34] >= column[:33]).all()
    assert (column[35:] <= column[34:-1]).all()


def test_boxes_are_drawn_independently():
    boxes = torch.tensor([[0.0, 0, 130, 130], [50.0, 150, 390, 420]])
    both = box_logits(boxes, SIZE, CELLS)
    assert torch.equal(both[1:], box_logits(boxes[1:], SIZE, CELLS))


@given(coordinate, coordinate, st.booleans())
def test_a_click_is_stamped_where_it_is_and_only_there(x, y, positive):
    before = empty_logits(1, CELLS)
    after = stamp_clicks(before, torch.tensor([[[x, y]]]), torch.tensor([[int(positive)]]), SIZE)
    changed = after[0, 0] != 0
    assert (before == 0).all()
    distance = torch.hypot(CENTRES[None, :] - x, CENTRES[:, None] - y)
    assert (distance[changed] <= SIZE / 64 + 1e-3).all()
    assert (after[0, 0][changed] > 0).all() == positive or not changed.any()


def test_no_click_changes_nothing_and_the_later_click_wins():
    logits = torch.randn(2, 1, CELLS, CELLS)
    point = torch.tensor([[[200.0, 200.0], [200.0, 200.0]]] * 2)
    stamped = stamp_clicks(logits, point, torch.tensor([[-1, -1], [0, 1]]), SIZE)
    assert torch.equal(stamped[0], logits[0])
    assert stamped[1].max() == 2 * LIMIT
    assert stamped[1].min() > -2 * LIMIT


def test_previous_mask_is_limited_before_it_is_added():
    previous = torch.tensor([[[[50.0, -50.0], [1.0, 0.0]]]])
    assert torch.equal(limit_logits(previous), torch.tensor([[[[LIMIT, -LIMIT], [1.0, 0.0]]]]))
    assert torch.equal(add_to_previous(torch.ones(1, 3, 2, 2), previous), 1 + limit_logits(previous).expand(1, 3, 2, 2))
