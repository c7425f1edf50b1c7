"""CBAM computes what Woo et al. 2018 write, and begins as nothing."""

import copy

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from napari_spinalsam.network.cbam import CBAM, add_cbam
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam
from napari_spinalsam.training.region import Region, encode_region

TINY = SmallSamConfig(
    input_size=128, width=48, depth=3, heads=3, window_size=4, global_blocks=(1,), channels=32, decoder_mlp=64
)


def as_published(module: CBAM, features: torch.Tensor) -> torch.Tensor:
    """Equations 1 to 3 of the paper, written from it and slowly."""
    first, _, second = module.mlp
    mlp = lambda pooled: second(F.relu(first(pooled)))  # noqa: E731
    average = F.adaptive_avg_pool2d(features, 1).flatten(1)
    maximum = F.adaptive_max_pool2d(features, 1).flatten(1)
    channel = torch.sigmoid(mlp(average) + mlp(maximum))
    refined = channel[:, :, None, None] * features
    pooled = torch.stack([refined.mean(dim=1), refined.max(dim=1).values], dim=1)
    spatial = torch.sigmoid(F.conv2d(pooled, module.conv.weight, padding=3))
    return spatial * refined


@given(
    n=st.integers(1, 3),
    channels=st.integers(1, 40),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_the_gate_leads_from_the_input_to_the_published_module(n, channels, height, width, seed):
    torch.manual_seed(seed)
    module, features = CBAM(channels), torch.randn(n, channels, height, width)
    features[0, 0, 0, 0] = -0.0
    with torch.no_grad():
        closed = module(features)
        assert torch.equal(closed.view(torch.int32), features.view(torch.int32))  # signs of zeros and all
        module.gate.fill_(1.0)
        torch.testing.assert_close(module(features), as_published(module, features), atol=1e-5, rtol=1e-5)


def test_the_first_step_opens_the_gate_and_the_next_trains_the_rest():
    torch.manual_seed(0)
    module, features = CBAM(32), torch.randn(2, 32, 6, 6)
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3)
    start = {name: parameter.detach().clone() for name, parameter in module.named_parameters()}
    for _ in range(2):
        optimizer.zero_grad()
        F.mse_loss(module(features), torch.zeros_like(features)).backward()
        optimizer.step()
    moved = [name for name, parameter in module.named_parameters() if not torch.equal(parameter, start[name])]
    assert moved == list(start)


def test_number_formats_are_kept():
    for dtype in (torch.float32, torch.bfloat16):
        assert CBAM(16)(torch.randn(1, 16, 4, 4).to(dtype).float()).dtype == torch.float32
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        halves = torch.randn(1, 16, 4, 4).bfloat16()
        assert torch.equal(CBAM(16)(halves), halves)


def test_an_encoder_keeps_its_names_and_its_result_and_every_module_counts():
    torch.manual_seed(0)
    encoder = build_small_sam(TINY).image_encoder.eval()
    plain, names = copy.deepcopy(encoder), set(encoder.state_dict())
    add_cbam(encoder, blocks=(0, 2))
    added = {name.rpartition("cbam")[0] for name in set(encoder.state_dict()) - names}
    assert added == {"neck.", "blocks.0.", "blocks.2."}
    assert names < set(encoder.state_dict())
    images = torch.randn(2, 3, 128, 128)
    with torch.no_grad():
        assert torch.equal(encoder(images), plain(images))
        for module in (encoder.neck.cbam, encoder.blocks[0].cbam, encoder.blocks[2].cbam):
            module.gate.fill_(1.0)
            assert (encoder(images) - plain(images)).abs().max() > 1e-3
            module.gate.fill_(0.0)


def test_copies_and_region_encoding_go_through_it_too():
    torch.manual_seed(0)
    encoder = build_small_sam(TINY).image_encoder.eval()
    add_cbam(encoder, blocks=(1,))
    for module in (encoder.neck.cbam, encoder.blocks[1].cbam):
        torch.nn.init.ones_(module.gate)
    images = torch.randn(1, 3, 128, 128)
    with torch.no_grad():
        wanted = encoder(images)
        assert torch.equal(copy.deepcopy(encoder)(images), wanted)
        torch.testing.assert_close(encode_region(encoder, images, Region(0, 0, 8)), wanted, atol=1e-5, rtol=1e-5)
