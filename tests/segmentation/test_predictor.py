"""The predictor on small random networks: its geometry, its prompts, and segment_anything's own predictor beside it."""

import numpy as np
import pytest
import torch
from networks import CONFIG, random_predictor, random_sam

from napari_spinalsam.errors import ImageError, PromptError
from napari_spinalsam.segmentation import predictor as predictor_module
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage

LEFT, RIGHT = Box(10, 20, 40, 60), Box(60, 30, 95, 75)


@pytest.fixture(scope="module")
def image():
    rng = np.random.default_rng(0)
    return SliceImage(rng.normal(300, 250, (90, 110)).astype(np.float32), spacing=(1.0, 0.8))


@pytest.fixture(params=[True, False], ids=["dense prompts", "tokens alone"])
def predictor(request, tmp_path, monkeypatch):
    monkeypatch.setattr(predictor_module, "choose_precision", lambda _device: torch.float32)
    return random_predictor(tmp_path, dense_prompts=request.param)


@pytest.fixture
def embedding(predictor, image):
    return predictor.embed(image)


def agreement(a, b):
    return np.mean(a == b)


def test_an_embedding_knows_its_slice(predictor, embedding):
    assert embedding.shape == (90, 110)
    assert embedding.features.shape == (1, CONFIG.channels, 8, 8)
    assert embedding.features.dtype == torch.float32
    assert predictor.input_size == 128


def test_only_what_the_models_window_shows_matters(predictor, image, embedding):
    low, high = predictor.network_input.window.limits
    clipped = SliceImage(np.clip(image.values, low, high), image.spacing)
    torch.testing.assert_close(predictor.embed(clipped).features, embedding.features)
    other = SliceImage(image.values + 100, image.spacing)
    assert not torch.equal(predictor.embed(other).features, embedding.features)


@pytest.mark.parametrize(
    "prompts",
    [
        Prompts(points=(Point(50, 40),)),
        Prompts(points=(Point(50, 40), Point(5, 5, positive=False))),
        Prompts(boxes=(LEFT,)),
        Prompts((Point(20, 30), Point(30, 50, positive=False)), (LEFT,)),
    ],
)
def test_one_structure_has_up_to_three_candidates(predictor, embedding, prompts):
    prediction = predictor.predict(embedding, prompts)
    assert prediction.masks.shape == (3, 90, 110)
    assert prediction.masks.dtype == bool
    assert prediction.predicted_iou.shape == (3,)
    assert prediction.low_res_logits.shape == (3, 32, 32)
    assert prediction.low_res_logits.dtype == np.float32
    np.testing.assert_array_equal(prediction.parts, prediction.masks[:1])
    again = predictor.predict(embedding, prompts)
    np.testing.assert_array_equal(again.low_res_logits, prediction.low_res_logits)


def test_candidates_are_ordered_by_what_the_network_thinks_of_them(predictor, embedding):
    click = predictor.predict(embedding, Prompts(points=(Point(50, 40),))).predicted_iou
    assert list(click) == sorted(click, reverse=True)
    # A box is not ambiguous: the mask meant for that comes first, whatever its estimate.
    box = predictor.predict(embedding, Prompts(boxes=(LEFT,))).predicted_iou
    assert box[1] >= box[2]


def test_every_box_is_a_structure_of_its_own(predictor, embedding):
    both = predictor.predict(embedding, Prompts(boxes=(LEFT, RIGHT)))
    assert both.masks.shape == (1, 90, 110)
    assert len(both.parts) == 2
    np.testing.assert_array_equal(both.masks[0], both.parts[0] | both.parts[1])
    for part, box in zip(both.parts, (LEFT, RIGHT), strict=True):
        alone = predictor.predict(embedding, Prompts(boxes=(box,)))
        assert agreement(part, alone.masks[0]) > 0.999  # a batch adds up in another order
    assert both.low_res_logits.shape == (1, 32, 32)


def test_a_point_refines_the_box_around_it_alone(predictor, embedding):
    point = Point(70, 50, positive=False)
    plain = predictor.predict(embedding, Prompts(boxes=(LEFT, RIGHT)))
    refined = predictor.predict(embedding, Prompts((point,), (LEFT, RIGHT)))
    assert agreement(refined.parts[0], plain.parts[0]) > 0.999
    alone = predictor.predict(embedding, Prompts((point,), (RIGHT,)))
    assert agreement(refined.parts[1], alone.masks[0]) > 0.999
    assert (refined.parts[1] != plain.parts[1]).any()


def test_an_earlier_mask_is_refined(predictor, embedding):
    first = predictor.predict(embedding, Prompts(boxes=(LEFT,)))
    clicked = Prompts((Point(20, 30),), (LEFT,))
    fresh = predictor.predict(embedding, clicked)
    refined = predictor.predict(embedding, clicked, first.low_res_logits[:1])
    assert not np.allclose(refined.low_res_logits, fresh.low_res_logits)
    # Negative points alone are enough where there is a mask to take away from.
    assert predictor.predict(embedding, Prompts((Point(20, 30, positive=False),)), first.low_res_logits[:1])


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (Prompts(), "say nothing of what to segment"),
        (Prompts((Point(5, 5, positive=False),)), "say nothing of what to segment"),
        (Prompts((Point(110, 5),)), "outside the slice"),
        (Prompts(boxes=(Box(5, 5, 5, 50),)), "has no area"),
    ],
)
def test_prompts_that_make_no_sense(predictor, embedding, prompts, message):
    with pytest.raises(PromptError, match=message):
        predictor.predict(embedding, prompts)


def test_a_mask_of_another_network_is_refused(predictor, embedding):
    with pytest.raises(PromptError, match=r"has shape \(1, 256, 256\) instead of \(1, 32, 32\)"):
        predictor.predict(embedding, Prompts(boxes=(LEFT,)), np.zeros((1, 256, 256), np.float32))


def test_air_cannot_be_embedded(predictor):
    with pytest.raises(ImageError, match="neither bone nor soft tissue"):
        predictor.embed(SliceImage(np.linspace(-1000, -900, 100, dtype=np.float32).reshape(10, 10)))


def test_the_predictor_describes_itself(predictor):
    report = predictor.describe_model()
    assert report.sha256 == predictor.weights_id
    assert report.comparison.fits
    assert report.parameters == sum(tensor.numel() for tensor in random_sam().state_dict().values())
    assert "128 px input, all" in str(report)
    assert predictor.describe_device().precision == "float32"


def test_segment_anythings_own_predictor_says_the_same(tmp_path, monkeypatch):
    # On a slice as large as the input nothing is resampled, so both see the same pixels and coordinates.
    from segment_anything import SamPredictor

    monkeypatch.setattr(predictor_module, "choose_precision", lambda _device: torch.float32)
    ours = random_predictor(tmp_path, dense_prompts=False)
    grey = np.random.default_rng(1).integers(20, 256, (128, 128)).astype(np.float32)
    embedding = ours.embed(SliceImage(grey, intensity="grey"))
    theirs = SamPredictor(random_sam())
    theirs.set_torch_image(torch.from_numpy(grey).expand(1, 3, -1, -1), (128, 128))
    torch.testing.assert_close(embedding.features, theirs.features, atol=1e-4, rtol=1e-4)

    mask = np.random.default_rng(2).normal(0, 3, (1, 32, 32)).astype(np.float32)
    prediction = ours.predict(embedding, Prompts((Point(30, 40), Point(60, 80, positive=False)), (LEFT,)), mask)
    logits, iou, low_res = theirs.predict_torch(
        point_coords=torch.tensor([[[30.0, 40.0], [60.0, 80.0]]]),
        point_labels=torch.tensor([[1, 0]]),
        boxes=torch.tensor([[10.0, 20.0, 40.0, 60.0]]),
        mask_input=torch.from_numpy(mask)[None],
        multimask_output=False,
        return_logits=True,
    )
    np.testing.assert_allclose(prediction.low_res_logits[0], low_res[0, 0], atol=1e-3)
    np.testing.assert_allclose(prediction.predicted_iou[0], iou[0, 0], atol=1e-4)
    assert agreement(prediction.masks[0], (logits[0, 0] > 0).numpy()) > 0.999


@pytest.mark.parametrize("precision", [torch.bfloat16])
def test_lower_precision_changes_little(tmp_path, monkeypatch, image, precision):
    monkeypatch.setattr(predictor_module, "choose_precision", lambda _device: torch.float32)
    exact = random_predictor(tmp_path).embed(image).features
    monkeypatch.setattr(predictor_module, "choose_precision", lambda _device: precision)
    lower = random_predictor(tmp_path)
    assert {str(module.weight.dtype) for module in lower._sam.image_encoder.patch_embed.children()} == {str(precision)}
    features = lower.embed(image).features
    assert features.dtype == torch.float32
    assert (features - exact).abs().mean() < 0.05 * exact.abs().mean()


def test_a_network_that_knows_drawn_prompts_looks_twice_at_a_box(predictor, embedding, monkeypatch):
    decoder, answers = predictor._sam.mask_decoder, []
    decode = decoder.predict_masks

    def watched(**inputs):
        answers.append(decode(**inputs))
        return answers[-1]

    monkeypatch.setattr(decoder, "predict_masks", watched)
    box, click = Prompts(boxes=(LEFT,)), Prompts(points=(Point(50, 40),))
    twice = predictor.predict(embedding, box)
    assert len(answers) == (2 if predictor.network_input.dense_prompts else 1)
    first = answers[0][0][0, :1].numpy()
    if predictor.network_input.dense_prompts:
        corrected = predictor.predict(embedding, box, first)
        np.testing.assert_allclose(corrected.low_res_logits, twice.low_res_logits, atol=1e-5)
    else:
        np.testing.assert_array_equal(twice.low_res_logits[:1], first)
    answers.clear()
    predictor.predict(embedding, click)
    assert len(answers) == 1
