"""Which parts of a SAM are adapted: CBAM and LoRA in the image encoder, and the mask decoder if it is trained too.

Everything else stays frozen: the image encoder's own parameters and the prompt encoder. Adapters belong to the network
that they were trained on, so the config names its weights by a digest of their values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from torch import Tensor

from napari_spinalsam.errors import ConfigError, WeightsError
from napari_spinalsam.network.cbam import add_cbam
from napari_spinalsam.network.lora import add_lora, merge_lora

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

_STRICT = ConfigDict(frozen=True, extra="forbid")
_DECODER = "mask_decoder."


class LoraSettings(BaseModel):
    """How LoRA is put on, see `network.lora.add_lora`."""

    model_config = _STRICT

    rank: int = Field(default=8, ge=1)
    alpha: float = Field(default=16.0, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    blocks: tuple[int, ...] | None = None
    proj: bool = False


class CbamSettings(BaseModel):
    """How CBAM is put on, see `network.cbam.add_cbam`: always behind the neck, and behind the given blocks."""

    model_config = _STRICT

    blocks: tuple[int, ...] = ()
    reduction: int = Field(default=16, ge=1)
    kernel_size: int = Field(default=7, ge=1)

    @model_validator(mode="after")
    def _odd_kernel(self) -> Self:
        if self.kernel_size % 2 == 0:
            raise ValueError("kernel_size must be odd")
        return self


class AdapterConfig(BaseModel):
    """Which parts are adapted, and of which network.

    Parameters
    ----------
    lora : LoraSettings or None
        None: no LoRA.
    cbam : CbamSettings or None
        None: no CBAM.
    decoder : bool
        Whether the mask decoder is trained, and saved with the adapters.
    base : str
        The network: "bundled", the name of a registered model, or the path of its weights.
    base_sha256 : str
        `weights_digest` of the network; empty until the adapters are put on.
    """

    model_config = _STRICT

    lora: LoraSettings | None = LoraSettings()
    cbam: CbamSettings | None = CbamSettings()
    decoder: bool = True
    base: str = "bundled"
    base_sha256: str = ""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.lora is None and self.cbam is None and not self.decoder:
            raise ValueError("without LoRA, CBAM and decoder nothing is adapted")
        return self

    def __str__(self) -> str:
        parts = [f"LoRA of rank {self.lora.rank}" if self.lora else "", "CBAM" if self.cbam else ""]
        return ", ".join([part for part in parts if part] + ["mask decoder"] * self.decoder)


def apply_adapters(sam: Sam, config: AdapterConfig) -> AdapterConfig:
    """Put adapters on a network, in place, and freeze what is not trained.

    With fresh adapters the network gives what it gave before, bit for bit.

    Parameters
    ----------
    sam : Sam
        With its weights, without adapters.
    config : AdapterConfig

    Returns
    -------
    AdapterConfig
        The same with `base_sha256` filled in.

    Raises
    ------
    WeightsError
        If the config names the digest of another network's weights.
    ConfigError
        If a block is named that the network has not, the network has adapters already, or peft is missing.
    """
    encoder = sam.image_encoder
    _check(sam, config)
    digest = weights_digest(sam.state_dict())
    if config.base_sha256 not in ("", digest):
        raise WeightsError(
            f"The adapters belong to the weights {config.base_sha256[:12]}… ({config.base}), not to {digest[:12]}…",
            f"Load them on {config.base} as it was when they were trained",
        )
    sam.requires_grad_(requires_grad=False)
    sam.mask_decoder.requires_grad_(config.decoder)
    device = next(sam.parameters()).device
    if config.lora is not None:
        lora = config.lora
        add_lora(encoder, lora.rank, lora.alpha, lora.dropout, lora.blocks, proj=lora.proj)
    if config.cbam is not None:
        add_cbam(encoder, config.cbam.blocks, config.cbam.reduction, config.cbam.kernel_size)
    sam.to(device)
    return config.model_copy(update={"base_sha256": digest})


def merge_adapters(sam: Sam) -> Sam:
    """Make an adapted network ready for inference: LoRA merged, everything frozen.

    Returns
    -------
    Sam
        The same object, in evaluation mode.
    """
    merge_lora(sam.image_encoder)
    return sam.requires_grad_(requires_grad=False).eval()


def adapter_tensors(sam: Sam, config: AdapterConfig) -> dict[str, Tensor]:
    """Name -> tensor of everything that belongs to the adapters: LoRA, CBAM, and the decoder where it is trained."""
    return {
        name: tensor
        for name, tensor in sam.state_dict().items()
        if ".lora_" in name or ".cbam." in name or (config.decoder and name.startswith(_DECODER))
    }


def weights_digest(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of the values of a state dict, whatever file it came from.

    Digested are, for every tensor in the order of the names: its name, its shape, and its values as little-endian
    float32. So the same weights have the same digest as ``.pth`` and as ``.safetensors``, and a half-precision file the
    same as the network that was made of it.

    Returns
    -------
    str
        Hexadecimal.
    """
    digest = hashlib.sha256()
    for name in sorted(tensors):
        values = tensors[name].detach().cpu().float().contiguous().numpy().astype("<f4", copy=False)
        digest.update(f"{name} {'x'.join(map(str, values.shape))}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def _check(sam: Sam, config: AdapterConfig) -> None:
    names = sam.state_dict().keys()
    if any(".lora_" in name or ".cbam." in name for name in names):
        raise ConfigError("The network has adapters already", "Load the network that they were put on")
    blocks = len(sam.image_encoder.blocks)
    named = (*(config.lora.blocks or () if config.lora else ()), *(config.cbam.blocks if config.cbam else ()))
    wrong = sorted({index for index in named if not 0 <= index < blocks})
    if wrong:
        raise ConfigError(
            f"The image encoder has no block {', '.join(map(str, wrong))}", f"Choose from 0 to {blocks - 1}"
        )
