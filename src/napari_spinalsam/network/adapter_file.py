"""Adapters on disk: a folder with ``adapter.safetensors`` and ``adapter.json``, without the network they belong to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError
from safetensors.torch import save

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.network.adapter import AdapterConfig, adapter_tensors, apply_adapters
from napari_spinalsam.network.checkpoint import ParameterComparison, compare_parameters, read_state_dict, shapes_of

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

ADAPTER_CONFIG: Final = "adapter.json"
ADAPTER_WEIGHTS: Final = "adapter.safetensors"


def is_adapter(path: Path) -> bool:
    """Whether a folder holds adapters."""
    return (path / ADAPTER_CONFIG).is_file()


def save_adapters(folder: Path, sam: Sam, config: AdapterConfig) -> Path:
    """Write the adapters of a network, each file atomically, the config last.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    sam : Sam
        Adapted, not merged.
    config : AdapterConfig
        What `apply_adapters` returned.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    WeightsError
        If the files cannot be written; older ones stay whole then.
    """
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in adapter_tensors(sam, config).items()}
    # The base's digest makes the file's own digest name the whole network.
    content = save(tensors, metadata={"format": "pt", "base_sha256": config.base_sha256})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / ADAPTER_WEIGHTS, content)
        write_atomically(folder / ADAPTER_CONFIG, (config.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        raise WeightsError(
            f"The adapters cannot be written to {folder} ({error.strerror or error})",
            "Make room, or choose another folder",
        ) from error
    return folder


def read_adapter_config(folder: Path) -> AdapterConfig:
    """Read ``adapter.json``.

    Raises
    ------
    WeightsError
        If it is missing or says something else than an `AdapterConfig`.
    """
    path = folder / ADAPTER_CONFIG
    try:
        return AdapterConfig.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error.strerror or error})", "Give a folder of adapters") from error
    except (ValidationError, UnicodeDecodeError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "no text"
        raise WeightsError(f"{path} does not describe adapters: {reason}", "Give a folder of adapters") from error


def load_adapters(folder: Path, sam: Sam) -> tuple[AdapterConfig, ParameterComparison]:
    """Put saved adapters on the network that they were trained on, in place.

    Parameters
    ----------
    folder : Path
        With ``adapter.json`` and ``adapter.safetensors``.
    sam : Sam
        The base, without adapters.

    Returns
    -------
    config : AdapterConfig
    comparison : ParameterComparison
        Of the file with what it fills; everything matched.

    Raises
    ------
    WeightsError
        If a file is missing or damaged, the network is another one (it is as it was then), or a tensor is missing, too
        much or of another shape (it must not be used then); the message says which.
    ConfigError
        If the adapters need peft and it is missing.
    """
    config = read_adapter_config(folder)
    tensors = read_state_dict(folder / ADAPTER_WEIGHTS)
    apply_adapters(sam, config)
    comparison = compare_parameters(shapes_of(tensors), shapes_of(adapter_tensors(sam, config)))
    if not comparison.fits:
        raise WeightsError(
            f"{folder / ADAPTER_WEIGHTS} does not fit its config: {comparison}", "Copy or train the adapters again"
        )
    sam.load_state_dict(tensors, strict=False)
    return config, comparison
