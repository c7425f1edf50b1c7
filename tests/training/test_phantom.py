import numpy as np
import pytest

from napari_spinalsam.training.phantom import load_stage, make_phantom
from napari_spinalsam.training.spine_shapes import PELVIS, RIBS, SACRUM


@pytest.fixture(scope="module")
def phantoms(stage):
    return [make_phantom(stage, (1, i), 160) for i in range(24)]


def test_the_longest_side_is_as_asked_and_types_are_bytes(phantoms):
    for phantom in phantoms:
        assert max(phantom.image.shape) == 160
        assert phantom.image.shape == phantom.labels.shape
        assert phantom.image.dtype == phantom.labels.dtype == np.uint8


def test_labels_are_vertebrae_or_the_made_up_bones(phantoms):
    found = set(np.unique(np.concatenate([phantom.labels.ravel() for phantom in phantoms])).tolist())
    assert {1, 2, 3} <= found <= {0, 1, 2, 3, SACRUM, PELVIS, RIBS}


def test_bone_is_brighter_than_what_lies_around_it(phantoms):
    """In the shell, that is: the core may be as dark as muscle."""
    from scipy import ndimage

    brighter = []
    for phantom in phantoms:
        bone = phantom.labels > 0
        shell = bone & ~ndimage.binary_erosion(bone, iterations=2)
        around = ndimage.binary_dilation(bone, iterations=5) & ~ndimage.binary_dilation(bone, iterations=2)
        if shell.sum() > 100 and around.sum() > 100:
            brighter.append(phantom.image[shell].mean() > phantom.image[around].mean())
    assert len(brighter) > 12
    assert np.mean(brighter) > 0.9


def test_the_same_seed_paints_the_same_slice_and_another_one_another(stage):
    first, again, other = (make_phantom(stage, seed, 96) for seed in ((5, 1), (5, 1), (5, 2)))
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.labels, again.labels)
    assert first.image.shape != other.image.shape or not np.array_equal(first.image, other.image)


@pytest.mark.data
def test_real_label_maps_make_a_stage(shared_data):
    stage = load_stage(shared_data, seed=0, sacra=(1, 2))
    assert len(stage.spines) == len(stage.shares) == 3
    assert [len(spine.centres) for spine in stage.spines] == [9, 6, 6]
    phantom = make_phantom(stage, (0, 0), 256)
    assert phantom.labels.any()
