"""Checkpoint files of SAM, loaded safely, and written.

A file is read without running any code in it, and its parameter names and shapes are compared with the network's
before a value is used: what does not fit exactly is refused, with what is missing and what is too much.
"""

from __future__ import annotations

import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.network.build import WIDTH_TENSOR, ModelType, build_sam, guess_model_type

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

Shapes = Mapping[str, tuple[int, ...]]

#: Keys under which training programs keep the state dict inside a larger one.
_WRAPPERS: Final = ("model", "state_dict", "model_state_dict")
#: What reading raises for files that are damaged, foreign, or hold more than tensors: torch's safe unpickler runs
#: through whatever bytes it is given, and each of these was seen from it.
_READ_ERRORS: Final = (
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SafetensorError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    struct.error,
    zipfile.BadZipFile,
)
_NAMES_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class ParameterComparison:
    """How the parameters of a file and of a network fit together.

    Parameters
    ----------
    matched : int
        Number of tensors with the same name and shape.
    missing : tuple of str
        Names that the network has and the file has not.
    unexpected : tuple of str
        Names that the file has and the network has not.
    reshaped : tuple of str
        Names in both with different shapes, each with the two: ``"a.weight (3×4 instead of 3×5)"``.
    """

    matched: int
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    reshaped: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every tensor has its counterpart, in both directions."""
        return not (self.missing or self.unexpected or self.reshaped)

    def __str__(self) -> str:
        if self.fits:
            return f"all {self.matched} tensors match"
        parts = [
            f"{len(names)} {what} ({_first(names)})"
            for names, what in (
                (self.missing, "missing"),
                (self.unexpected, "too much"),
                (self.reshaped, "of another shape"),
            )
            if names
        ]
        return f"{self.matched} tensors match, {', '.join(parts)}"


def compare_parameters(found: Shapes, wanted: Shapes) -> ParameterComparison:
    """Compare names and shapes of a file's tensors with a network's.

    Parameters
    ----------
    found, wanted : mapping of str to tuple of int
        Name -> shape, in the file and in the network.
    """
    common = [name for name in wanted if name in found]
    reshaped = tuple(
        f"{name} ({_times(found[name])} instead of {_times(wanted[name])})"
        for name in common
        if found[name] != wanted[name]
    )
    return ParameterComparison(
        matched=len(common) - len(reshaped),
        missing=tuple(name for name in wanted if name not in found),
        unexpected=tuple(name for name in found if name not in wanted),
        reshaped=reshaped,
    )


def shapes_of(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Name -> shape of a state dict."""
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a ``.safetensors`` or a torch file, without running code in it.

    Parameters
    ----------
    path : Path
        A state dict, or a dict that holds one under "model", "state_dict" or "model_state_dict".

    Returns
    -------
    dict of str to Tensor
        On the CPU; mapped from the file into memory where its format allows that.

    Raises
    ------
    WeightsError
        If the file cannot be read, is damaged, or holds anything else than named tensors.
    """
    if not path.is_file():
        raise WeightsError(f"There is no checkpoint file {path}", "Check the path")
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        with warnings.catch_warnings():  # about odd pickle protocols: foreign bytes, refused just below
            warnings.simplefilter("ignore")
            # Only the zip format, torch's own since 1.6, can be mapped.
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except _READ_ERRORS as error:
        raise _unreadable(path, error) from error
    return _tensors(content, path)


def load_sam_checkpoint(path: Path, model_type: ModelType | None = None) -> tuple[Sam, ModelType, ParameterComparison]:
    """Build the network that a checkpoint file belongs to, and fill it.

    Parameters
    ----------
    path : Path
        A file with the parameters of SAM ViT-B, ViT-L or ViT-H, e.g. as published by Meta.
    model_type : str, optional
        Guessed from the file's own tensors where it is not given.

    Returns
    -------
    sam : segment_anything.modeling.Sam
        In evaluation mode, float32, on the CPU.
    model_type : {"vit_b", "vit_l", "vit_h"}
    comparison : ParameterComparison
        Everything matched.

    Raises
    ------
    WeightsError
        If the file cannot be read or does not fit; the message counts and names what is missing, too much or of
        another shape.
    """
    tensors = read_state_dict(path)
    shapes = shapes_of(tensors)
    model_type = model_type or guess_model_type(shapes)
    if model_type is None:
        raise WeightsError(_not_sam(path, shapes), "Give a checkpoint of SAM vit_b, vit_l or vit_h")
    sam = build_sam(model_type, without_memory=True)
    comparison = compare_parameters(shapes, shapes_of(sam.state_dict()))
    if not comparison.fits:
        raise WeightsError(
            f"{path.name} does not fit SAM {model_type}: {comparison}", "Give the checkpoint as it was published"
        )
    sam.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, strict=True, assign=True)
    sam.requires_grad_(requires_grad=False)
    return sam.eval(), model_type, comparison


def save_sam_checkpoint(path: Path, sam: Sam) -> None:
    """Write all parameters of a network as safetensors, atomically; `load_sam_checkpoint` reads them.

    Parameters
    ----------
    path : Path
        Its folder is made if it does not exist.
    sam : Sam

    Raises
    ------
    OSError
        If the file cannot be written; an older one stays whole then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in sam.state_dict().items()}
    write_atomically(path, save(tensors, metadata={"format": "pt"}))


def _tensors(content: Any, path: Path) -> dict[str, Tensor]:
    if isinstance(content, dict):
        for key in _WRAPPERS:
            if isinstance(content.get(key), dict):
                content = content[key]
                break
        if content and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in content.items()):
            return dict(content)
    raise WeightsError(f"{path.name} holds something else than named tensors", "Give a checkpoint file of a SAM")


def _unreadable(path: Path, error: Exception) -> WeightsError:
    if isinstance(error, pickle.UnpicklingError) and "Unsupported global" in str(error):
        return WeightsError(
            f"{path.name} holds more than tensors and was not opened, as that could run code",
            "Give a file with the state dict alone",
        )
    return WeightsError(f"{path.name} is no checkpoint file, cut short or damaged", "Download or copy it again")


def _not_sam(path: Path, shapes: Shapes) -> str:
    if WIDTH_TENSOR in shapes:
        return f"{path.name} is no published SAM: its {WIDTH_TENSOR} is {_times(shapes[WIDTH_TENSOR])}"
    return f"{path.name} is no SAM: {WIDTH_TENSOR} is not among its {len(shapes)} tensors"


def _first(names: tuple[str, ...]) -> str:
    told = ", ".join(names[:_NAMES_TOLD])
    return told if len(names) <= _NAMES_TOLD else f"{told}, …"


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a single number"
