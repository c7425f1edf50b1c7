"""Prepared slices are what the predictor would see, and are made once."""

import numpy as np
import pytest

from lab import patient, pictures, save_volume, verse
from napari_spinalsam.errors import ConfigError, LabelsError
from napari_spinalsam.imaging.window import Window
from napari_spinalsam.segmentation.input_frame import frame_slice
from napari_spinalsam.segmentation.slice_image import model_slice
from napari_spinalsam.training.case_reading import read_case
from napari_spinalsam.training.cases import find_cases
from napari_spinalsam.training.prepared_slices import prepare_slices, slices_to_prepare
from napari_spinalsam.training.slice_index import index_cases

WINDOW = Window(level=350, width=1500)
SIZE = 64


def slices_of(cases, axis="axial", **options):
    return slices_to_prepare(cases, index_cases(cases, axis), **options)


@pytest.mark.parametrize("axis", ["axial", "sagittal"])
def test_a_slice_is_the_predictors_own_input(tmp_path, axis):
    cases = find_cases(verse(tmp_path / "data", n=2))
    wanted = slices_of(cases, axis)
    prepared = prepare_slices(tmp_path / "slices", wanted, WINDOW, SIZE, axis)
    assert len(prepared) == len(wanted) > 2
    for i, (case, number) in enumerate(wanted):
        volume, labels = read_case(case)
        image = model_slice(volume, axis, number)
        grey = image.grey(WINDOW)
        frame = frame_slice(grey, image.spacing, SIZE)
        sample = prepared[i]
        rows, columns = sample.scaled
        assert (rows, columns) == frame.scaled
        assert np.abs(sample.image[:rows, :columns] - frame.resample(grey)[0].numpy()).max() <= 0.5
        assert not sample.image[rows:].any()
        assert not sample.labels[:, columns:].any()
        truth = np.take(labels, number, {"axial": 0, "sagittal": 2}[axis]) > 0
        area = frame.scale[0] * frame.scale[1]
        assert (sample.labels > 0).sum() == pytest.approx(truth.sum() * area, rel=0.1)
        # The middle of the structure lies where the frame maps it to.
        middle = frame.points_to_input(np.argwhere(truth).mean(0)[::-1])
        assert np.abs(np.argwhere(sample.labels).mean(0)[::-1] - middle).max() < 1


def test_the_same_slices_are_not_made_again_and_others_are(tmp_path):
    cases = find_cases(*pictures(tmp_path))
    made = []
    for _ in range(2):
        prepared = prepare_slices(tmp_path / "s", slices_of(cases), WINDOW, SIZE, on_slice=lambda: made.append(1))
        assert len(made) == len(prepared) == 6
    assert prepared.names[0] == "Case1_00"
    fewer = prepare_slices(tmp_path / "s", slices_of(cases[:2]), WINDOW, SIZE)
    assert len(fewer) == 2
    assert fewer.key != prepared.key


def test_at_most_so_many_are_chosen_for_good(tmp_path):
    cases = find_cases(verse(tmp_path))
    everything, some = slices_of(cases), slices_of(cases, at_most=4, seed=3)
    assert len(some) == 4
    assert [each for each in everything if each in some] == some == slices_of(cases, at_most=4, seed=3)
    assert some != slices_of(cases, at_most=4, seed=4)


def test_what_cannot_be_trained_on(tmp_path):
    hu, labels = patient(0)
    save_volume(tmp_path / "d" / "a_ct.nii.gz", np.full_like(hu, -1000) + (np.arange(6, dtype=np.int16) % 2))
    save_volume(tmp_path / "d" / "a_msk.nii.gz", labels)
    with pytest.raises(ConfigError, match="No slice shows a structure"):
        prepare_slices(tmp_path / "s", [(find_cases(tmp_path / "d")[0], 3)][:0], WINDOW, SIZE)
    save_volume(tmp_path / "e" / "a_ct.nii.gz", hu)
    save_volume(tmp_path / "e" / "a_msk.nii.gz", labels.astype(np.uint16) * 20)
    case = find_cases(tmp_path / "e")[0]
    with pytest.raises(LabelsError, match="holds 400"):
        prepare_slices(tmp_path / "s", [(case, 3)], WINDOW, SIZE, classes="each")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot be written to .*file"):
        prepare_slices(tmp_path / "file", [(case, 3)], WINDOW, SIZE)
