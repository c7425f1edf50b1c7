"""A small volume with structures of known size."""

from __future__ import annotations

import numpy as np

from napari_spinalsam.imaging.volume import Volume

SHAPE = (12, 40, 48)


def blocks_volume(path=None) -> Volume:
    """Two bright blocks (700 and 500 HU) in soft tissue (40 HU) in air; voxels of 2 x 0.5 x 0.5 mm."""
    array = np.full(SHAPE, -1000, dtype=np.int16)
    array[1:11, 3:37, 3:45] = 40
    array[3:9, 8:20, 8:22] = 700
    array[4:10, 22:34, 26:40] = 500
    affine = np.array([[0, 0, -0.5, 0], [0, -0.5, 0, 0], [-2.0, 0, 0, 0], [0, 0, 0, 1]])
    return Volume(array, affine, "hu", path)
