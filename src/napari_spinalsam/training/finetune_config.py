"""Settings of a fine-tuning run, from a TOML file or the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.imaging.volume import Axis
from napari_spinalsam.network.adapter import CbamSettings, LoraSettings
from napari_spinalsam.training.case_reading import Classes

#: Settings that may differ between a run and the one that continues it: they change no step that was taken.
MAY_CHANGE: Final = frozenset({"out", "epochs", "patience", "device", "tensorboard"})

#: Number formats of the forward pass.
Precision = Literal["auto", "bfloat16", "float16", "float32"]


class FinetuneConfig(BaseModel):
    """How a network is fine-tuned on a lab's own images; the defaults are the paper's where it names a value.

    Parameters
    ----------
    images, masks : Path
        Folders of images and of masks, see `training.cases.find_cases`; without `masks` both lie in one tree.
    out : Path
        Gets adapters, checkpoint, log, curve and prepared slices.
    model : str
        The network to adapt: as for `segmentation.loading.load_network`, but no adapters.
    axis : {"axial", "coronal", "sagittal"}
        How volumes are cut.
    classes : {"binary", "each", "union"}
        What the values of a mask mean, see `training.case_reading`.
    patient_pattern : str, optional
        Regular expression that finds the patient in a path.
    validation_share : float
        Share of the patients that are held out.
    max_slices : int, optional
        At most so many slices to train on, and a quarter as many held out, chosen at random.
    lora, cbam : settings or None
        None: without.
    decoder : bool
        Whether the mask decoder is trained too.
    full : bool
        Train the image encoder and the mask decoder themselves, all but the prompt encoder, instead of adapters: there
        is no LoRA and no CBAM then.
    epochs : int
    batch : int
        Slices a step; their gradients are accumulated one by one, so memory does not depend on it.
    prompts : int
        Structures prompted in a slice.
    rounds : int
        A slice gets one prompt and up to ``rounds - 1`` corrective clicks, drawn evenly.
    point_share : float
        Share of the slices whose first prompts are clicks instead of boxes.
    learning_rate : float
        Adam's.
    patience : int, optional
        Stop when the Dice of the held-out patients has not risen for so many epochs.
    precision : {"auto", "bfloat16", "float16", "float32"}
        Number format of the forward pass. "auto" is bfloat16 where the hardware multiplies it, else float16 on a CUDA
        GPU, else float32. Only CUDA GPUs train in float16; the loss is scaled then, so that small gradients do not
        vanish.
    tensorboard : bool
        Whether TensorBoard logs are written too.
    device : str, optional
        As torch names it; the best at hand by default.
    seed : int
        Of the split, the adapters and every choice in training.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: Path
    masks: Path | None = None
    out: Path = Path("spinalsam-finetuned")
    model: str = "bundled"
    axis: Axis = "axial"
    classes: Classes = "binary"
    patient_pattern: str | None = None
    validation_share: float = Field(default=0.2, ge=0, lt=1)
    max_slices: int | None = Field(default=None, ge=1)
    lora: LoraSettings | None = LoraSettings()
    cbam: CbamSettings | None = CbamSettings()
    decoder: bool = True
    full: bool = False
    epochs: int = Field(default=20, ge=1)
    batch: int = Field(default=4, ge=1)
    prompts: int = Field(default=4, ge=1)
    rounds: int = Field(default=4, ge=1)
    point_share: float = Field(default=0.2, ge=0, le=1)
    learning_rate: float = Field(default=1e-4, gt=0)
    patience: int | None = Field(default=5, ge=1)
    precision: Precision = "auto"
    tensorboard: bool = False
    device: str | None = None
    seed: int = Field(default=0, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _without_adapters(cls, settings: dict[str, Any]) -> dict[str, Any]:
        """Leave out the adapters that a full run has not by default."""
        return {"lora": None, "cbam": None} | settings if settings.get("full") else settings

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.full and (self.lora or self.cbam or not self.decoder):
            raise ValueError("full fine-tuning trains the network itself: leave lora, cbam and decoder out")
        if not (self.full or self.lora or self.cbam or self.decoder):
            raise ValueError("without LoRA, CBAM and decoder nothing is trained")
        return self


def make_config(settings: Mapping[str, Any]) -> FinetuneConfig:
    """Check settings.

    Raises
    ------
    ConfigError
        If one is missing, unknown or makes no sense; the message names it.
    """
    try:
        return FinetuneConfig.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the settings"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{where}: {message}", "See docs/training.md for the settings") from error


def read_settings(path: Path) -> dict[str, Any]:
    """Read a TOML file of settings; its relative paths are taken from where the file lies.

    ``lora = false`` and ``cbam = false`` stand for None, which TOML has not.

    Raises
    ------
    ConfigError
        If the file cannot be read or is no TOML.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror})", "Check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML file: {error}", "Mend it") from error
    for name in ("lora", "cbam"):
        if settings.get(name) is False:
            settings[name] = None
    for name in ("images", "masks", "out"):
        if isinstance(settings.get(name), str):
            settings[name] = path.parent / Path(settings[name]).expanduser()
    return settings
