import numpy as np
import pytest

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.dataset import SamplePool, frame_sample
from napari_spinalsam.training.phantom import Phantom


def test_a_framed_sample_has_its_margins_cropped_and_its_longest_side_filled():
    image = np.zeros((60, 100), np.uint8)
    image[10:50, 20:70] = 120
    labels = np.zeros_like(image)
    labels[20:30, 30:50] = 2
    sample = frame_sample(Phantom(image, labels), 128)
    assert sample.scaled == (102, 128)
    assert (sample.image[:102] == 120).all()
    assert not sample.image[102:].any()
    rows, columns = np.nonzero(sample.labels)
    scale = 128 / 50
    assert rows.min() == pytest.approx(10 * scale, abs=1)
    assert rows.max() + 1 == pytest.approx(20 * scale, abs=1)
    assert columns.min() == pytest.approx(10 * scale, abs=1)
    assert columns.max() + 1 == pytest.approx(30 * scale, abs=1)


def test_a_pool_filled_in_two_goes_equals_one_filled_at_once(stage, tmp_path):
    once = SamplePool.create(tmp_path / "once", size=64, capacity=4, seed=(8,))
    once.fill(stage, 4)
    twice = SamplePool.create(tmp_path / "twice", size=64, capacity=4, seed=(8,))
    twice.fill(stage, 2)
    assert twice.filled == 2
    SamplePool.create(tmp_path / "twice", size=64, capacity=4, seed=(8,)).fill(stage, 9)
    assert twice.filled == 4
    for i in range(4):
        assert np.array_equal(once[i].image, twice[i].image)
        assert np.array_equal(once[i].labels, twice[i].labels)
        assert once[i].scaled == twice[i].scaled


def test_a_pool_of_another_run_is_refused(pool):
    with pytest.raises(ConfigError, match="another run"):
        SamplePool.create(pool.folder, size=pool.size, capacity=pool.capacity, seed=(99,))


def test_waiting_for_samples_that_are_there_returns(pool):
    pool.wait_for(pool.capacity)
    assert pool.filled == pool.capacity
