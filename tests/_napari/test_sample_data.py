from __future__ import annotations

import numpy as np
from napari.layers import Image, Labels, Layer

from napari_spinalsam._napari.layer_data import volume_of
from napari_spinalsam._napari.sample_data import sample_layers


def test_the_sample_is_a_ct_with_its_truth(sample):
    volume, labels = sample
    image, truth = (Layer.create(*data) for data in sample_layers())
    assert isinstance(image, Image)
    assert isinstance(truth, Labels)
    assert image.name == "Synthetic lumbar CT"
    assert image.name != truth.name
    assert not truth.visible
    np.testing.assert_array_equal(image.data, volume.array)
    np.testing.assert_array_equal(truth.data, labels)
    np.testing.assert_allclose(image.affine.affine_matrix, volume.napari_affine)
    np.testing.assert_allclose(truth.affine.affine_matrix, volume.napari_affine)
    assert volume_of(truth.metadata).array is image.data
