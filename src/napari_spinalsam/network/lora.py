"""Low-rank adapters on the attention of SAM's image encoder, through peft.

Hu et al. 2022, LoRA: Low-Rank Adaptation of Large Language Models. A frozen matrix W of the attention gets a trained
addition of rank r, ``W + (alpha / r) B A`` (section 4.1). B begins as zeros, so the network begins unchanged; for
inference the addition is merged into W and costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from torch import nn

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.torchvision_mend import mend_torchvision

if TYPE_CHECKING:
    from segment_anything.modeling import ImageEncoderViT


def add_lora(
    encoder: ImageEncoderViT,
    rank: int = 8,
    alpha: float = 16.0,
    dropout: float = 0.0,
    blocks: Sequence[int] | None = None,
    *,
    proj: bool = False,
) -> tuple[str, ...]:
    """Put LoRA on the attention's ``qkv`` of the given blocks, in place; works with any attention of these names.

    Parameters
    ----------
    encoder : ImageEncoderViT
    rank : int
        r, at least 1.
    alpha : float
        The addition is scaled by ``alpha / rank``.
    dropout : float
        Share of the addition's inputs that are dropped in training.
    blocks : sequence of int, optional
        All blocks by default.
    proj : bool
        Whether the attention's output matrix ``proj`` gets one too.

    Returns
    -------
    tuple of str
        Names of the adapted modules within the encoder.

    Raises
    ------
    ConfigError
        If peft is not installed.
    """
    peft = _peft()
    matrices = ("qkv", "proj") if proj else ("qkv",)
    chosen = range(len(encoder.blocks)) if blocks is None else blocks
    names = tuple(f"blocks.{index}.attn.{matrix}" for index in chosen for matrix in matrices)
    config = peft.LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=list(names), bias="none")
    trainable = {name: parameter.requires_grad for name, parameter in encoder.named_parameters()}
    peft.inject_adapter_in_model(config, encoder)
    encoder.train(encoder.training)  # what peft adds is in training mode, whatever the rest is in
    for name, parameter in encoder.named_parameters():  # peft freezes the rest of the network; that is not its business
        parameter.requires_grad_(trainable.get(name.replace(".base_layer", ""), True))
    return names


def merge_lora(encoder: ImageEncoderViT) -> ImageEncoderViT:
    """Add every adapter to its matrix and put the plain matrix back in place, under its old name.

    Outputs stay the same but for float32 rounding. An encoder without adapters is left as it is.

    Returns
    -------
    ImageEncoderViT
        The same object.
    """
    layers = lora_layers(encoder)
    for name, layer in layers.items():
        layer.merge(safe_merge=True)
        parent, _, attribute = name.rpartition(".")
        setattr(encoder.get_submodule(parent), attribute, layer.get_base_layer())
    return encoder


def lora_layers(encoder: ImageEncoderViT) -> dict[str, Any]:
    """Name -> peft's layer, of every adapted matrix; empty without adapters, and then peft is not needed."""
    return {name: module for name, module in encoder.named_modules() if _is_lora(module)}


def _is_lora(module: nn.Module) -> bool:
    return hasattr(module, "lora_A") and hasattr(module, "get_base_layer")


def _peft() -> Any:
    mend_torchvision()  # peft imports transformers, which imports torchvision
    try:
        import peft
    except ImportError as error:
        raise ConfigError(
            f"LoRA needs peft, which cannot be imported ({error})", 'Run: pip install "napari-spinalsam[training]"'
        ) from error
    return peft
