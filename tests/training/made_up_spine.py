"""A made-up label map of three vertebra-like blobs and a CT to go with it: a stage that needs no data."""

import numpy as np

from napari_spinalsam.network.small import SmallSamConfig
from napari_spinalsam.training.phantom import LabelMap, build_stage

VOXEL_MM = 2.0
SHAPE = (56, 50, 50)
#: As small as segment_anything's classes allow: 8 x 8 patches.
TINY = SmallSamConfig(
    input_size=128, width=24, depth=2, heads=3, window_size=2, global_blocks=(1,), channels=16, decoder_mlp=32
)


def made_up_label_map() -> LabelMap:
    z, y, x = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]].astype(np.float32)
    labels = np.zeros(SHAPE, np.float32)
    for value, centre in enumerate((10, 27, 44), start=20):
        body = ((z - centre) / 6) ** 4 + ((y - 18) / 8) ** 2 + ((x - 25) / 11) ** 2 < 1
        process = (abs(z - centre - 4) < 2) & (abs(x - 25) < 2) & (y > 24) & (y < 42)
        labels[body | process] = value
    return LabelMap(labels, np.full(3, VOXEL_MM))


def made_up_stage():
    label_map = made_up_label_map()
    ct = np.where(label_map.array > 0, 400.0, 40.0).astype(np.float32)
    ct += np.random.default_rng(0).normal(0.0, 10.0, SHAPE).astype(np.float32)
    return build_stage((label_map, label_map), (0.6, 0.4), ct, seed=0)
