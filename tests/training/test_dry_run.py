"""An estimate is made of measured steps, and says so when one does not fit."""

import dataclasses

import pytest
import torch

from lab import save_network, verse
from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training import dry_run
from napari_spinalsam.training.dry_run import bytes_of_parameters, check_memory, estimate
from napari_spinalsam.training.finetune import start_run
from napari_spinalsam.training.finetune_config import make_config
from napari_spinalsam.training.finetune_data import find_data, prepare_data


@pytest.fixture
def planned(tmp_path):
    save_network(tmp_path / "network")
    settings = {"images": verse(tmp_path / "data"), "model": str(tmp_path / "network"), "out": tmp_path / "run"}
    config = make_config(settings | {"lora": None, "device": "cpu", "epochs": 7})
    run = start_run(config)
    return run, prepare_data(config, find_data(config), run.network_input.window, 64)[0]


def test_the_whole_follows_from_the_measured_parts(planned):
    run, sample = planned
    found = estimate(run, sample, n_training=1000, n_held_out=200)
    assert found.slice_seconds > 0
    assert found.validation_seconds > 0
    assert found.epoch_seconds == pytest.approx(1000 * found.slice_seconds + 200 * found.validation_seconds)
    assert found.disk == 1200 * 2 * 64 * 64 + 3 * 4 * sum(parameter.numel() for parameter in run.trained)
    assert found.memory > sum(4 * tensor.numel() for tensor in run.sam.parameters())
    assert found.parameters.trainable == sum(parameter.numel() for parameter in run.trained)
    assert f"{found.epoch_seconds * 7 / 3600:.1f} h for 7 epochs" in str(found)


def test_full_fine_tuning_needs_room_for_gradients_and_moments_of_the_whole_network(tmp_path):
    save_network(tmp_path)
    adapted, full = (
        start_run(make_config({"images": tmp_path, "model": str(tmp_path), "device": "cpu"} | more))
        for more in ({"lora": None, "cbam": None}, {"full": True})
    )
    every, decoder = (4 * sum(p.numel() for p in part.parameters()) for part in (full.sam, full.sam.mask_decoder))
    prompts = 4 * sum(p.numel() for p in full.sam.prompt_encoder.parameters())
    assert bytes_of_parameters(full) == every + 3 * (every - prompts)
    assert bytes_of_parameters(adapted) == every + 3 * decoder


def test_a_run_whose_parameters_do_not_fit_is_refused_before_a_step(planned, monkeypatch):
    run, sample = planned
    monkeypatch.setattr(dry_run, "_memory_of", lambda _: bytes_of_parameters(run) - 1)
    monkeypatch.setattr(dry_run, "train_step", lambda *_: pytest.fail("a step was tried"))
    for refused in (lambda: check_memory(run), lambda: estimate(run, sample, 10, 2)):
        with pytest.raises(TrainingError, match=r"Adam's moments take .* GB, and cpu has .* no full fine-tuning"):
            refused()


def test_a_run_that_hardly_fits_is_warned_of(planned):
    found = estimate(*planned, n_training=10, n_held_out=2)
    assert "WARNING" not in str(found)
    tight = dataclasses.replace(found, memory_there=int(found.memory * 1.05))
    assert "WARNING      this hardly fits. Choose a smaller network" in str(tight)


@pytest.mark.parametrize("error", [torch.cuda.OutOfMemoryError, MemoryError])
def test_a_step_that_does_not_fit(planned, monkeypatch, error):
    def too_large(*_):
        raise error

    monkeypatch.setattr(dry_run, "train_step", too_large)
    with pytest.raises(TrainingError, match="does not fit into the memory of cpu"):
        estimate(*planned, n_training=10, n_held_out=2)
