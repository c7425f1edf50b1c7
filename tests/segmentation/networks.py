"""Networks for the tests: segment_anything's classes, small and with random weights."""

from pathlib import Path

import torch

from napari_spinalsam.imaging.window import Window
from napari_spinalsam.network.checkpoint import compare_parameters, shapes_of
from napari_spinalsam.network.small import SmallSamConfig, build_small_sam, save_small_sam
from napari_spinalsam.segmentation.model import NetworkInput, WeightsSource
from napari_spinalsam.segmentation.predictor import Predictor

CONFIG = SmallSamConfig(
    input_size=128, width=48, depth=2, heads=3, window_size=3, global_blocks=(1,), channels=32, decoder_mlp=64
)
WINDOW = Window(level=350, width=1500)


def random_sam(seed=0):
    torch.manual_seed(seed)
    sam = build_small_sam(CONFIG)
    for parameter in sam.parameters():
        if parameter.dim() > 1:  # larger than the usual start, so that masks are neither empty nor full
            torch.nn.init.normal_(parameter, std=0.2)
    return sam.eval()


def random_predictor(folder: Path, *, dense_prompts=True, close_ups=False, store=None, seed=0):
    """A predictor whose weights file exists, so that it can be described."""
    sam = random_sam(seed)
    save_small_sam(folder, CONFIG, sam.state_dict(), {})
    shapes = shapes_of(sam.state_dict())
    source = WeightsSource("random", folder / "model.safetensors", compare_parameters(shapes, shapes))
    return Predictor(sam, NetworkInput(WINDOW, dense_prompts, close_ups), source, "cpu", store)
