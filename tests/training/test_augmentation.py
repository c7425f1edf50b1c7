"""Slices are varied with their labels, and the anatomy stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.training.augmentation import augment, unpadded
from napari_spinalsam.training.dataset import FramedSample


def sample(rows=48, columns=64):
    image, labels = np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8)
    image[:rows, :columns] = 40
    image[8:20, 10:22], labels[8:20, 10:22] = 200, 7  # up and to the left
    return FramedSample(image, labels, (rows, columns))


@given(st.integers(0, 2**32))
def test_labels_stay_on_what_they_label(seed):
    image, labels = augment(np.random.default_rng(seed), sample())
    assert image.shape == labels.shape == (48, 64)
    assert image.min() >= 0
    assert image.max() <= 255
    assert set(np.unique(labels)) <= {0, 7}
    inside = image.numpy()[labels > 0]
    assert inside.size > 60
    outside = image.numpy()[(labels == 0)]
    assert inside.mean() > outside.mean() + 50


@given(st.integers(0, 2**32))
def test_nothing_is_mirrored_or_turned_far(seed):
    _, labels = augment(np.random.default_rng(seed), sample())
    row, column = np.argwhere(labels).mean(0)
    assert row < 24
    assert column < 32
    assert 0.6 < (labels > 0).sum() / 144 < 1.5


def test_the_same_generator_gives_the_same_and_another_does_not():
    one, again, other = (augment(np.random.default_rng(seed), sample())[0].numpy() for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_as_it_is():
    image, labels = unpadded(sample())
    assert image.shape == labels.shape == (48, 64)
    assert image.max() == 200
