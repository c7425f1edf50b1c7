"""Adapters on a whole SAM: what is trained, what is saved, and what they may be loaded on."""

import copy
import json

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file, save_file

from napari_spinalsam.errors import ConfigError, WeightsError
from napari_spinalsam.network.adapter import (
    AdapterConfig,
    CbamSettings,
    LoraSettings,
    apply_adapters,
    merge_adapters,
    weights_digest,
)
from napari_spinalsam.network.adapter_file import is_adapter, load_adapters, read_adapter_config, save_adapters
from napari_spinalsam.network.build import build_sam
from napari_spinalsam.network.parameter_report import difference, forward_answers, parameter_report
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam

TINY = SmallSamConfig(
    input_size=128, width=48, depth=3, heads=3, window_size=3, global_blocks=(1,), channels=32, decoder_mlp=64
)
BOTH = AdapterConfig(lora=LoraSettings(rank=4, proj=True), cbam=CbamSettings(blocks=(1,)))
CONFIGS = {
    "both and decoder": BOTH,
    "LoRA": AdapterConfig(cbam=None, decoder=False),
    "CBAM": AdapterConfig(lora=None, decoder=False),
    "decoder": AdapterConfig(lora=None, cbam=None),
}
IMAGES = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(0))


def tiny_sam(seed=0):
    torch.manual_seed(seed)
    return build_small_sam(TINY).eval()


def trained(config, seed=0):
    """An adapted network in which everything that is trained has moved."""
    sam = tiny_sam(seed)
    config = apply_adapters(sam, config)
    with torch.no_grad():
        for parameter in sam.parameters():
            if parameter.requires_grad:
                parameter += 0.1 * torch.randn_like(parameter)
    return sam, config


@pytest.fixture(params=CONFIGS.values(), ids=CONFIGS.keys())
def config(request):
    return request.param


def test_at_the_start_the_network_is_plain_sam_bit_for_bit(config):
    sam = tiny_sam()
    plain = forward_answers(sam, IMAGES)
    apply_adapters(sam, config)
    assert difference(plain, forward_answers(sam.eval(), IMAGES)).equal


def test_merging_does_not_change_the_answers(config):
    sam, _ = trained(config)
    adapted = forward_answers(sam, IMAGES)
    assert not difference(forward_answers(tiny_sam(), IMAGES), adapted).equal
    merged = forward_answers(merge_adapters(sam), IMAGES)
    assert max(difference(adapted, merged).embedding, difference(adapted, merged).logits) < 1e-4
    assert not any(parameter.requires_grad for parameter in sam.parameters())


def test_saved_alone_and_loaded_on_the_base_they_give_the_same(config, tmp_path):
    sam, config = trained(config)
    save_adapters(tmp_path / "adapters", sam, config)
    assert is_adapter(tmp_path / "adapters")
    again = tiny_sam()
    read, comparison = load_adapters(tmp_path / "adapters", again)
    assert read == config
    assert comparison.fits
    assert comparison.matched == len(load_file(tmp_path / "adapters" / "adapter.safetensors"))
    assert difference(forward_answers(sam, IMAGES), forward_answers(again.eval(), IMAGES)).equal
    saved = (tmp_path / "adapters" / "adapter.safetensors").stat().st_size
    numbers = sum(tensor.numel() for tensor in again.state_dict().values())
    assert config.decoder or saved < numbers  # a quarter of the base's size, or much less


def test_only_what_the_config_names_is_trained(config):
    sam = tiny_sam()
    apply_adapters(sam, config)
    for name, parameter in sam.named_parameters():
        wanted = ".lora_" in name or ".cbam." in name or (config.decoder and name.startswith("mask_decoder."))
        assert parameter.requires_grad == wanted, name


def test_another_base_is_refused_with_the_reason_and_left_as_it_was(tmp_path):
    sam, config = trained(BOTH)
    save_adapters(tmp_path, sam, config)
    other = tiny_sam(seed=1)
    digest = weights_digest(other.state_dict())
    with pytest.raises(WeightsError) as caught:
        load_adapters(tmp_path, other)
    assert config.base_sha256[:12] in caught.value.message
    assert digest[:12] in caught.value.message
    assert weights_digest(other.state_dict()) == digest


def test_the_digest_is_of_values_not_of_files(tmp_path):
    weights = tiny_sam().state_dict()
    digest = weights_digest(weights)
    torch.save(dict(reversed(weights.items())), tmp_path / "a.pth")
    save_file(weights, tmp_path / "a.safetensors")
    assert weights_digest(torch.load(tmp_path / "a.pth", weights_only=True)) == digest
    assert weights_digest(load_file(tmp_path / "a.safetensors")) == digest
    halves = {name: tensor.half() for name, tensor in weights.items()}
    assert weights_digest(halves) == weights_digest({name: tensor.float() for name, tensor in halves.items()})
    for name in ("mask_decoder.iou_token.weight", "image_encoder.pos_embed"):
        changed = weights | {name: weights[name] + 1e-6}
        assert weights_digest(changed) != digest
    first, *_ = weights
    assert weights_digest(weights | {first: weights[first].reshape(-1)}) != digest


def test_a_damaged_or_foreign_file_is_refused(tmp_path):
    sam, config = trained(BOTH)
    folder = save_adapters(tmp_path, sam, config)
    tensors = load_file(folder / "adapter.safetensors")
    gone, *_ = tensors
    save_file({name: tensor for name, tensor in tensors.items() if name != gone}, folder / "adapter.safetensors")
    with pytest.raises(WeightsError, match=f"1 missing .{gone}"):
        load_adapters(folder, tiny_sam())
    (folder / "adapter.safetensors").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match="no checkpoint file, cut short or damaged"):
        load_adapters(folder, tiny_sam())


@pytest.mark.parametrize("content", ["", "[]", '{"rank": 3}', '{"lora": {"rank": 0}}', b"\xff\xfe"])
def test_a_config_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "adapter.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WeightsError, match="does not describe adapters"):
        read_adapter_config(tmp_path)
    with pytest.raises(WeightsError, match="cannot be read"):
        read_adapter_config(tmp_path / "absent")


def test_a_folder_that_cannot_be_written(tmp_path):
    sam, config = trained(BOTH)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="cannot be written"):
        save_adapters(tmp_path / "file", sam, config)


def test_the_config_is_plain_json(tmp_path):
    sam, config = trained(BOTH)
    save_adapters(tmp_path, sam, config)
    content = json.loads((tmp_path / "adapter.json").read_text())
    assert content["base_sha256"] == weights_digest(tiny_sam().state_dict())
    assert content["lora"] == {"rank": 4, "alpha": 16.0, "dropout": 0.0, "blocks": None, "proj": True}
    assert str(config) == "LoRA of rank 4, CBAM, mask decoder"


def test_settings_that_make_no_sense():
    for wrong in ({"lora": None, "cbam": None, "decoder": False}, {"cbam": {"kernel_size": 4}}, {"lora": {"rank": 0}}):
        with pytest.raises(ValidationError):
            AdapterConfig(**wrong)
    with pytest.raises(ConfigError, match="no block 3, 7"):
        apply_adapters(tiny_sam(), AdapterConfig(lora=LoraSettings(blocks=(0, 7)), cbam=CbamSettings(blocks=(3,))))
    sam, _ = trained(BOTH)
    with pytest.raises(ConfigError, match="has adapters already"):
        apply_adapters(sam, BOTH)


def test_the_report_counts_every_parameter_once():
    sam = tiny_sam()
    before = parameter_report(sam)
    assert before.total == sum(parameter.numel() for parameter in sam.parameters())
    apply_adapters(sam, AdapterConfig(lora=LoraSettings(rank=4), cbam=CbamSettings(), decoder=False))
    report = parameter_report(sam)
    counts = {part.name: part for part in report.parts}
    assert counts["LoRA"].total == counts["LoRA"].trainable == 3 * 4 * (48 + 3 * 48)  # depth · rank · (in + out)
    assert counts["CBAM"].total == (32 * 2 + 2) + (2 * 32 + 32) + 2 * 49 + 1
    assert report.trainable == counts["LoRA"].total + counts["CBAM"].total
    assert report.total == before.total + report.trainable
    assert f"| total | {report.total:,} | {report.trainable:,} |" in str(report)


@pytest.mark.parametrize("model_type", ["vit_b", "vit_l", "vit_h"])
def test_the_published_sizes_take_adapters(model_type):
    # Names and shapes alone, on torch's "meta" device; benchmarks/adapter_report.py runs them with values.
    from napari_spinalsam.network.cbam import add_cbam
    from napari_spinalsam.network.lora import add_lora, lora_layers

    sam = build_sam(model_type, without_memory=True).requires_grad_(requires_grad=False)
    encoder = sam.image_encoder
    with torch.device("meta"):
        add_lora(encoder, rank=8, proj=True)
        add_cbam(encoder)
    assert len(lora_layers(encoder)) == 2 * len(encoder.blocks)
    width = encoder.pos_embed.shape[-1]
    counts = {part.name: part.total for part in parameter_report(sam).parts}
    assert counts["LoRA"] == len(encoder.blocks) * 8 * (width + 3 * width + 2 * width)


def test_adapting_a_copy_leaves_the_original():
    sam = tiny_sam()
    adapted = copy.deepcopy(sam)
    apply_adapters(adapted, BOTH)
    assert set(sam.state_dict()) < {name.replace(".base_layer", "") for name in adapted.state_dict()}
