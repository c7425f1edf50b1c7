from __future__ import annotations

import numpy as np
from blocks import blocks_volume

from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.image_identity import ImageIdentity


def test_the_same_voxels_are_the_same_image_whatever_the_file_is_called(tmp_path):
    first, second = (ImageIdentity.of(blocks_volume(tmp_path / name)) for name in ("a.nii", "b.nii"))
    assert first.signature == second.signature
    assert first.path != second.path
    assert first.fits(blocks_volume())


def test_one_voxel_or_the_type_of_the_voxels_makes_another_image():
    volume = blocks_volume()
    array = volume.array.copy()
    array[3, 4, 5] += 1
    others = [Volume(array, volume.affine, "hu"), Volume(volume.array.astype(np.float32), volume.affine, "hu")]
    signatures = {ImageIdentity.of(each).signature for each in (volume, *others)}
    assert len(signatures) == 3


def test_how_the_voxels_lie_in_memory_does_not_matter():
    volume = blocks_volume()
    turned = Volume(np.asfortranarray(volume.array), volume.affine, "hu")
    assert ImageIdentity.of(turned) == ImageIdentity.of(volume)


def test_it_survives_json_to_the_last_bit_of_the_affine():
    volume = blocks_volume()
    oblique = Volume(volume.array, volume.affine @ np.diag([1 / 3, 0.1, np.pi, 1]), "hu")
    identity = ImageIdentity.of(oblique)
    assert ImageIdentity.model_validate_json(identity.model_dump_json()) == identity
    assert identity.fits(oblique)
