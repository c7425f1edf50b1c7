"""The published networks have the sizes that were published."""

import pytest
import torch

from napari_spinalsam.network.build import MODEL_TYPES, build_sam, guess_model_type
from napari_spinalsam.network.checkpoint import shapes_of


@pytest.mark.parametrize(("model_type", "parameters"), [("vit_b", 93.7e6), ("vit_l", 312.3e6), ("vit_h", 641.1e6)])
def test_sizes_and_the_guess_from_them(model_type, parameters):
    sam = build_sam(model_type, without_memory=True)
    assert sum(tensor.numel() for tensor in sam.state_dict().values()) == pytest.approx(parameters, rel=1e-3)
    assert guess_model_type(shapes_of(sam.state_dict())) == model_type
    assert not sam.training


def test_without_memory_the_pixel_normalisation_is_kept():
    # It is no parameter, so no checkpoint would fill it.
    sam = build_sam("vit_b", without_memory=True)
    torch.testing.assert_close(sam.pixel_mean.flatten(), torch.tensor([123.675, 116.28, 103.53]))
    assert sam.pixel_std.device.type == "cpu"


@pytest.mark.parametrize("shapes", [{}, {"conv1.weight": (64, 3)}, {"image_encoder.pos_embed": (1, 64, 64, 192)}])
def test_nothing_is_guessed_of_other_networks(shapes):
    assert guess_model_type(shapes) is None
    assert MODEL_TYPES == ("vit_b", "vit_l", "vit_h")
