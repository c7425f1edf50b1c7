"""Meta's Segment Anything in its three published sizes, built by segment_anything's own code.

Kirillov et al. 2023, Segment Anything: ViT-B, ViT-L and ViT-H image encoders with the same prompt encoder and mask
decoder. No weights are here; `network.checkpoint` loads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args

import torch

from napari_spinalsam.torchvision_mend import mend_torchvision

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

ModelType = Literal["vit_b", "vit_l", "vit_h"]
MODEL_TYPES: Final[tuple[ModelType, ...]] = get_args(ModelType)

#: Tensor that tells the sizes apart, and its last dimension: the width of the image encoder.
WIDTH_TENSOR: Final = "image_encoder.pos_embed"
_WIDTHS: Final[Mapping[int, ModelType]] = {768: "vit_b", 1024: "vit_l", 1280: "vit_h"}


def build_sam(model_type: ModelType, *, without_memory: bool = False) -> Sam:
    """Build one of the published networks, with random weights.

    Parameters
    ----------
    model_type : {"vit_b", "vit_l", "vit_h"}
    without_memory : bool
        Make the parameters on torch's "meta" device: names, shapes and no values. It takes no time, and a checkpoint
        loaded with ``load_state_dict(..., assign=True)`` fills it.

    Returns
    -------
    segment_anything.modeling.Sam
        In evaluation mode, float32, on the CPU or without memory.
    """
    mend_torchvision()
    from segment_anything import sam_model_registry

    with torch.device("meta" if without_memory else "cpu"):
        sam: Sam = sam_model_registry[model_type]()
    return sam.eval()


def guess_model_type(shapes: Mapping[str, tuple[int, ...]]) -> ModelType | None:
    """Tell which of the published networks a state dict belongs to, from the shapes of its own tensors.

    Returns
    -------
    str or None
        None where the image encoder's position embedding is missing or as wide as in none of them.
    """
    shape = shapes.get(WIDTH_TENSOR)
    return _WIDTHS.get(shape[-1]) if shape else None
