import json

import pytest
import torch

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.network.small import (
    CONFIG_FILE,
    WEIGHTS_FILE,
    SmallSamConfig,
    build_small_sam,
    load_small_sam,
    read_small_sam_config,
    save_small_sam,
)

TINY = SmallSamConfig(
    input_size=64, width=24, depth=2, heads=3, window_size=2, global_blocks=(1,), channels=16, decoder_mlp=32
)


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    save_small_sam(tmp_path, TINY, build_small_sam(TINY).state_dict(), {"steps": 3})
    return tmp_path


def test_classes_are_segment_anythings_own():
    sam = build_small_sam(TINY)  # mends torchvision before segment_anything is imported
    from segment_anything.modeling import Sam

    assert type(sam) is Sam
    assert {type(module).__module__.split(".")[0] for module in sam.modules()} == {"segment_anything", "torch"}


def test_default_network_fits_the_package():
    parameters = sum(p.numel() for p in build_small_sam(SmallSamConfig()).parameters())
    assert parameters * 2 < 40e6  # bytes in fp16


def test_masks_and_candidates_have_the_sizes_that_the_config_says():
    sam = build_small_sam(TINY).eval()
    with torch.inference_mode():
        embedding = sam.image_encoder(torch.zeros(1, 3, 64, 64))
        sparse, dense = sam.prompt_encoder(points=None, boxes=torch.tensor([[1.0, 1, 9, 9]]), masks=None)
        masks, iou = sam.mask_decoder.predict_masks(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense)
    assert masks.shape == (1, 4, 16, 16)
    assert iou.shape == (1, 4)


def test_saved_network_loads_as_half_precision_rounds_it(folder):
    torch.manual_seed(0)
    sam = build_small_sam(TINY)
    loaded, config = load_small_sam(folder)
    assert config == TINY
    assert not loaded.training
    for name, value in sam.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value.half().float()), name


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        load_small_sam(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"architecture": "vit_b"}'])
def test_a_config_of_something_else_is_refused(folder, text):
    (folder / CONFIG_FILE).write_text(text)
    with pytest.raises(WeightsError):
        read_small_sam_config(folder)


@pytest.mark.parametrize("change", [{"depth": None}, {"deptth": 3}])
def test_a_config_with_a_wrong_field_says_which(folder, change):
    content = json.loads((folder / CONFIG_FILE).read_text()) | change
    content = {key: value for key, value in content.items() if value is not None}
    (folder / CONFIG_FILE).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match=next(iter(change))):
        read_small_sam_config(folder)


def test_truncated_weights_are_refused(folder):
    path = folder / WEIGHTS_FILE
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(WeightsError, match="cannot be read"):
        load_small_sam(folder)


def test_weights_of_another_size_are_refused(folder):
    content = json.loads((folder / CONFIG_FILE).read_text()) | {"channels": 32}
    (folder / CONFIG_FILE).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="does not fit"):
        load_small_sam(folder)
