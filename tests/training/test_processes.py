"""One process does everything itself; tests/cli/test_train.py starts two."""

import sys

import pytest
import torch

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.processes import Processes


def test_alone_everything_is_ones_own():
    alone = Processes(on_cpu=True)
    assert alone.is_main
    assert alone.device is None
    assert alone.share([3, 1, 2]) == [3, 1, 2]
    assert alone.sum([1.5, float("inf")], torch.device("cpu")) == [1.5, float("inf")]
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([1.0, 2.0])
    alone.sum_gradients([parameter])
    alone.wait()
    assert parameter.grad.tolist() == [1.0, 2.0]


def test_several_processes_need_accelerate(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(ConfigError, match=r"need accelerate.*pip install"):
        Processes(on_cpu=True)
