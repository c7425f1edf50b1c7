"""Images and masks, paired and cut into slices."""

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.training.pairs import ONE_STRUCTURE, cases_to_evaluate, truth_slices


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


def test_one_file_is_paired_with_one_and_folders_as_for_training(folders):
    images, masks = folders
    for stem in ("anna_10", "anna_2", "bert_1"):
        picture(images / f"{stem}.jpg")
        picture(masks / f"{stem}_mask.png")
    cases = cases_to_evaluate(images, masks)
    assert [(case.image.name, case.mask.name, case.patient) for case in cases] == [
        ("anna_2.jpg", "anna_2_mask.png", "anna"),
        ("anna_10.jpg", "anna_10_mask.png", "anna"),
        ("bert_1.jpg", "bert_1_mask.png", "bert"),
    ]
    assert {case.patient for case in cases_to_evaluate(images, masks, r"_(\d+)")} == {"1", "2", "10"}
    (case,) = cases_to_evaluate(images / "bert_1.jpg", masks / "anna_2_mask.png")
    assert (case.image.name, case.mask.name) == ("bert_1.jpg", "anna_2_mask.png")
    picture(images / "carl_1.png")
    with pytest.raises(ImageError, match=r"No counterpart was found for carl_1.png"):
        cases_to_evaluate(images, masks)


def test_small_parts_are_not_prompted(folders):
    images, masks = folders
    picture(images / "a.png", BIG, SMALL, value=200)
    picture(masks / "a.png", BIG, SMALL)
    picture(images / "b.png", SMALL)
    picture(masks / "b.png", SMALL)
    (truth,) = truth_slices(cases_to_evaluate(images, masks))
    assert truth.name == "a.png"
    assert not truth.known_spacing
    (part,) = truth.parts()
    assert part.mask.sum() == 100
    assert truth.structure(part.value) == ONE_STRUCTURE
    assert np.count_nonzero(truth.labels) == 116


def test_masks_of_zero_and_one_count_too(folders):
    images, masks = folders
    picture(images / "a.png", BIG)
    picture(masks / "a.png", BIG, value=1)
    (truth,) = truth_slices(cases_to_evaluate(images, masks))
    assert np.count_nonzero(truth.labels) == 100


def test_a_mask_of_another_size(folders):
    images, masks = folders
    picture(images / "a.png", BIG)
    picture(masks / "a.png", BIG, shape=(40, 60))
    with pytest.raises(LabelsError, match=r"a.png has 60×40 pixels, its image 50×40"):
        list(truth_slices(cases_to_evaluate(images, masks)))


def test_volumes_are_cut_along_the_axis(folders):
    images, masks = folders
    affine = np.diag([1.0, 2.0, 3.0, 1.0])
    labels = np.zeros((20, 24, 16), np.uint8)
    labels[4:12, 6:16, 3:11] = 22
    labels[4:12, 16:23, 3:11] = 23  # touches the other: one bright part, two labels
    ct = np.where(labels, 500, -100).astype(np.int16)
    nib.save(nib.Nifti1Image(ct, affine), images / "scan.nii.gz")
    nib.save(nib.Nifti1Image(labels, affine), masks / "scan.nii")
    cases = cases_to_evaluate(images, masks)
    axial = list(truth_slices(cases))
    assert len(axial) == 8
    assert [[part.mask.sum() for part in each.parts()] for each in axial] == [[80, 56]] * 8
    assert [axial[0].structure(part.value) for part in axial[0].parts()] == ["L3", "L4"]
    assert axial[0].patient == "scan"
    assert axial[0].image.spacing == (2, 1)
    assert axial[0].known_spacing
    assert len(list(truth_slices(cases, "coronal"))) == 17
    assert axial[0].name.startswith("scan.nii.gz axial ")
