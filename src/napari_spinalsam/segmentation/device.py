"""The device a network runs on, and the number format that it does well."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

import torch

from napari_spinalsam.errors import ConfigError


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What CHECK_DEVICE tells; ``str`` of it is for the user.

    Parameters
    ----------
    device : str
        As torch names it, e.g. ``"cpu"`` or ``"cuda:0"``.
    name : str
        What it is, e.g. the processor's name.
    precision : str
        Number format of the image encoder: "float32", "bfloat16" or "float16".
    memory_free, memory_total : int or None
        In bytes; None where the system does not say.
    threads : int or None
        Of the CPU.
    """

    device: str
    name: str
    precision: str
    memory_free: int | None
    memory_total: int | None
    threads: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.device} ({self.name})"]
        if self.threads is not None:
            parts.append(f"{self.threads} thread{'s' if self.threads > 1 else ''}")
        if self.memory_free is not None and self.memory_total is not None:
            parts.append(f"{self.memory_free / 1e9:.1f} of {self.memory_total / 1e9:.1f} GB free")
        return ", ".join([*parts, self.precision])


def choose_device(name: str | None = None) -> torch.device:
    """Find the device of a name, or the best at hand: CUDA, then Apple's MPS, then the CPU.

    Raises
    ------
    ConfigError
        If there is no such device on this machine.
    """
    if name is None:
        best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        return torch.device(best)
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:  # torch raises all three
        raise ConfigError(f"There is no device {name!r} on this machine", "Use cpu, or leave the device out") from error
    return device


def choose_precision(device: torch.device) -> torch.dtype:
    """Choose the number format in which the device runs an image encoder fastest without harm.

    bfloat16 where the hardware multiplies it (on a CPU without such instructions it is slower than float32), float16 on
    older CUDA devices, else float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else torch.float16
    if device.type == "cpu" and _cpu_multiplies_bfloat16():
        return torch.bfloat16
    return torch.float32


def describe_device(device: torch.device, precision: torch.dtype) -> DeviceReport:
    """Report on a device."""
    number_format = str(precision).removeprefix("torch.")
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return DeviceReport(str(device), torch.cuda.get_device_name(device), number_format, free, total)
    free_total = _main_memory()
    name = platform.processor() or platform.machine()
    if device.type != "cpu":
        return DeviceReport(str(device), name, number_format, *free_total)
    name = str(_cpu_capabilities().get("cpu_name") or name)
    return DeviceReport(str(device), name, number_format, *free_total, threads=torch.get_num_threads())


def _cpu_multiplies_bfloat16() -> bool:
    capabilities = _cpu_capabilities()
    return any(bool(capabilities.get(name)) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _cpu_capabilities() -> dict[str, object]:
    # Since torch 2.9; without it nothing is known, and float32 is right everywhere.
    ask = getattr(torch.cpu, "get_capabilities", dict)
    return dict(ask())


def _main_memory() -> tuple[int | None, int | None]:
    """Free and total main memory in bytes, where the system tells (Linux)."""
    names = getattr(os, "sysconf_names", {})
    if not {"SC_PAGE_SIZE", "SC_PHYS_PAGES", "SC_AVPHYS_PAGES"} <= set(names):
        return None, None
    page = os.sysconf("SC_PAGE_SIZE")
    return page * os.sysconf("SC_AVPHYS_PAGES"), page * os.sysconf("SC_PHYS_PAGES")
