"""Checkpoint files: what fits is loaded, everything else is refused with the reason."""

import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.network.build import build_sam
from napari_spinalsam.network.checkpoint import (
    compare_parameters,
    load_sam_checkpoint,
    read_state_dict,
    shapes_of,
)


@pytest.fixture(scope="module")
def vit_b():
    """A state dict of SAM ViT-B of which each tensor is one stored number, so that its file is small."""
    shapes = shapes_of(build_sam("vit_b", without_memory=True).state_dict())
    return {name: torch.tensor(float(i)).expand(shape) for i, (name, shape) in enumerate(shapes.items())}


def saved(tensors, path, **options):
    torch.save(tensors, path, **options)
    return path


@pytest.mark.parametrize("zip_format", [True, False])
def test_a_fitting_file_is_loaded(vit_b, tmp_path, zip_format):
    path = saved(vit_b, tmp_path / "sam.pth", _use_new_zipfile_serialization=zip_format)
    sam, model_type, comparison = load_sam_checkpoint(path)
    assert model_type == "vit_b"
    assert comparison.fits
    assert str(comparison) == "all 314 tensors match"
    for i, tensor in enumerate(sam.state_dict().values()):
        assert tensor.device.type == "cpu"
        assert torch.all(tensor == i)
    assert not any(parameter.requires_grad for parameter in sam.parameters())


def test_wrapped_half_precision_and_safetensors_files_are_read_too(vit_b, tmp_path):
    halves = {name: tensor.half() for name, tensor in vit_b.items()}
    sam, _, _ = load_sam_checkpoint(saved({"epoch": 3, "model": halves}, tmp_path / "sam.pth"))
    assert {tensor.dtype for tensor in sam.state_dict().values()} == {torch.float32}
    small = {"a": torch.arange(6.0).reshape(2, 3)}
    save_file(small, tmp_path / "a.safetensors")
    torch.testing.assert_close(read_state_dict(tmp_path / "a.safetensors"), small)


def test_what_is_missing_too_much_and_of_another_shape_is_said(vit_b, tmp_path):
    tensors = dict(vit_b)
    del tensors["mask_decoder.iou_token.weight"], tensors["prompt_encoder.no_mask_embed.weight"]
    tensors["image_encoder.adapter.weight"] = torch.zeros(1)
    tensors["image_encoder.neck.1.weight"] = torch.zeros(7)
    with pytest.raises(WeightsError) as caught:
        load_sam_checkpoint(saved(tensors, tmp_path / "sam.pth"))
    assert caught.value.message == (
        "sam.pth does not fit SAM vit_b: 311 tensors match, "
        "2 missing (prompt_encoder.no_mask_embed.weight, mask_decoder.iou_token.weight), "
        "1 too much (image_encoder.adapter.weight), "
        "1 of another shape (image_encoder.neck.1.weight (7 instead of 256))"
    )


def test_long_lists_are_cut():
    comparison = compare_parameters({}, {f"layer{i}": (1,) for i in range(200)})
    assert str(comparison) == "0 tensors match, 200 missing (layer0, layer1, layer2, …)"


shapes = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([(), (1,), (2, 3)]))


@given(shapes, shapes)
def test_every_tensor_is_counted_once(found, wanted):
    comparison = compare_parameters(found, wanted)
    assert comparison.matched + len(comparison.missing) + len(comparison.reshaped) == len(wanted)
    assert comparison.matched + len(comparison.unexpected) + len(comparison.reshaped) == len(found)
    assert comparison.fits == (found == wanted)


def test_networks_that_are_no_sam_are_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"resnet.pth is no SAM: image_encoder.pos_embed is not among its 1 tensors"):
        load_sam_checkpoint(saved({"conv1.weight": torch.zeros(64, 3)}, tmp_path / "resnet.pth"))
    tiny = {"image_encoder.pos_embed": torch.zeros(1, 8, 8, 192)}
    with pytest.raises(WeightsError, match=r"is no published SAM: its image_encoder.pos_embed is 1×8×8×192"):
        load_sam_checkpoint(saved(tiny, tmp_path / "tiny.pth"))


@pytest.mark.parametrize("content", [{"a": 1}, {}, [torch.zeros(1)], torch.zeros(3), {1: torch.zeros(1)}])
def test_files_without_named_tensors_are_refused(tmp_path, content):
    with pytest.raises(WeightsError, match="something else than named tensors"):
        read_state_dict(saved(content, tmp_path / "other.pth"))


class Intruder:
    def __reduce__(self):
        return open, ("/intruded", "w")


def test_code_in_a_file_is_not_run(tmp_path):
    with pytest.raises(WeightsError, match="holds more than tensors and was not opened"):
        read_state_dict(saved({"a": Intruder()}, tmp_path / "evil.pth"))


@pytest.mark.parametrize("name", ["notes.pth", "notes.safetensors"])
@pytest.mark.parametrize("content", [b"", b"these are no weights\n" * 20, b"\x80\x02\x8a", b"PK\x03\x04", bytes(1000)])
def test_foreign_files_are_refused(tmp_path, name, content, recwarn):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match="no checkpoint file, cut short or damaged") as caught:
        read_state_dict(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert not recwarn


@pytest.mark.parametrize("zip_format", [True, False])
def test_damaged_files_are_refused_or_read_but_never_crash(tmp_path, zip_format):
    tensors = {f"layer{i}": torch.randn(7, 5) for i in range(20)}
    path = saved(tensors, tmp_path / "good.pth", _use_new_zipfile_serialization=zip_format)
    whole = path.read_bytes()
    chance = random.Random(0)  # noqa: S311
    refused = 0
    for trial in range(300):
        damaged = bytearray(whole[: chance.randrange(len(whole))] if trial % 2 else whole)
        for _ in range(chance.randrange(1, 20)):
            if damaged:
                damaged[chance.randrange(min(len(damaged), 3000))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            read_state_dict(path)
        except WeightsError:
            refused += 1
    assert refused > 200


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(WeightsError, match="There is no checkpoint file"):
        read_state_dict(tmp_path / "absent.pth")
    with pytest.raises(WeightsError, match="There is no checkpoint file"):
        read_state_dict(tmp_path)
