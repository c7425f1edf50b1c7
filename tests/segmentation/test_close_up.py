"""Which part of a slice a small box is answered from, and that answers there are answers on the slice."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from networks import random_predictor

from napari_spinalsam.segmentation.close_up import close_up_frame
from napari_spinalsam.segmentation.input_frame import frame_slice
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage


def frame_of(shape, spacing=(1.0, 1.0)):
    return frame_slice(np.ones(shape, np.float32), spacing, 512)


@st.composite
def boxes_on_slices(draw):
    shape = draw(st.integers(40, 900)), draw(st.integers(40, 900))
    spacing = draw(st.floats(0.3, 4.0)), draw(st.floats(0.3, 4.0))
    x0, y0 = draw(st.integers(0, shape[1] - 2)), draw(st.integers(0, shape[0] - 2))
    x1, y1 = draw(st.integers(x0 + 1, shape[1] - 1)), draw(st.integers(y0 + 1, shape[0] - 1))
    return shape, spacing, Box(x0, y0, x1, y1)


@given(boxes_on_slices())
def test_the_part_holds_the_box_and_keeps_pixels_square(drawn):
    shape, spacing, box = drawn
    whole = frame_of(shape, spacing)
    part = close_up_frame(whole, box)
    if part is None:
        return
    first_row, first_column, end_row, end_column = part.crop
    assert 0 <= first_row <= box.y0
    assert box.y1 < end_row <= shape[0]
    assert 0 <= first_column <= box.x0
    assert box.x1 < end_column <= shape[1]
    assert max(part.scaled) == 512
    # Enlarged about two times or more, equally along rows and columns but for whole pixels.
    assert part.scale[0] > 1.6 * whole.scale[0] or part.scale[1] > 1.6 * whole.scale[1]
    ratio = (part.scale[0] / whole.scale[0]) / (part.scale[1] / whole.scale[1])
    tolerance = 2.5 / min(end_row - first_row, end_column - first_column, *part.scaled)
    assert ratio == pytest.approx(1.0, abs=tolerance + 2.5 / min(whole.scaled))


def test_a_large_box_is_answered_on_the_whole_slice():
    assert close_up_frame(frame_of((400, 400)), Box(100, 100, 300, 300)) is None


def test_a_box_in_the_cropped_margin_is_answered_on_the_whole_slice():
    pixels = np.zeros((400, 400), np.float32)
    pixels[100:300, 100:300] = 1.0
    whole = frame_slice(pixels, (1.0, 1.0), 512)
    assert close_up_frame(whole, Box(150, 150, 170, 170)) is not None
    assert close_up_frame(whole, Box(5, 5, 25, 25)) is None


def test_neighbours_share_a_part():
    whole = frame_of((800, 800))
    assert close_up_frame(whole, Box(390, 390, 430, 430)) == close_up_frame(whole, Box(395, 392, 436, 431))


def test_logits_come_back_to_the_input():
    frame = frame_of((300, 200))
    smooth = torch.nn.functional.interpolate(torch.randn(1, 2, 9, 6), size=(300, 200), mode="bicubic")[0]
    low = frame.logits_to_input(smooth, 128)
    back = frame.logits_to_slice(low)
    assert (back - smooth).abs().mean() < 0.05
    assert low.shape == (2, 128, 128)


@pytest.fixture
def looked_at(tmp_path):
    predictor = random_predictor(tmp_path, close_ups=True)
    values = np.random.default_rng(0).normal(100.0, 300.0, (256, 256)).astype(np.float32)
    return predictor, predictor.embed(SliceImage(values))


def test_a_small_box_is_answered_in_its_part(looked_at):
    predictor, embedding = looked_at
    box = Box(100, 100, 130, 130)
    answer = predictor.predict(embedding, Prompts(boxes=(box,)))
    (frame,) = embedding.close_ups
    assert frame == close_up_frame(embedding.frame, box)
    outside = np.ones((256, 256), bool)
    outside[frame.crop[0] : frame.crop[2], frame.crop[1] : frame.crop[3]] = False
    assert answer.masks[0].any()
    assert not answer.masks[:, outside].any()
    again = predictor.predict(embedding, Prompts(boxes=(Box(101, 100, 131, 130),)))
    assert len(embedding.close_ups) == 1
    assert again.masks[0].any()


def test_several_boxes_get_the_answers_of_each(looked_at):
    predictor, embedding = looked_at
    boxes = (Box(100, 100, 130, 130), Box(20, 180, 50, 220), Box(5, 5, 250, 250))
    together = predictor.predict(embedding, Prompts(boxes=boxes))
    for box, part in zip(boxes, together.parts, strict=True):
        alone = predictor.predict(embedding, Prompts(boxes=(box,)))
        assert np.mean(alone.masks[0] != part) < 1e-3
    assert (together.masks[0] == np.any(together.parts, axis=0)).all()


def test_a_negative_click_far_from_the_box_says_nothing(looked_at):
    predictor, embedding = looked_at
    box = Box(100, 100, 130, 130)
    alone = predictor.predict(embedding, Prompts(boxes=(box,)))
    answer = predictor.predict(embedding, Prompts((Point(240, 10, positive=False),), (box,)))
    assert (answer.masks == alone.masks).all()


def test_a_positive_click_far_from_the_box_brings_the_whole_slice_back(looked_at):
    predictor, embedding = looked_at
    box = Box(100, 100, 130, 130)
    before = predictor.predict(embedding, Prompts(boxes=(box,)))
    prompts = Prompts((Point(240, 10),), (box,))
    answer = predictor.predict(embedding, prompts, before.low_res_logits[:1])
    # The mask so far is of the part and says nothing here.
    assert (answer.masks == predictor.predict(embedding, prompts).masks).all()
