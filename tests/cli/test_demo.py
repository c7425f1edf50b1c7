from __future__ import annotations

import sys

import imageio.v3 as iio
import numpy as np
import pytest
from scipy import ndimage
from skimage.filters import threshold_otsu
from typer.testing import CliRunner

from napari_spinalsam.cli import app, demo_script
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.commands.operations import AcceptMask, AddBox, GoToSlice, SegmentBox
from napari_spinalsam.errors import ConfigError, OperationError
from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.metrics import dice
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.session import Session
from napari_spinalsam.vertebrae import VERSE


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The whole demo as a user runs it, into a folder that holds labels of the time before."""
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    folder.mkdir(parents=True)
    (folder / demo_script.LABELS).write_bytes(b"old")
    return folder, CliRunner().invoke(app, ["demo", "--headless", "-o", str(folder)])


def test_the_demo_says_where_its_results_are(finished):
    folder, result = finished
    assert result.exit_code == 0, result.output
    assert str(folder / demo_script.LABELS) in result.stdout
    assert str(folder / demo_script.FIGURE) in result.stdout
    assert "heard 'label L3' -> understood SET_LABEL" in result.stderr


def test_the_labels_agree_with_the_samples_truth(finished, sample):
    folder, result = finished
    volume, truth = sample
    labels, _ = read_labels(folder / demo_script.LABELS, volume)
    assert np.unique(labels).tolist() == [0, VERSE["L3"]]
    agreement = dice(labels > 0, truth == VERSE["L3"])
    assert agreement >= 0.85
    assert f"{agreement:.3f}" in result.stdout


def test_the_figure_shows_the_mask(finished):
    picture = iio.imread(finished[0] / demo_script.FIGURE)
    assert picture.shape[2] == 3
    # Only a mask is blue.
    assert np.count_nonzero(picture[..., 2].astype(int) - picture[..., 0] > 40) > 2000


def test_every_phrase_of_the_demo_is_understood_as_meant(sample):
    _, truth = sample
    wanted = truth == VERSE["L3"]
    interpreter = Interpreter()
    said = 0
    done = demo_script.middle_slice(wanted)
    for text in demo_script.rest(wanted, done):
        operations = interpreter.interpret(text).operations
        said += isinstance(operations[0], GoToSlice)
        boxes = [operation for operation in operations if isinstance(operation, AddBox)]
        rest = [type(o) for o in operations if not isinstance(o, AddBox | GoToSlice)]
        assert len(boxes) == text.count("box from")
        assert rest == [SegmentBox] * text.count("generate") + [AcceptMask] * text.count("accept")
    others = np.moveaxis(np.delete(wanted, done, axis=2), 2, 0)
    assert said == np.count_nonzero([bool(demo_script.boxes_round(part)) for part in others])


def test_boxes_lie_round_the_larger_parts():
    mask = np.zeros((60, 80), dtype=bool)
    mask[10:20, 30:50] = True
    mask[0:8, 0:8] = True
    mask[40:44, 40:44] = True  # too small
    assert demo_script.boxes_round(mask) == [Box(0, 0, 8, 8), Box(29, 9, 50, 20)]


def test_the_vertebra_is_the_largest_of_the_slice():
    truth = np.zeros((3, 10, 10), dtype=np.uint16)
    truth[1, :2] = 21
    truth[1, 2:8] = 22
    assert demo_script.middle_label(truth) == 22
    assert demo_script.middle_slice(truth == 22) == 4


def test_a_phrase_that_is_not_understood_stops_the_demo():
    with pytest.raises(OperationError, match="not understood"):
        demo_script.type_in(Session(), Interpreter(), "sing a song", lambda _: None)


def test_the_sample_is_no_gift(sample):
    """The demo would show nothing if thresholding the boxes were as good."""
    volume, truth = sample
    wanted = truth == VERSE["L3"]
    found = np.zeros_like(wanted)
    for index in np.flatnonzero(wanted.any(axis=(0, 1))):
        for box in demo_script.boxes_round(wanted[:, :, index]):
            part = (slice(int(box.y0), int(box.y1) + 1), slice(int(box.x0), int(box.x1) + 1), index)
            pixels = volume.array[part]
            found[part] |= ndimage.binary_fill_holes(pixels > threshold_otsu(pixels))
    assert dice(found, wanted) < 0.85


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = CliRunner().invoke(app, ["demo", "--headless", "-o", str(tmp_path / "file" / "folder")])
    assert isinstance(result.exception, ConfigError)


def test_without_napari_the_hint_says_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "napari"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "napari", None)
    result = CliRunner().invoke(app, ["demo"])
    assert isinstance(result.exception, ConfigError)
    assert "--headless" in result.exception.hint
