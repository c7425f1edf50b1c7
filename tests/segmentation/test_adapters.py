"""A folder of adapters is a model like any other."""

import json

import numpy as np
import pytest
import torch
from networks import CONFIG, random_sam

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.network.adapter import AdapterConfig, apply_adapters
from napari_spinalsam.network.adapter_file import save_adapters
from napari_spinalsam.network.small import save_small_sam
from napari_spinalsam.segmentation.loading import load_network, load_predictor
from napari_spinalsam.segmentation.prompts import Box, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage

PROMPTS = Prompts(boxes=(Box(10, 12, 40, 50),))


@pytest.fixture
def slice_image():
    rng = np.random.default_rng(0)
    return SliceImage(rng.normal(200, 300, (60, 70)).astype(np.float32))


@pytest.fixture
def adapters(tmp_path):
    """Adapters that changed everything they may, beside their base."""
    save_small_sam(tmp_path / "base", CONFIG, random_sam().state_dict(), {})
    sam = load_network(tmp_path / "base").sam
    config = apply_adapters(sam, AdapterConfig(base=str(tmp_path / "base")))
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in sam.parameters():
            if parameter.requires_grad:
                parameter += 0.2 * torch.randn_like(parameter)
    return save_adapters(tmp_path / "lumbar", sam, config)


def test_adapters_are_loaded_on_the_base_that_they_name(adapters, slice_image):
    base = load_predictor(adapters.parent / "base", "cpu")
    adapted = load_predictor(adapters, "cpu")
    assert adapted.network_input == base.network_input
    assert adapted.weights_id != base.weights_id
    masks = [p.predict(p.embed(slice_image), PROMPTS).low_res_logits for p in (base, adapted)]
    assert np.abs(masks[0] - masks[1]).max() > 0.01


def test_the_report_says_what_was_put_together(adapters):
    report = load_predictor(adapters, "cpu").describe_model()
    base = load_predictor(adapters.parent / "base", "cpu").describe_model()
    assert report.name == "lumbar (LoRA of rank 8, CBAM, mask decoder on base)"
    assert report.comparison.fits
    assert report.comparison.matched > base.comparison.matched
    assert report.path == adapters / "adapter.safetensors"


def test_a_base_that_was_trained_on_since_is_refused(adapters):
    save_small_sam(adapters.parent / "base", CONFIG, random_sam(seed=1).state_dict(), {})
    with pytest.raises(WeightsError, match="The adapters belong to the weights"):
        load_predictor(adapters, "cpu")


@pytest.mark.parametrize(("base", "message"), [("lumbar", "other adapters"), ("absent", "no model and no file")])
def test_a_base_that_is_none(adapters, base, message):
    content = json.loads((adapters / "adapter.json").read_text())
    content["base"] = str(adapters.parent / base)
    (adapters / "adapter.json").write_text(json.dumps(content))
    with pytest.raises(WeightsError, match=message):
        load_predictor(adapters, "cpu")
