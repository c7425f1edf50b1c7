from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
from napari.layers import Labels

from napari_spinalsam._napari.layer_data import labels_layer
from napari_spinalsam._napari.writers import world_affine, write_labels_layer
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging import geometry, nifti


def save(layer: Labels, path) -> nib.Nifti1Image:
    data, attributes, _ = layer.as_layer_data_tuple()
    (written,) = write_labels_layer(str(path), data, attributes)
    return nib.load(written)


def test_labels_on_a_file_are_saved_on_its_grid(tmp_path):
    affine = np.array([[0, 0, 2.0, -10], [-0.5, 0, 0, 20], [0, -0.5, 0, 30], [0, 0, 0, 1]])
    hu = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
    nib.save(nib.Nifti1Image(hu, affine), tmp_path / "ct.nii.gz")
    volume = nifti.read_nifti(tmp_path / "ct.nii.gz")
    data, attributes, _ = labels_layer(volume.array.astype(np.uint16), volume, "labels")
    written = save(Labels(data, **attributes), tmp_path / "labels.nii.gz")
    np.testing.assert_array_equal(np.asarray(written.dataobj), hu)
    np.testing.assert_allclose(written.affine, affine)


def test_labels_of_any_layer_keep_their_place(tmp_path):
    rotation = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
    layer = Labels(
        np.arange(24).reshape(2, 3, 4),
        scale=(3, 2, 1),
        translate=(10, 20, 30),
        rotate=rotation,
        affine=np.diag([1, 1, -1, 1]),
    )
    written = save(layer, tmp_path / "labels.nii")
    values = np.asarray(written.dataobj)
    for index in np.ndindex(*layer.data.shape):
        world = geometry.index_to_world(geometry.RAS_TO_IPL, layer.data_to_world(index))
        there = geometry.nearest_voxel(geometry.world_to_index(written.affine, world))
        assert values[tuple(there)] == layer.data[index]


def test_labels_of_a_picture_are_saved(tmp_path):
    written = save(Labels(np.array([[0, 1], [2, 3], [4, 5]]), scale=(0.5, 0.5)), tmp_path / "labels.nii")
    assert sorted(np.asarray(written.dataobj).ravel()) == [0, 1, 2, 3, 4, 5]
    assert sorted(written.header.get_zooms()) == [0.5, 0.5, 1]


def test_a_missing_suffix_is_added(tmp_path):
    (written,) = write_labels_layer(str(tmp_path / "L3"), np.ones((2, 3, 4), int), {})
    assert written == str(tmp_path / "L3.nii.gz")
    assert nib.load(written).shape == (2, 3, 4)


@pytest.mark.parametrize("data", [np.zeros((2, 2, 2, 2), int), np.zeros((0, 2), int), np.full((2, 2, 2), -1)])
def test_what_cannot_be_saved_is_told(tmp_path, data):
    with pytest.raises(LabelsError):
        write_labels_layer(str(tmp_path / "l.nii.gz"), data, {})
    assert list(tmp_path.iterdir()) == []


def test_the_transforms_are_composed_as_napari_does():
    layer = Labels(np.zeros((2, 3, 4), int), scale=(3, 2, 1), translate=(1, 2, 3), shear=(0.1, 0.2, 0.3))
    matrix = world_affine(layer.as_layer_data_tuple()[1], 3)
    for index in [(0, 0, 0), (1, 2, 3)]:
        np.testing.assert_allclose(geometry.index_to_world(matrix, index), layer.data_to_world(index))
