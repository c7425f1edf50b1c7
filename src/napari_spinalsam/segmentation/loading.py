"""A predictor from the name of a model or the path of its weights."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from safetensors import SafetensorError, safe_open

from napari_spinalsam import weights
from napari_spinalsam.errors import WeightsError
from napari_spinalsam.imaging.window import PRESETS, Window
from napari_spinalsam.network.checkpoint import ParameterComparison, compare_parameters, load_sam_checkpoint, shapes_of
from napari_spinalsam.network.small import CONFIG_FILE, WEIGHTS_FILE, load_small_sam
from napari_spinalsam.segmentation.model import NetworkInput, WeightsSource
from napari_spinalsam.segmentation.predictor import Predictor

#: Meta's networks were trained on photographs and have no window of their own; bone is what is looked for.
_PUBLISHED: Final = NetworkInput(window=PRESETS["bone"], dense_prompts=False)
_CHECKPOINTS: Final = (".pth", ".pt", ".safetensors")


def load_predictor(model: str | Path = "bundled", device: str | None = None) -> Predictor:
    """Load a network.

    Parameters
    ----------
    model : str or Path
        "bundled"; the name of a registered model that has been downloaded, e.g. "vit_b"; a ``.pth`` or
        ``.safetensors`` checkpoint of SAM ViT-B, ViT-L or ViT-H; or a folder with one of these or with a small SAM.
    device : str, optional
        As torch names it, e.g. "cpu" or "cuda:1"; the best at hand by default.

    Raises
    ------
    WeightsError
        If there is no such model, or its file is damaged or does not fit.
    ConfigError
        If there is no such device.
    """
    path = weights.resolve(model)
    name = weights.BUNDLED_SAM if str(model) == "bundled" else path.name if path == Path(model) else str(model)
    if path.name == WEIGHTS_FILE and (path.parent / CONFIG_FILE).is_file():
        path = path.parent
    if path.is_dir() and (path / CONFIG_FILE).is_file():
        return _load_small(name, path, device)
    path = _only_checkpoint(path) if path.is_dir() else path
    sam, _, comparison = load_sam_checkpoint(path)
    return Predictor(sam, _PUBLISHED, WeightsSource(name, path, comparison), device)


def _load_small(name: str, folder: Path, device: str | None) -> Predictor:
    sam, config = load_small_sam(folder)
    window = Window(level=config.window_level, width=config.window_width)
    file = folder / WEIGHTS_FILE
    comparison = _compare_safetensors(file, shapes_of(sam.state_dict()))
    source = WeightsSource(name, file, comparison)
    return Predictor(sam, NetworkInput(window, config.dense_prompts), source, device)


def _compare_safetensors(file: Path, wanted: dict[str, tuple[int, ...]]) -> ParameterComparison:
    """Compare a file's header, no values, with the tensors of a network."""
    try:
        with safe_open(file, framework="pt") as content:
            found = {key: tuple(content.get_slice(key).get_shape()) for key in content.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{file.name} is cut short or damaged", "Copy or install it again") from error
    return compare_parameters(found, wanted)


def _only_checkpoint(folder: Path) -> Path:
    found = sorted(path for path in folder.iterdir() if path.suffix in _CHECKPOINTS)
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} checkpoint files" if found else "no checkpoint file"
    raise WeightsError(f"The folder {folder} holds {what}", "Give the path of one checkpoint file")
