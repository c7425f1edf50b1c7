"""Images and masks, paired and cut into slices."""

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.training.pairs import pair_files, truth_slices


@pytest.fixture
def folders(tmp_path):
    images, masks = tmp_path / "images", tmp_path / "masks"
    images.mkdir()
    masks.mkdir()
    return images, masks


def picture(path, *blobs, shape=(40, 50), value=255):
    array = np.zeros(shape, np.uint8)
    for rows, columns in blobs:
        array[rows, columns] = value
    iio.imwrite(path, array)
    return array


BIG, SMALL = (slice(5, 15), slice(5, 15)), (slice(20, 24), slice(30, 34))


def test_files_are_paired_by_stem_in_natural_order(folders):
    images, masks = folders
    for stem in ("case10", "case2", "case1"):
        picture(images / f"{stem}.jpg")
        picture(masks / f"{stem}.png")
    (images / "notes.txt").write_text("not an image")
    assert [(image.name, mask.name) for image, mask in pair_files(images, masks)] == [
        ("case1.jpg", "case1.png"),
        ("case2.jpg", "case2.png"),
        ("case10.jpg", "case10.png"),
    ]
    one = (images / "case2.jpg", masks / "case2.png")
    assert pair_files(*one) == [one]


def test_lonely_files_are_named(folders):
    images, masks = folders
    picture(images / "a.png")
    picture(masks / "a.png")
    picture(images / "b.png")
    picture(masks / "c.png")
    with pytest.raises(ImageError, match=r"^b.png, c.png: no file of the same stem"):
        pair_files(images, masks)
    for i in range(9):
        picture(images / f"x{i}.png")
    with pytest.raises(ImageError, match=r"^b.png, c.png, x0.png and 8 more: no file"):
        pair_files(images, masks)


def test_folders_that_cannot_be_paired(folders, tmp_path):
    images, masks = folders
    with pytest.raises(ImageError, match="no images in"):
        pair_files(images, masks)
    with pytest.raises(ImageError, match="no folder"):
        pair_files(tmp_path / "absent", masks)
    picture(images / "a.png")
    picture(images / "a.jpg")
    with pytest.raises(ImageError, match=r"a.jpg and a.png have the same stem"):
        pair_files(images, masks)


def test_small_parts_are_not_prompted(folders):
    images, masks = folders
    picture(images / "a.png", BIG, SMALL, value=200)
    picture(masks / "a.png", BIG, SMALL)
    picture(images / "b.png", SMALL)
    picture(masks / "b.png", SMALL)
    (truth,) = truth_slices(pair_files(images, masks))
    assert truth.name == "a.png"
    assert not truth.known_spacing
    (part,) = truth.parts()
    assert part.sum() == 100
    assert np.count_nonzero(truth.labels) == 116


def test_masks_of_zero_and_one_count_too(folders):
    images, masks = folders
    picture(images / "a.png", BIG)
    picture(masks / "a.png", BIG, value=1)
    (truth,) = truth_slices(pair_files(images, masks))
    assert np.count_nonzero(truth.labels) == 100


def test_a_mask_of_another_size(folders):
    images, masks = folders
    picture(images / "a.png", BIG)
    picture(masks / "a.png", BIG, shape=(40, 60))
    with pytest.raises(LabelsError, match=r"a.png has 60×40 pixels, its image 50×40"):
        list(truth_slices(pair_files(images, masks)))


def test_volumes_are_cut_along_the_axis(folders):
    images, masks = folders
    affine = np.diag([1.0, 2.0, 3.0, 1.0])
    labels = np.zeros((20, 24, 16), np.uint8)
    labels[4:12, 6:16, 3:11] = 22
    labels[4:12, 16:23, 3:11] = 23  # touches the other: one bright part, two labels
    ct = np.where(labels, 500, -100).astype(np.int16)
    nib.save(nib.Nifti1Image(ct, affine), images / "scan.nii.gz")
    nib.save(nib.Nifti1Image(labels, affine), masks / "scan.nii")
    pairs = pair_files(images, masks)
    axial = list(truth_slices(pairs))
    assert len(axial) == 8
    assert [[part.sum() for part in each.parts()] for each in axial] == [[80, 56]] * 8
    assert axial[0].image.spacing == (2, 1)
    assert axial[0].known_spacing
    assert len(list(truth_slices(pairs, "coronal"))) == 17
    assert axial[0].name.startswith("scan.nii.gz axial ")
