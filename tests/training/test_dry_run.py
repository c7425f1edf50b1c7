"""An estimate is made of measured steps, and says so when one does not fit."""

import pytest
import torch

from lab import save_network, verse
from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training import dry_run
from napari_spinalsam.training.dry_run import estimate
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
    assert found.disk == 1200 * 2 * 64 * 64
    assert found.memory > sum(4 * tensor.numel() for tensor in run.sam.parameters())
    assert found.parameters.trainable == sum(parameter.numel() for parameter in run.trained)
    assert f"{found.epoch_seconds * 7 / 3600:.1f} h for 7 epochs" in str(found)


@pytest.mark.parametrize("error", [torch.cuda.OutOfMemoryError, MemoryError])
def test_a_step_that_does_not_fit(planned, monkeypatch, error):
    def too_large(*_):
        raise error

    monkeypatch.setattr(dry_run, "train_step", too_large)
    with pytest.raises(TrainingError, match="does not fit into the memory of cpu"):
        estimate(*planned, n_training=10, n_held_out=2)
