"""Open images become files that the training data are found in again."""

import numpy as np
import pytest

from napari_spinalsam.errors import LabelsError, TrainingError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.training.case_reading import read_case
from napari_spinalsam.training.cases import find_cases
from napari_spinalsam.training.open_images import IMAGES, MASKS, OpenImage, write_open_images

SHAPE = (5, 20, 24)


def open_volume(name="Case 1", value=20):
    hu = np.random.default_rng(0).integers(-900, 900, SHAPE).astype(np.int16)
    labels = np.zeros(SHAPE, np.uint16)
    labels[1:4, 5:15, 5:15] = value
    return OpenImage(name, volume_from_array(hu, np.diag([3.0, 0.8, 0.7, 1.0])), labels)


def open_pictures(name="photo", value=20):
    grey = np.random.default_rng(0).integers(0, 256, SHAPE).astype(np.uint8)
    labels = np.zeros(SHAPE, np.uint16)
    labels[1:4, 5:15, 5:15] = value
    return OpenImage(name, volume_from_array(grey), labels)


def test_volumes_come_back_as_they_were_each_a_patient(tmp_path):
    images = [open_volume(), open_volume("Case 1", value=300)]  # of the same name
    write_open_images(tmp_path, images)
    cases = find_cases(tmp_path / IMAGES, tmp_path / MASKS)
    assert [case.patient for case in cases] == ["01-Case-1", "02-Case-1"]
    for case, image in zip(cases, images, strict=True):
        volume, labels = read_case(case, "each")
        assert np.array_equal(volume.array, image.volume.array)
        assert np.allclose(volume.affine, image.volume.affine)
        assert volume.intensity == "hu"
        assert np.array_equal(labels, image.labels)


def test_a_stack_of_pictures_is_one_patient_of_many_slices(tmp_path):
    image = open_pictures()
    write_open_images(tmp_path, [image])
    cases = find_cases(tmp_path / IMAGES, tmp_path / MASKS)
    assert len(cases) == SHAPE[0]
    assert {case.patient for case in cases} == {"01-photo"}
    for case, page, labels in zip(cases, image.volume.array, image.labels, strict=True):
        volume, found = read_case(case, "each")
        assert not volume.known_spacing
        assert np.array_equal(volume.array[0], page)
        assert np.array_equal(found[0], labels)


def test_what_cannot_be_trained_on_is_refused(tmp_path):
    volume = open_volume()
    with pytest.raises(LabelsError, match="The labels on 'Case 1' are empty"):
        write_open_images(tmp_path, [OpenImage("Case 1", volume.volume, np.zeros(SHAPE, np.uint16))])
    with pytest.raises(LabelsError):
        write_open_images(tmp_path, [OpenImage("Case 1", volume.volume, volume.labels[1:])])
    with pytest.raises(LabelsError, match="reach 300"):
        write_open_images(tmp_path, [open_pictures(value=300)])
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="cannot be written"):
        write_open_images(tmp_path / "file", [volume])
