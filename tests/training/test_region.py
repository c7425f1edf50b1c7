import pytest
import torch
from made_up_spine import TINY

from napari_spinalsam.network.small import build_small_sam
from napari_spinalsam.training.region import Region, decode_region, encode_region

WHOLE = Region(0, 0, 8)


@pytest.fixture(scope="module")
def sam():
    torch.manual_seed(0)
    network = build_small_sam(TINY).eval()
    for block in network.image_encoder.blocks:
        torch.nn.init.normal_(block.attn.rel_pos_h, std=0.5)
        torch.nn.init.normal_(block.attn.rel_pos_w, std=0.5)
    return network


def test_the_whole_input_gives_what_the_encoder_gives(sam):
    images = torch.randn(2, 3, 128, 128)
    with torch.inference_mode():
        torch.testing.assert_close(encode_region(sam.image_encoder, images, WHOLE), sam.image_encoder(images))


def test_relative_positions_are_distances_not_stretched(sam):
    """Masking the rest of the input out of the attention gives the region's tokens."""
    encoder, region = sam.image_encoder, Region(2, 4, 4)
    tile = torch.randn(1, 3, 64, 64)
    x = encoder.patch_embed(tile) + encoder.pos_embed[:, 2:6, 4:8]
    block = encoder.blocks[1]
    with torch.inference_mode():
        expected = explicit_attention(block.attn, block.norm1(encoder.blocks[0](x)))
        actual = []
        hook = block.attn.register_forward_hook(lambda module, args, out: actual.append(out))
        encode_region(encoder, tile, region)
        hook.remove()
    torch.testing.assert_close(actual[0], expected)


def explicit_attention(attention, x):
    """The attention of a 4 x 4 region with the full input's tables, written out pair by pair."""
    n, heads = 4, attention.num_heads
    qkv = attention.qkv(x).reshape(1, n * n, 3, heads, -1).permute(2, 0, 3, 1, 4)[:, 0]
    q, k, v = qkv
    scores = (q * attention.scale) @ k.transpose(-2, -1)
    middle = attention.rel_pos_h.shape[0] // 2
    for i in range(n * n):
        for j in range(n * n):
            rows, columns = i // n - j // n, i % n - j % n
            scores[:, i, j] += q[:, i] @ (attention.rel_pos_h[middle + rows] + attention.rel_pos_w[middle + columns])
    out = (scores.softmax(-1) @ v).transpose(0, 1).reshape(1, n, n, -1)
    return attention.proj(out)


def test_decoding_a_batch_equals_segment_anythings_decoder(sam):
    embedding = torch.randn(1, 16, 8, 8)
    boxes = torch.tensor([[4.0, 4, 60, 70], [20.0, 30, 100, 90]])
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(points=None, boxes=boxes, masks=torch.randn(2, 1, 32, 32))
        masks, iou = decode_region(sam, embedding.expand(2, -1, -1, -1), WHOLE, sparse, dense)
        expected = sam.mask_decoder.predict_masks(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense)
    torch.testing.assert_close(masks, expected[0])
    torch.testing.assert_close(iou, expected[1])


def test_a_region_in_pixels_and_mask_cells():
    region = Region(2, 4, 3)
    assert region.pixels == (slice(32, 80), slice(64, 112))
    assert region.mask_cells == (slice(8, 20), slice(16, 28))
    assert region.origin == (64, 32)
