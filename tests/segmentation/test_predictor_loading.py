"""A predictor from a name or a path; the bundled one on the sample CT and on real slices."""

import shutil

import numpy as np
import pytest
import torch
from networks import CONFIG, random_sam
from scipy import ndimage

from napari_spinalsam import folders, weights
from napari_spinalsam.errors import ConfigError, WeightsError
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.metrics import dice
from napari_spinalsam.network.build import build_sam
from napari_spinalsam.network.checkpoint import shapes_of
from napari_spinalsam.network.small import save_small_sam
from napari_spinalsam.segmentation.loading import load_predictor
from napari_spinalsam.segmentation.prompts import Box, Prompts
from napari_spinalsam.segmentation.slice_image import model_slice


@pytest.fixture(scope="module")
def bundled():
    return load_predictor("bundled", "cpu")


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    save_small_sam(folder, CONFIG, random_sam().state_dict(), {})
    return folder


@pytest.fixture
def published(tmp_path):
    """A checkpoint of SAM ViT-B in which every tensor is one small number, so that the file is small."""
    shapes = shapes_of(build_sam("vit_b", without_memory=True).state_dict())
    path = tmp_path / "sam_vit_b_01ec64.pth"
    torch.save({name: torch.tensor(0.01).expand(shape) for name, shape in shapes.items()}, path)
    return path


def tight(mask):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return Box(columns[0] - 0.5, rows[0] - 0.5, columns[-1] + 0.5, rows[-1] + 0.5)


def test_a_small_sam_is_loaded_from_its_folder_or_its_file(small):
    for path in (small, small / "model.safetensors"):
        predictor = load_predictor(path, "cpu")
        assert predictor.input_size == CONFIG.input_size
        assert predictor.network_input.dense_prompts
        assert predictor.network_input.window.level == CONFIG.window_level
        assert predictor.describe_model().comparison.fits


def test_a_published_checkpoint_is_loaded(published):
    predictor = load_predictor(published, "cpu")
    assert predictor.input_size == 1024
    assert not predictor.network_input.dense_prompts
    report = str(predictor.describe_model())
    assert report.startswith("sam_vit_b_01ec64.pth: 93.7 million parameters, 1024 px input, all 314 tensors match")


def test_a_folder_with_one_checkpoint_will_do(published):
    assert load_predictor(published.parent, "cpu").source.path == published
    shutil.copy(published, published.with_name("other.pth"))
    with pytest.raises(WeightsError, match="holds 2 checkpoint files"):
        load_predictor(published.parent)


def test_a_downloaded_model_is_found_by_name(published, tmp_path, monkeypatch):
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path / "home"))
    with pytest.raises(WeightsError, match="models download vit_b"):
        load_predictor("vit_b")
    place = tmp_path / "home" / "models" / "vit_b"
    place.mkdir(parents=True)
    published.rename(place / published.name)
    predictor = load_predictor("vit_b", "cpu")
    assert predictor.source.name == "vit_b"


def test_what_is_no_model(tmp_path, small):
    with pytest.raises(WeightsError, match="no checkpoint file"):
        load_predictor(tmp_path)
    (small / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(WeightsError):
        load_predictor(small)
    (tmp_path / "notes.pth").write_text("no weights")
    with pytest.raises(WeightsError, match=r"notes.pth is no checkpoint file"):
        load_predictor(tmp_path / "notes.pth")
    with pytest.raises(WeightsError, match=r"no model and no file 'absent.pth'"):
        load_predictor("absent.pth")


def test_a_device_that_is_not_there(small):
    with pytest.raises(ConfigError, match="There is no device 'cuda:99'"):
        load_predictor(small, "cuda:99")


def test_the_bundled_model_fits_its_network(bundled):
    report = bundled.describe_model()
    assert report.name == "spinalsam-small"
    assert report.comparison.fits
    assert report.path.is_relative_to(weights.bundled_path("spinalsam-small"))


@pytest.mark.parametrize("axis", ["axial", "sagittal", "coronal"])
def test_the_bundled_model_outlines_vertebrae_of_the_sample(bundled, sample, axis):
    volume, labels = sample
    moved = np.moveaxis(labels, ("axial", "coronal", "sagittal").index(axis), 0)
    index = int(np.argmax((moved > 0).sum((1, 2))))
    truth = moved[index] > 0
    parts, n = ndimage.label(truth)
    boxes = tuple(tight(parts == i) for i in range(1, n + 1) if (parts == i).sum() > 50)
    embedding = bundled.embed(model_slice(volume, axis, index))
    found = bundled.predict(embedding, Prompts(boxes=boxes)).masks[0]
    assert dice(found, truth) > 0.85


@pytest.mark.data
@pytest.mark.parametrize("view", ["axial", "sagittal"])
def test_the_bundled_model_outlines_real_bone(bundled, shared_data, view):
    images = sorted((shared_data / "qilu_slices" / view / "images").iterdir())
    masks = shared_data / "qilu_slices" / view / "masks"
    overlaps = [_overlap_by_boxes(bundled, image, masks / image.name) for image in images]
    assert np.mean(overlaps) > 0.85
    assert min(overlaps) > 0.7


def _overlap_by_boxes(predictor, image, mask):
    """Dice of one slice prompted by the exact box of each part of the truth."""
    truth = read_volume(mask).array[0] > 127
    parts, n = ndimage.label(truth)
    sizes = np.bincount(parts.ravel())
    boxes = tuple(tight(parts == i) for i in range(1, n + 1) if sizes[i] > 50)
    embedding = predictor.embed(model_slice(read_volume(image), "axial", 0))
    return dice(predictor.predict(embedding, Prompts(boxes=boxes)).masks[0], truth)
