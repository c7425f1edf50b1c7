"""A small SAM: segment_anything's own classes with fewer, narrower blocks and a smaller input.

The module tree and the state dict names are those of ``segment_anything.modeling.Sam``; only the sizes differ
(Kirillov et al. 2023, Segment Anything, appendix A, describes the published ones). So everything that runs the
published checkpoints runs this one too.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save
from torch import nn

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.torchvision_mend import mend_torchvision

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

ARCHITECTURE = "spinalsam-small"
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class SmallSamConfig:
    """Sizes of a small SAM and what it expects of its input.

    Parameters
    ----------
    input_size : int
        Side of the square network input in pixels; a multiple of ``patch_size``.
    patch_size, width, depth, heads, window_size : int
        The image encoder: patch side in pixels, channels, blocks, attention heads, window side in patches.
    global_blocks : tuple of int
        The blocks that attend to the whole image instead of to their window.
    channels : int
        Channels of the embedding, the prompt encoder and the mask decoder.
    decoder_mlp : int
        Hidden width of the two-way transformer's MLP.
    candidates : int
        Masks beside the single-mask token, as SAM's three for ambiguous prompts.
    grey_mean, grey_std : float
        Normalisation of the input, in grey levels 0..255.
    window_level, window_width : float
        The HU window, in HU, that a volume goes through before it reaches the network.
    dense_prompts : bool
        Whether boxes and clicks are also drawn into the mask prompt (see ``segmentation.dense_prompt``).
    close_ups : bool
        Whether small boxes are answered from an enlarged part of the slice (see ``segmentation.close_up``).
    """

    input_size: int = 512
    patch_size: int = 16
    width: int = 192
    depth: int = 8
    heads: int = 3
    window_size: int = 8
    global_blocks: tuple[int, ...] = (1, 3, 5, 7)
    channels: int = 128
    decoder_mlp: int = 512
    candidates: int = 3
    grey_mean: float = 90.0
    grey_std: float = 65.0
    window_level: float = 350.0
    window_width: float = 1500.0
    dense_prompts: bool = True
    close_ups: bool = True


def build_small_sam(config: SmallSamConfig) -> Sam:
    """Build the network with fresh weights.

    Parameters
    ----------
    config : SmallSamConfig
        The sizes.

    Returns
    -------
    segment_anything.modeling.Sam
        In training mode, float32, on the CPU.
    """
    mend_torchvision()
    from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    grid = config.input_size // config.patch_size
    return Sam(
        image_encoder=ImageEncoderViT(
            img_size=config.input_size,
            patch_size=config.patch_size,
            embed_dim=config.width,
            depth=config.depth,
            num_heads=config.heads,
            out_chans=config.channels,
            norm_layer=partial(nn.LayerNorm, eps=1e-6),
            use_rel_pos=True,
            window_size=config.window_size,
            global_attn_indexes=config.global_blocks,
        ),
        prompt_encoder=PromptEncoder(
            embed_dim=config.channels,
            image_embedding_size=(grid, grid),
            input_image_size=(config.input_size, config.input_size),
            mask_in_chans=16,
        ),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=config.candidates,
            transformer=TwoWayTransformer(
                depth=2, embedding_dim=config.channels, mlp_dim=config.decoder_mlp, num_heads=8
            ),
            transformer_dim=config.channels,
            iou_head_depth=3,
            iou_head_hidden_dim=config.channels,
        ),
        pixel_mean=[config.grey_mean] * 3,
        pixel_std=[config.grey_std] * 3,
    )


def save_small_sam(
    folder: Path,
    config: SmallSamConfig,
    weights: dict[str, torch.Tensor],
    training: dict[str, Any],
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write the weights as safetensors, with their config, each file atomically.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; gets ``config.json`` and ``model.safetensors``.
    config : SmallSamConfig
        What ``build_small_sam`` needs.
    weights : dict of str to Tensor
        The network's state dict, any floating dtype.
    training : dict
        A JSON-able summary of how the weights came about, kept in the config file.
    dtype : torch.dtype
        Number format on disk; half precision by default, which is enough to run the network.

    Raises
    ------
    OSError
        If a file cannot be written; an older one stays whole then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.detach().to("cpu", dtype).contiguous() for name, value in weights.items()}
    text = json.dumps({"architecture": ARCHITECTURE, **asdict(config), "training": training}, indent=2)
    write_atomically(folder / WEIGHTS_FILE, save(tensors, metadata={"format": "pt"}))
    write_atomically(folder / CONFIG_FILE, f"{text}\n".encode())


def read_small_sam_config(folder: Path) -> SmallSamConfig:
    """Read ``config.json`` of a small SAM.

    Raises
    ------
    WeightsError
        If the file is missing, no JSON, of another architecture, or lacks or misspells a field.
    """
    path = folder / CONFIG_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} cannot be read: {error}", "Install the package again, or name another model"
        ) from error
    if not isinstance(content, dict) or content.get("architecture") != ARCHITECTURE:
        raise WeightsError(f"{path} does not describe a {ARCHITECTURE} network", "Name a folder that holds one")
    names = {field.name for field in fields(SmallSamConfig)}
    given = {name: value for name, value in content.items() if name not in ("architecture", "training")}
    if set(given) != names:
        wrong = ", ".join(sorted(names ^ set(given)))
        raise WeightsError(f"{path} lacks or misspells {wrong}", "Train the model again with this version")
    given["global_blocks"] = tuple(given["global_blocks"])
    return SmallSamConfig(**given)


def load_small_sam(folder: Path) -> tuple[Sam, SmallSamConfig]:
    """Load a small SAM from its folder; every tensor must match.

    Parameters
    ----------
    folder : Path
        Holds ``config.json`` and ``model.safetensors``.

    Returns
    -------
    sam : segment_anything.modeling.Sam
        In evaluation mode, float32, on the CPU.
    config : SmallSamConfig
        As read.

    Raises
    ------
    WeightsError
        If a file is missing or damaged, or a tensor is missing, superfluous or of another shape.
    """
    from safetensors import SafetensorError

    config = read_small_sam_config(folder)
    path = folder / WEIGHTS_FILE
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsError(
            f"{path} cannot be read: {error}", "Install the package again, or name another model"
        ) from error
    sam = build_small_sam(config)
    try:
        sam.load_state_dict({name: value.float() for name, value in weights.items()}, strict=True)
    except RuntimeError as error:
        raise WeightsError(f"{path} does not fit its config: {error}", "Train the model again") from error
    return sam.eval(), config
