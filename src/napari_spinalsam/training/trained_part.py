"""What a fine-tuning run trains and leaves behind: adapters, or the network itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

import torch
from torch import Tensor

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.network.adapter import AdapterConfig, adapter_tensors, apply_adapters, weights_digest
from napari_spinalsam.network.adapter_file import save_adapters
from napari_spinalsam.network.checkpoint import save_sam_checkpoint
from napari_spinalsam.network.small import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    SmallSamConfig,
    read_small_sam_config,
    save_small_sam,
)

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

    from napari_spinalsam.segmentation.loading import LoadedNetwork


class TrainedPart(Protocol):
    """The part of a network that a run trains; every other parameter is frozen."""

    #: Folder within the run's own that it is saved to.
    folder: ClassVar[str]

    @property
    def base_sha256(self) -> str:
        """`weights_digest` of the network that the run began with."""

    def tensors(self, sam: Sam) -> dict[str, Tensor]:
        """Name -> tensor of all that may have changed."""

    def save(self, out: Path, sam: Sam) -> Path:
        """Write it such that ``--model`` takes the folder, which is returned.

        Raises
        ------
        WeightsError
            If it cannot be written; what was saved before stays whole then.
        """


@dataclass(frozen=True)
class Adapters:
    """LoRA, CBAM and the mask decoder, as far as the config has them, saved without the network they belong to.

    Parameters
    ----------
    config : AdapterConfig
        What `apply_adapters` returned.
    """

    folder: ClassVar[str] = "adapters"
    config: AdapterConfig

    @classmethod
    def put_on(cls, sam: Sam, config: AdapterConfig) -> Adapters:
        """Put fresh adapters on a network, in place."""
        return cls(apply_adapters(sam, config))

    @property
    def base_sha256(self) -> str:  # noqa: D102 - as in the protocol
        return self.config.base_sha256

    def tensors(self, sam: Sam) -> dict[str, Tensor]:  # noqa: D102
        return adapter_tensors(sam, self.config)

    def save(self, out: Path, sam: Sam) -> Path:  # noqa: D102
        return save_adapters(out / self.folder, sam, self.config)


@dataclass(frozen=True)
class WholeNetwork:
    """Image encoder and mask decoder themselves; the prompt encoder stays as it is.

    Parameters
    ----------
    base_sha256 : str
    base : str
        The network that the run began with, for the record.
    small : SmallSamConfig or None
        Of a small SAM; None for a published one.
    """

    folder: ClassVar[str] = "network"
    base_sha256: str
    base: str
    small: SmallSamConfig | None = field(default=None)

    @classmethod
    def of(cls, network: LoadedNetwork, base: str) -> WholeNetwork:
        """Unfreeze a network, in place."""
        sam, file = network.sam, network.source.path
        sam.requires_grad_(requires_grad=False)
        sam.image_encoder.requires_grad_(requires_grad=True)
        sam.mask_decoder.requires_grad_(requires_grad=True)
        is_small = file.name == WEIGHTS_FILE and (file.parent / CONFIG_FILE).is_file()
        return cls(weights_digest(sam.state_dict()), base, read_small_sam_config(file.parent) if is_small else None)

    def tensors(self, sam: Sam) -> dict[str, Tensor]:  # noqa: D102
        return {name: tensor for name, tensor in sam.state_dict().items() if not name.startswith("prompt_encoder.")}

    def save(self, out: Path, sam: Sam) -> Path:  # noqa: D102
        folder = out / self.folder
        try:
            if self.small is None:
                save_sam_checkpoint(folder / WEIGHTS_FILE, sam)
            else:
                record = {"base": self.base, "base_sha256": self.base_sha256}
                save_small_sam(folder, self.small, sam.state_dict(), record, torch.float32)
        except OSError as error:
            raise WeightsError(
                f"The network cannot be written to {folder} ({error.strerror or error})",
                "Make room, or choose another folder",
            ) from error
        return folder
