"""Bad input in the dock: a notification that says what to do, no traceback, and the state as before."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.errors import OperationError
from napari_spinalsam.segmentation.prompts import Box


def state(dock):
    session = dock.controller.session
    return session.volume, session.document, session.display, session.labels.tobytes()


def text_file(folder):
    path = folder / "text.nii.gz"
    path.write_text("this is no NIfTI")
    return path


def truncated_file(folder):
    path = folder / "whole.nii.gz"
    nibabel.save(
        nibabel.Nifti1Image(np.random.default_rng(0).integers(0, 999, (20, 20, 20), np.int16), np.eye(4)), path
    )
    cut = folder / "cut.nii.gz"
    cut.write_bytes(path.read_bytes()[:1000])
    return cut


def file_with_time(folder):
    path = folder / "time.nii.gz"
    nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 7, 3), dtype=np.int16), np.eye(4)), path)
    return path


@pytest.mark.parametrize("make", [text_file, truncated_file, file_with_time])
def test_files_that_cannot_be_opened(dock, tmp_path, warnings_shown, make):
    path = make(tmp_path)
    before = state(dock)
    say(dock, f"open {path}", strict=False)
    assert len(warnings_shown) == 1
    assert path.name in warnings_shown[0].message
    assert str(warnings_shown[0].severity) == "warning"
    assert path.name in dock.commands.log.toPlainText()
    assert state(dock) == before
    assert [layer.name for layer in dock.controller.viewer.layers] == ["scan"]


@pytest.mark.parametrize(
    "data",
    [
        np.zeros((2, 5, 6, 7), dtype=np.float32),
        np.full((5, 6, 7), np.nan, dtype=np.float32),
    ],
    ids=["four axes", "NaN"],
)
def test_image_layers_that_cannot_be_segmented(dock, warnings_shown, data):
    from napari.layers import Image

    controller = dock.controller
    layer = Image(data, name="other", contrast_limits=(0, 1))
    controller.viewer.add_layer(layer)
    before = state(dock)
    controller.use_image(layer)
    assert len(warnings_shown) == 1
    assert controller.image.name == "scan"
    assert dock.images.image.currentText() == "scan"
    assert state(dock) == before


@pytest.mark.parametrize("value", [0, 1000, -1000])
def test_a_slice_on_which_there_is_nothing(open_dock, ct, warnings_shown, value):
    array = ct.array.copy()
    array[6] = value
    changed = type(ct)(array, ct.affine, "hu")
    dock = open_dock(layer_data.image_layer(changed, "scan"))
    say(dock, "go to slice 6")
    with pytest.raises(OperationError):
        draw_box(dock, Box(5, 5, 20, 20))
    assert len(warnings_shown) == 1
    assert f"The slice is {value} everywhere" in warnings_shown[0].message
    assert dock.controller.session.preview is None
    # The dock goes on working.
    say(dock, "go to slice 5")
    draw_box(dock, Box(13, 8, 37, 27))


@pytest.mark.parametrize(
    "corners",
    [
        [(60, 70), (60, 90), (80, 90), (80, 70)],
        [(5, 5), (5, 5.2), (5.2, 5.2), (5.2, 5)],
        [(-9, -9), (-9, -3), (-4, -3), (-4, -9)],
    ],
    ids=["beside the slice", "no area", "negative"],
)
def test_boxes_that_make_no_sense(dock, warnings_shown, corners):
    controller = dock.controller
    controller.choose_tool("box")
    boxes = controller.stage.layers.boxes()
    before = state(dock)
    boxes.add(controller.stage.frame.to_layer(corners, controller.session.key), shape_type="rectangle")
    wait_until_idle(dock)
    assert len(warnings_shown) == 1
    assert state(dock) == before
    assert len(boxes.data) == 0


@pytest.mark.parametrize("place", [(-3, 5), (5, 50), (400, 5)])
def test_points_beside_the_slice(dock, warnings_shown, place):
    controller = dock.controller
    controller.choose_tool("positive")
    points = controller.stage.layers.points()
    before = state(dock)
    points.add(controller.stage.frame.to_layer([place], controller.session.key))
    wait_until_idle(dock)
    assert "outside the slice" in warnings_shown[0].message
    assert state(dock) == before
    assert len(points.data) == 0


def test_a_typed_prompt_beside_the_slice(dock, warnings_shown):
    before = state(dock)
    say(dock, "box from 40 60 to 200 260", strict=False)
    assert "outside the slice" in warnings_shown[0].message
    assert state(dock) == before


def test_prompts_in_3d(dock, warnings_shown):
    controller = dock.controller
    controller.choose_tool("positive")
    points = controller.stage.layers.points()
    say(dock, "show it in 3D")
    assert controller.viewer.dims.ndisplay == 3
    before = state(dock)
    points.add(np.array([[5, 10, 10]]))
    wait_until_idle(dock)
    dock.prompts.tools.buttons()[-1].click()
    assert ["3D" in shown.message for shown in warnings_shown] == [True, True]
    assert state(dock) == before
    assert len(points.data) == 0
    assert not dock.prompts.tools.buttons()[-1].isChecked()


def test_checkpoints_that_are_missing_or_something_else(dock, tmp_path, warnings_shown):
    wrong = tmp_path / "wrong.pth"
    wrong.write_text("no weights")
    before = state(dock)
    for path in (tmp_path / "missing.pth", wrong):
        dock.models.use_checkpoint(path)
        wait_until_idle(dock)
    assert [
        path in shown.message for path, shown in zip(("missing.pth", "wrong.pth"), warnings_shown, strict=True)
    ] == [True] * 2
    assert {str(shown.severity) for shown in warnings_shown} == {"error"}
    assert state(dock) == before


@pytest.mark.parametrize(
    ("shape", "scale"), [((12, 40, 51), (3.0, 0.8, 0.7)), ((40, 50), (0.8, 0.7)), ((12, 40, 50), (1, 1, 1))]
)
def test_labels_layers_that_do_not_lie_on_the_image(dock, warnings_shown, shape, scale):
    controller = dock.controller
    theirs = controller.viewer.add_labels(np.ones(shape, dtype=np.uint8), scale=scale, name="theirs")
    before = state(dock)
    controller.use_labels(theirs)
    assert "does not lie on the image" in warnings_shown[0].message
    assert dock.labels.target.currentText() == "New layer"
    assert state(dock) == before
    assert theirs.data.min() == 1


def test_a_label_that_the_users_layer_cannot_hold(dock, warnings_shown):
    controller = dock.controller
    theirs = controller.viewer.add_labels(np.zeros((12, 40, 50), dtype=np.uint8), affine=controller.image.affine)
    controller.use_labels(theirs)
    say(dock, "label number 300")
    draw_box(dock, Box(13, 8, 37, 27))
    say(dock, "accept", strict=False)
    assert "too large for the labels layer" in warnings_shown[0].message
    assert not theirs.data.any()
    assert controller.session.preview is not None


def test_nothing_is_open(open_dock, warnings_shown):
    dock = open_dock()
    for phrase in ("generate box mask", "next slice", "save", "accept"):
        say(dock, phrase, strict=False)
    assert [shown.message.startswith("No image is open") for shown in warnings_shown] == [True] * 4
    assert not dock.prompts.segment.isEnabled()


def test_the_image_was_removed(dock, warnings_shown):
    controller = dock.controller
    draw_box(dock, Box(13, 8, 37, 27))
    controller.viewer.layers.remove(controller.image)
    assert controller.stage is None
    assert len(controller.viewer.layers) == 0
    say(dock, "accept", strict=False)
    assert "No image is open" in warnings_shown[0].message
    assert dock.images.image.currentText() == "No image"


def test_what_is_not_understood_is_never_executed(dock, warnings_shown):
    before = state(dock)
    dock.commands.submit("the patient has had back pain since march")
    wait_until_idle(dock)
    assert state(dock) == before
    assert "Not understood" in dock.commands.log.toPlainText()
    assert not warnings_shown
