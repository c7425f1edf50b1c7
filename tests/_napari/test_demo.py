"""The demo drives the dock by itself, with the bundled model, and leaves a picture and labels behind."""

from __future__ import annotations

import imageio.v3 as iio
import nibabel
import numpy as np
import pytest

from napari_spinalsam._napari import demo
from napari_spinalsam.cli import demo_script
from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.metrics import dice


@pytest.fixture
def shorter_demo(monkeypatch, make_napari_viewer):
    """Only three slices instead of the whole vertebra, in a viewer that the test cleans up."""
    rest = demo_script.rest

    def three_slices(wanted, done):
        texts = list(rest(wanted, done))
        return texts[len(texts) // 2 - 1 : len(texts) // 2 + 1]

    monkeypatch.setattr(demo_script, "rest", three_slices)
    monkeypatch.setattr("napari.Viewer", lambda title: make_napari_viewer(title=title, show=True))


def test_the_demo_leaves_a_picture_and_labels_that_overlap_the_truth(shorter_demo, tmp_path, sample):
    volume, truth = sample
    result = demo.open_demo(tmp_path)
    assert result.labels_path == tmp_path / "labels.nii.gz"
    picture = iio.imread(result.figure_path)
    assert picture.shape[0] >= 700
    assert len(np.unique(picture.reshape(-1, picture.shape[-1]), axis=0)) > 200
    labels, _ = read_labels(result.labels_path, volume)
    value = demo_script.middle_label(truth)
    assert set(np.unique(labels)) == {0, value}
    done = labels.any(axis=(0, 1))
    assert done.sum() == 3
    assert dice(labels[..., done] == value, truth[..., done] == value) > 0.8


def test_it_can_be_run_again_into_the_same_folder(shorter_demo, tmp_path):
    (tmp_path / "labels.nii.gz").write_text("from the time before")
    demo.open_demo(tmp_path)
    assert nibabel.load(tmp_path / "labels.nii.gz").shape
