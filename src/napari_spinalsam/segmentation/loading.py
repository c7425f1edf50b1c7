"""A network, or a predictor with it, from the name of a model or the path of its weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from safetensors import SafetensorError, safe_open

from napari_spinalsam import weights
from napari_spinalsam.errors import WeightsError
from napari_spinalsam.imaging.window import PRESETS, Window
from napari_spinalsam.network.adapter import merge_adapters
from napari_spinalsam.network.adapter_file import ADAPTER_WEIGHTS, is_adapter, load_adapters, read_adapter_config
from napari_spinalsam.network.checkpoint import ParameterComparison, compare_parameters, load_sam_checkpoint, shapes_of
from napari_spinalsam.network.small import CONFIG_FILE, WEIGHTS_FILE, load_small_sam
from napari_spinalsam.segmentation.model import NetworkInput, WeightsSource
from napari_spinalsam.segmentation.predictor import Predictor

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore

#: Meta's networks were trained on photographs and have no window of their own; bone is what is looked for.
_PUBLISHED: Final = NetworkInput(window=PRESETS["bone"], dense_prompts=False)
_CHECKPOINTS: Final = (".pth", ".pt", ".safetensors")


@dataclass(frozen=True, eq=False)
class LoadedNetwork:
    """A network with its weights, and what is known of it.

    Parameters
    ----------
    sam : Sam
        In evaluation mode, float32, on the CPU.
    network_input : NetworkInput
    source : WeightsSource
    """

    sam: Sam
    network_input: NetworkInput
    source: WeightsSource


def load_predictor(
    model: str | Path = "bundled", device: str | None = None, store: EmbeddingStore | None = None
) -> Predictor:
    """Load a network and put it on a device.

    Parameters
    ----------
    model : str or Path
        As for `load_network`.
    device : str, optional
        As torch names it, e.g. "cpu" or "cuda:1"; the best at hand by default.
    store : EmbeddingStore, optional
        Where embeddings are kept from one session to the next; nowhere by default.

    Raises
    ------
    WeightsError
        If there is no such model, or its file is damaged or does not fit.
    ConfigError
        If there is no such device.
    """
    network = load_network(model)
    return Predictor(network.sam, network.network_input, network.source, device, store)


def load_network(model: str | Path = "bundled") -> LoadedNetwork:
    """Load a network.

    Parameters
    ----------
    model : str or Path
        "bundled"; the name of a registered model that has been downloaded, e.g. "vit_b"; a ``.pth`` or
        ``.safetensors`` checkpoint of SAM ViT-B, ViT-L or ViT-H; a folder with one of these or with a small SAM; or a
        folder of adapters, which are loaded on the network that they name and merged into it.

    Raises
    ------
    WeightsError
        If there is no such model, or its file is damaged or does not fit.
    ConfigError
        If adapters need peft and it is missing.
    """
    path = weights.resolve(model)
    name = weights.BUNDLED_SAM if str(model) == "bundled" else path.name if path == Path(model) else str(model)
    if path.name == WEIGHTS_FILE and (path.parent / CONFIG_FILE).is_file():
        path = path.parent
    if path.is_dir() and is_adapter(path):
        return _load_adapted(name, path)
    if path.is_dir() and (path / CONFIG_FILE).is_file():
        return _load_small(name, path)
    path = _only_checkpoint(path) if path.is_dir() else path
    sam, _, comparison = load_sam_checkpoint(path)
    return LoadedNetwork(sam, _PUBLISHED, WeightsSource(name, path, comparison))


def _load_small(name: str, folder: Path) -> LoadedNetwork:
    sam, config = load_small_sam(folder)
    window = Window(level=config.window_level, width=config.window_width)
    file = folder / WEIGHTS_FILE
    comparison = _compare_safetensors(file, shapes_of(sam.state_dict()))
    network_input = NetworkInput(window, config.dense_prompts, config.close_ups)
    return LoadedNetwork(sam, network_input, WeightsSource(name, file, comparison))


def _load_adapted(name: str, folder: Path) -> LoadedNetwork:
    config = read_adapter_config(folder)
    if is_adapter(weights.resolve(config.base)):
        raise WeightsError(f"The adapters {name} name other adapters as their base", "Give adapters of a whole network")
    base = load_network(config.base)
    _, own = load_adapters(folder, base.sam)
    matched = ParameterComparison(base.source.comparison.matched + own.matched)
    source = WeightsSource(f"{name} ({config} on {base.source.name})", folder / ADAPTER_WEIGHTS, matched)
    return LoadedNetwork(merge_adapters(base.sam), base.network_input, source)


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
