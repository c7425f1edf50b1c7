"""LoRA begins as nothing, trains alone, and merges without a trace, on Meta's attention and on the fused one."""

import sys

import pytest
import torch

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.network.attention import install_fused_attention
from napari_spinalsam.network.lora import add_lora, lora_layers, merge_lora
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam

TINY = SmallSamConfig(
    input_size=128, width=48, depth=3, heads=3, window_size=3, global_blocks=(1,), channels=32, decoder_mlp=64
)


@pytest.fixture(params=["fused", "stock"])
def encoder(request):
    torch.manual_seed(0)
    encoder = build_small_sam(TINY).image_encoder.eval()
    for block in encoder.blocks:
        torch.nn.init.normal_(block.attn.rel_pos_h, std=0.2)
    return install_fused_attention(encoder) if request.param == "fused" else encoder


def fill_at_random(encoder):
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if "lora_" in name:
                parameter.normal_(std=0.2)


@pytest.mark.parametrize("proj", [True, False])
def test_equal_at_the_start_and_after_merging(encoder, proj):
    images, names = torch.randn(1, 3, 128, 128), list(encoder.state_dict())
    with torch.no_grad():
        plain = encoder(images)
        adapted = add_lora(encoder, rank=4, alpha=8, proj=proj)
        assert list(lora_layers(encoder)) == list(adapted)
        assert len(adapted) == (6 if proj else 3)
        assert torch.equal(encoder(images), plain)
        fill_at_random(encoder)
        different = encoder(images)
        assert (different - plain).abs().max() > 0.1
        assert merge_lora(encoder) is encoder
        torch.testing.assert_close(encoder(images), different, atol=1e-4, rtol=1e-4)
    assert list(encoder.state_dict()) == names
    assert not lora_layers(encoder)


def test_the_addition_is_scaled_by_alpha_over_rank(encoder):
    add_lora(encoder, rank=4, alpha=6, blocks=(1,))
    fill_at_random(encoder)
    layer = encoder.blocks[1].attn.qkv
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    wanted = layer.base_layer.weight + 1.5 * b @ a
    merge_lora(encoder)
    torch.testing.assert_close(encoder.blocks[1].attn.qkv.weight, wanted)


def test_only_the_chosen_blocks_and_nothing_else_change_what_is_trained(encoder):
    encoder.requires_grad_(requires_grad=False)
    encoder.neck[0].weight.requires_grad_(requires_grad=True)
    names = add_lora(encoder, rank=2, blocks=(0, 2))
    assert names == ("blocks.0.attn.qkv", "blocks.2.attn.qkv")
    trained = {name for name, parameter in encoder.named_parameters() if parameter.requires_grad}
    matrices = {f"{name}.lora_{letter}.default.weight" for name in names for letter in "AB"}
    assert trained == {"neck.0.weight"} | matrices


def test_dropout_acts_in_training_only(encoder):
    add_lora(encoder, rank=4, dropout=0.5)
    fill_at_random(encoder)
    images = torch.randn(1, 3, 128, 128)
    with torch.no_grad():
        assert torch.equal(encoder(images), encoder(images))
        encoder.train()
        assert not torch.equal(encoder(images), encoder(images))


def test_merging_nothing_changes_nothing(encoder):
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    merge_lora(encoder)
    assert all(torch.equal(tensor, before[name]) for name, tensor in encoder.state_dict().items())


def test_without_peft_the_way_to_it_is_told(encoder, monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(ConfigError, match=r"LoRA needs peft.*pip install \"napari-spinalsam\[training\]\""):
        add_lora(encoder)
