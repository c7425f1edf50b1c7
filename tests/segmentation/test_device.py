"""The device and its number format."""

import pytest
import torch

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.segmentation import device as device_module
from napari_spinalsam.segmentation.device import DeviceReport, choose_device, choose_precision, describe_device


def test_the_best_device_is_one_that_works():
    assert torch.ones(2, device=choose_device()).sum() == 2
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:99", "toaster", "", "cpu:x"])
def test_devices_that_are_not_there(name):
    with pytest.raises(ConfigError, match="There is no device"):
        choose_device(name)


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ({"avx2": True}, torch.float32),
        ({"avx512_f": True, "avx512_bf16": False}, torch.float32),
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({}, torch.float32),
    ],
)
def test_bfloat16_only_where_the_cpu_multiplies_it(monkeypatch, capabilities, precision):
    monkeypatch.setattr(device_module, "_cpu_capabilities", lambda: capabilities)
    assert choose_precision(torch.device("cpu")) == precision


def test_the_report_reads_well():
    report = DeviceReport("cpu", "AMD EPYC", "bfloat16", 20_800_000_000, 25_300_000_000, threads=2)
    assert str(report) == "cpu (AMD EPYC), 2 threads, 20.8 of 25.3 GB free, bfloat16"
    assert str(DeviceReport("mps", "arm", "float32", None, None)) == "mps (arm), float32"


def test_this_machine_is_described():
    report = describe_device(torch.device("cpu"), torch.float32)
    assert report.device == "cpu"
    assert report.name
    assert report.threads == torch.get_num_threads()
    if report.memory_total is not None:
        assert 0 < report.memory_free <= report.memory_total
