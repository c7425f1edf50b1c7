"""The whole network as the trained part: what moves, what is saved, and that it is a model like any other."""

import pytest
import torch

from lab import NETWORK, save_network, verse
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.network.checkpoint import read_state_dict
from napari_spinalsam.network.parameter_report import forward_answers
from napari_spinalsam.network.small import build_small_sam, read_small_sam_config
from napari_spinalsam.segmentation.loading import load_network
from napari_spinalsam.training.finetune import finetune, start_run, train_step
from napari_spinalsam.training.finetune_checkpoint import resume
from napari_spinalsam.training.finetune_config import make_config
from napari_spinalsam.training.finetune_data import find_data, prepare_data
from napari_spinalsam.training.processes import Processes
from napari_spinalsam.training.trained_part import WholeNetwork

ALONE = Processes(on_cpu=True)
IMAGES = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    save_network(folder / "network")
    verse(folder / "data", n=3)
    return folder


def prepared(lab, out, **changed):
    config = make_config(
        {"images": lab / "data", "out": out, "model": str(lab / "network"), "device": "cpu", "full": True} | changed
    )
    run = start_run(config)
    training, held_out = prepare_data(config, find_data(config), run.network_input.window, 64)
    run.training_key = training.key
    return run, training, held_out


def test_everything_moves_but_the_prompt_encoder(lab, tmp_path):
    run, training, _ = prepared(lab, tmp_path, learning_rate=1e-2)
    before = {name: tensor.clone() for name, tensor in run.sam.state_dict().items()}
    for step in range(2):
        train_step(run, training, [0, 1, 2], 3 * step, ALONE)
    moved = {name for name, tensor in run.sam.state_dict().items() if not torch.equal(tensor, before[name])}
    assert not any(name.startswith("prompt_encoder.") for name in moved)
    for part in ("pos_embed", "patch_embed", "rel_pos_h", "attn.qkv", "neck", "mask_decoder.transformer"):
        assert any(part in name for name in moved), part


def test_what_is_saved_is_a_model_like_any_other(lab, tmp_path):
    run, training, held_out = prepared(lab, tmp_path, epochs=1, learning_rate=1e-2)
    folder = finetune(run, training, held_out, tmp_path, ALONE)
    assert folder == tmp_path / "network"
    assert read_small_sam_config(folder) == NETWORK
    run.sam.eval()
    for ours, theirs in zip(
        forward_answers(run.sam, IMAGES), forward_answers(load_network(folder).sam, IMAGES), strict=True
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)  # the run's attention sums in another order
    again, *_ = prepared(lab, tmp_path / "again", model=str(folder))  # and can be trained again
    assert again.part.base_sha256 != run.part.base_sha256


def test_a_run_that_was_stopped_goes_on(lab, tmp_path):
    whole, training, held_out = prepared(lab, tmp_path / "whole", epochs=2, precision="float32")
    finetune(whole, training, held_out, tmp_path / "whole", ALONE)
    first, training, held_out = prepared(lab, tmp_path / "parts", epochs=1, precision="float32")
    finetune(first, training, held_out, tmp_path / "parts", ALONE)
    second, training, held_out = prepared(lab, tmp_path / "parts", epochs=2, precision="float32")
    resume(second, tmp_path / "parts")
    finetune(second, training, held_out, tmp_path / "parts", ALONE)
    for name, tensor in whole.sam.state_dict().items():
        torch.testing.assert_close(second.sam.state_dict()[name], tensor, atol=1e-6, rtol=1e-5)


def test_a_published_network_is_saved_as_its_checkpoint_is(tmp_path):
    # A small network stands in for 375 MB; nothing but the missing config tells the two apart.
    sam = build_small_sam(NETWORK)
    WholeNetwork("", "vit_b").save(tmp_path, sam)
    (file,) = (tmp_path / "network").iterdir()
    saved = read_state_dict(file)
    assert saved.keys() == sam.state_dict().keys()
    assert all(torch.equal(saved[name], tensor) for name, tensor in sam.state_dict().items())


def test_adapters_are_no_network_to_start_from(lab, tmp_path):
    run, *_ = prepared(lab, tmp_path, full=False, lora=None)
    folder = run.part.save(tmp_path, run.sam)
    for full in (True, False):
        with pytest.raises(ConfigError, match="holds adapters, not a network"):
            prepared(lab, tmp_path, model=str(folder), full=full)
