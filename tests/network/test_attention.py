"""The fused attention is segment_anything's attention: same numbers, same parameters, same gradients."""

import copy
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_spinalsam.network.attention import Attention, FusedAttention, ImageEncoderViT, install_fused_attention


def small_encoder(*, use_rel_pos: bool = True) -> ImageEncoderViT:
    """Windowed and global blocks; the window of 3 does not divide the grid of 8, so padding is exercised."""
    torch.manual_seed(0)
    encoder = ImageEncoderViT(
        img_size=128,
        embed_dim=48,
        depth=3,
        num_heads=3,
        out_chans=16,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        use_rel_pos=use_rel_pos,
        window_size=3,
        global_attn_indexes=(1,),
    )
    for parameter in encoder.parameters():  # relative positions start as zeros, which would hide them
        torch.nn.init.normal_(parameter, std=0.2)
    return encoder.eval()


def attention(heads: int, channels: int, height: int, width: int) -> Attention:
    module = Attention(heads * channels, heads, use_rel_pos=True, input_size=(height, width))
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return module


@pytest.mark.parametrize("use_rel_pos", [True, False])
@pytest.mark.parametrize("gradients", [True, False])
def test_an_encoder_gives_the_same_embedding(use_rel_pos, gradients):
    stock = small_encoder(use_rel_pos=use_rel_pos)
    fused = install_fused_attention(copy.deepcopy(stock))
    images = torch.randn(2, 3, 128, 128)
    with torch.set_grad_enabled(gradients):
        torch.testing.assert_close(fused(images), stock(images), atol=1e-5, rtol=0)


@settings(deadline=None, max_examples=25)
@given(
    batch=st.integers(1, 3),
    heads=st.integers(1, 3),
    channels=st.sampled_from([4, 16]),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    block=st.sampled_from([1, 50, 2**21]),
    gradients=st.booleans(),
)
def test_any_grid_and_any_block_size_give_the_same(batch, heads, channels, height, width, block, gradients):
    # Sides shorter and longer than a head is wide take different ways; so do blocks of a few queries or many heads.
    stock = attention(heads, channels, height, width)
    x = torch.randn(batch, height, width, heads * channels)
    with pytest.MonkeyPatch.context() as patch, torch.set_grad_enabled(gradients):
        patch.setattr("napari_spinalsam.network.attention._BLOCK", block)
        torch.testing.assert_close(FusedAttention(stock)(x), stock(x), atol=1e-5, rtol=1e-5)


def test_a_grid_of_another_size_interpolates_the_positions_as_meta_does():
    stock = attention(heads=2, channels=8, height=7, width=7)
    x = torch.randn(1, 5, 9, 16)
    torch.testing.assert_close(FusedAttention(stock)(x), stock(x), atol=1e-5, rtol=1e-5)


def test_gradients_are_the_same():
    stock = small_encoder()
    fused = install_fused_attention(copy.deepcopy(stock))
    images = torch.randn(1, 3, 128, 128)
    for encoder in (stock, fused):
        encoder(images).square().sum().backward()
    theirs = {name: parameter.grad for name, parameter in stock.named_parameters()}
    ours = {name: parameter.grad for name, parameter in fused.named_parameters()}
    assert ours.keys() == theirs.keys()
    for name, gradient in theirs.items():
        assert gradient is not None
        assert gradient.abs().max() > 0, f"{name} takes no part: the comparison would show nothing"
        torch.testing.assert_close(ours[name], gradient, atol=1e-4, rtol=1e-3)


def test_training_works_after_predicting():
    # What predicting leaves in the cache must not be an inference tensor.
    fused = FusedAttention(attention(heads=1, channels=8, height=3, width=4))
    x = torch.randn(1, 3, 4, 8)
    with torch.inference_mode():
        fused(x)
    fused(x).sum().backward()
    assert fused.rel_pos_h.grad is not None


def test_bfloat16_stays_as_close_to_float32_as_metas_own():
    stock = small_encoder()
    fused = install_fused_attention(copy.deepcopy(stock))
    images = torch.randn(1, 3, 128, 128)
    with torch.inference_mode():
        exact = stock(images)
        with torch.autocast("cpu", torch.bfloat16):
            ours, theirs = fused(images).float(), stock(images).float()
    assert (ours - exact).abs().mean() <= 1.5 * (theirs - exact).abs().mean()


def test_the_state_dict_stays_the_same_and_installing_twice_changes_nothing():
    stock = small_encoder()
    encoder = copy.deepcopy(stock)
    assert install_fused_attention(encoder) is encoder
    blocks = [block.attn for block in encoder.blocks]
    install_fused_attention(encoder)
    assert [block.attn for block in encoder.blocks] == blocks
    assert all(isinstance(block, FusedAttention) for block in blocks)
    assert list(encoder.state_dict()) == list(stock.state_dict())
    encoder.load_state_dict(stock.state_dict(), strict=True)
