"""What TensorBoard reads is what the run logged, also after it was killed and continued."""

import sys

import pytest

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.tensorboard_log import FOLDER, TensorBoardLog

ROW = {"epoch": 1.0, "loss": 0.5, "validation_dice": 0.8, "seconds": 3.0}


def logged(out):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(out / FOLDER))
    events.Reload()
    return {
        tag: [(each.step, round(each.value, 6)) for each in events.Scalars(tag)] for tag in events.Tags()["scalars"]
    }


def test_steps_and_epochs(tmp_path):
    pytest.importorskip("tensorboard")
    log = TensorBoardLog(tmp_path)
    for loss in (0.75, 0.25):
        log.step(loss)
    log.epoch(ROW)
    log.close()
    assert logged(tmp_path) == {
        "loss/step": [(1, 0.75), (2, 0.25)],
        "loss/epoch": [(2, 0.5)],
        "Dice/held out": [(2, 0.8)],
        "time/seconds an epoch": [(2, 3.0)],
    }


def test_steps_that_a_killed_run_had_logged_are_hidden(tmp_path):
    pytest.importorskip("tensorboard")
    killed = TensorBoardLog(tmp_path)
    for loss in (0.75, 0.25, 9.0):
        killed.step(loss)
    killed.close()
    continued = TensorBoardLog(tmp_path, steps=2)
    continued.step(0.125)
    continued.close()
    assert logged(tmp_path)["loss/step"] == [(1, 0.75), (2, 0.25), (3, 0.125)]


def test_without_tensorboard_the_error_says_what_to_install(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("torch.utils.tensorboard", "tensorboard"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # what importing a missing package does
    with pytest.raises(ConfigError, match=r"needs tensorboard.*pip install tensorboard"):
        TensorBoardLog(tmp_path)
