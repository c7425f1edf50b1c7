"""What is known of a loaded network beside its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from napari_spinalsam.imaging.window import Window
from napari_spinalsam.network.checkpoint import ParameterComparison


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """What a network expects beside its weights.

    Parameters
    ----------
    window : Window
        The HU window that it was trained with.
    dense_prompts : bool
        Whether prompts are drawn into the mask prompt too (`segmentation.dense_prompt`).
    close_ups : bool
        Whether small boxes are answered from an enlarged part of the slice (`segmentation.close_up`): for networks that
        are quick enough to embed it while the user waits, and that were trained on slices of any size.
    """

    window: Window
    dense_prompts: bool
    close_ups: bool = False


@dataclass(frozen=True, slots=True)
class WeightsSource:
    """Where a network's weights came from and how they fit.

    Parameters
    ----------
    name : str
        For the user, e.g. "vit_b".
    path : Path
        The file.
    comparison : ParameterComparison
        Of the file's tensors with the network's.
    """

    name: str
    path: Path
    comparison: ParameterComparison


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What CHECK_MODEL tells; ``str`` of it is for the user.

    Parameters
    ----------
    name, path, comparison
        As in `WeightsSource`.
    sha256 : str
        Of the file, hexadecimal.
    parameters : int
        Numbers in the network.
    input_size : int
        Side of its square input, in pixels.
    """

    name: str
    path: Path
    sha256: str
    parameters: int
    input_size: int
    comparison: ParameterComparison

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.parameters / 1e6:.1f} million parameters, {self.input_size} px input, "
            f"{self.comparison}; {self.path}, SHA-256 {self.sha256[:12]}…"
        )
