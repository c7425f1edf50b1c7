"""Masks are what they are meant to be, or the reason is told."""

import imageio.v3 as iio
import numpy as np
import pytest

from lab import patient, save_volume
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.training.case_reading import read_case
from napari_spinalsam.training.cases import Case


def volume_case(folder, hu, labels):
    save_volume(folder / "a_ct.nii.gz", hu)
    save_volume(folder / "a_msk.nii.gz", labels)
    return Case("a", "a", folder / "a_ct.nii.gz", folder / "a_msk.nii.gz")


def picture_case(folder, mask, suffix=".png"):
    iio.imwrite(folder / "a.png", np.arange(30, dtype=np.uint8).reshape(5, 6))
    iio.imwrite(folder / f"a_mask{suffix}", mask)
    return Case("a", "a", folder / "a.png", folder / f"a_mask{suffix}")


def test_several_classes_are_an_error_each_or_one(tmp_path):
    case = volume_case(tmp_path, *patient(0, levels=(20, 22)))
    with pytest.raises(LabelsError, match=r"holds 2 classes \(20, 22\), not one") as caught:
        read_case(case)
    assert "each" in caught.value.hint
    assert set(np.unique(read_case(case, "each")[1])) == {0, 20, 22}
    union = read_case(case, "union")[1]
    assert set(np.unique(union)) == {0, 1}
    assert np.array_equal(union > 0, read_case(case, "each")[1] > 0)


def test_one_class_of_any_number_is_binary(tmp_path):
    volume, labels = read_case(volume_case(tmp_path, *patient(0, levels=(22,))))
    assert labels.shape == volume.shape
    assert set(np.unique(labels)) == {0, 1}


def test_a_mask_of_another_size_or_place_or_without_anything(tmp_path):
    hu, labels = patient(0)
    with pytest.raises(LabelsError, match="do not lie on the image's grid"):
        read_case(volume_case(tmp_path, hu, labels[:-1]))
    with pytest.raises(LabelsError, match=r"The mask a_msk\.nii\.gz is empty"):
        read_case(volume_case(tmp_path, hu, labels * 0))
    with pytest.raises(LabelsError, match=r"The mask a_mask\.png has 5×6 pixels, its image 6×5"):
        read_case(picture_case(tmp_path, np.zeros((6, 5), np.uint8)))


@pytest.mark.parametrize(
    "mask",
    [
        np.eye(5, 6, dtype=np.uint8),
        np.eye(5, 6, dtype=np.uint8) * 255,
        np.eye(5, 6, dtype=np.uint16),
        np.eye(5, 6, dtype=np.uint16) * 65535,
        np.repeat(np.eye(5, 6, dtype=np.uint8)[..., None] * 255, 3, axis=2),
    ],
)
def test_masks_as_pictures_in_any_number_format(tmp_path, mask):
    _, labels = read_case(picture_case(tmp_path, mask))
    assert np.array_equal(labels[0], np.eye(5, 6))


def test_the_mask_of_one_picture_may_be_empty(tmp_path):
    assert not read_case(picture_case(tmp_path, np.zeros((5, 6), np.uint8)))[1].any()


def test_grey_at_the_outline_is_refused_unless_compression_made_it(tmp_path):
    mask = np.zeros((5, 6), np.uint8)
    mask[1:4, 1:4] = (90, 200, 255)
    with pytest.raises(LabelsError, match="holds 3 classes"):
        read_case(picture_case(tmp_path, mask))
    big = np.zeros((5, 6), np.uint8)
    big[:, 3:] = 255
    assert np.array_equal(read_case(picture_case(tmp_path, big, ".jpg"))[1][0], big > 0)
