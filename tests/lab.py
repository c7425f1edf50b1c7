"""A small laboratory: a network of a few thousand parameters, and patients whose vertebra is an ellipsoid."""

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import torch

from napari_spinalsam.network.small import SmallSamConfig, build_small_sam, save_small_sam

NETWORK = SmallSamConfig(
    input_size=64, width=24, depth=2, heads=2, window_size=2, global_blocks=(1,), channels=16, decoder_mlp=32
)
SHAPE = (40, 36, 6)  # columns, rows, slices
AFFINE = np.diag([1.0, 1.5, 3.0, 1.0])


def save_network(folder, seed=0):
    torch.manual_seed(seed)
    save_small_sam(folder, NETWORK, build_small_sam(NETWORK).state_dict(), {})
    return folder


def patient(seed, *, levels=(20,)):
    """HU and labels of one patient, (columns, rows, slices); a bright ellipsoid for each level, side by side."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij"))
    labels = np.zeros(SHAPE, np.uint8)
    for i, level in enumerate(levels):
        centre = np.array([12 + 16 * i, 18, 3])[:, None, None, None] + rng.uniform(-1, 1, (3, 1, 1, 1))
        radii = np.array([6, 8, 2.2])[:, None, None, None]
        labels[(((grid - centre) / radii) ** 2).sum(0) < 1] = level
    hu = np.where(labels > 0, 600, -20) + rng.normal(0, 40, SHAPE)
    return hu.astype(np.int16), labels


def save_volume(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(array, AFFINE), path)


def verse(folder, n=3, levels=(20,)):
    """A data set laid out as VerSe is."""
    for i in range(n):
        subject = f"sub-verse{i:03d}"
        hu, labels = patient(i, levels=levels)
        save_volume(folder / "rawdata" / subject / f"{subject}_ct.nii.gz", hu)
        save_volume(folder / "derivatives" / subject / f"{subject}_seg-vert_msk.nii.gz", labels)
        (folder / "derivatives" / subject / f"{subject}_seg-vert_snp.png").write_bytes(b"a preview")
    return folder


def pictures(folder, patients=("Case1", "Case2"), slices=3):
    """Two folders of PNG pairs."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(patients):
        hu, labels = patient(i)
        for k in range(slices):
            grey = np.clip(hu[:, :, k + 1].T / 4 + 60, 0, 255).astype(np.uint8)
            iio.imwrite(folder / "images" / f"{name}_{k:02d}.png", grey)
            iio.imwrite(folder / "masks" / f"{name}_{k:02d}.png", (labels[:, :, k + 1].T > 0).astype(np.uint8) * 255)
    return folder / "images", folder / "masks"
