"""Box → preview → accept → labels → NIfTI, through the real layers and the command box."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.segmentation.prompts import Box

#: The bright block of the small CT on an axial slice: rows 10-24, columns 15-34.
ROUND_THE_BLOCK = Box(13, 8, 37, 27)
BLOCK = (slice(10, 25), slice(15, 35))


def test_a_drawn_box_becomes_a_mask_a_label_and_a_file(dock, ct, tmp_path):
    controller = dock.controller
    say(dock, "go to slice 5")
    draw_box(dock, ROUND_THE_BLOCK)

    preview = controller.session.preview
    assert preview.mask.sum() == preview.mask[BLOCK].sum() == 15 * 20
    shown = controller.stage.layers.get("preview").data
    np.testing.assert_array_equal(shown[5].astype(bool), preview.mask)
    assert shown.sum() == preview.mask.sum()

    say(dock, "label L3")
    dock.prompts.accept.click()
    wait_until_idle(dock)
    labels = controller.labels
    assert labels.data[5][BLOCK].min() == 22
    assert (labels.data == 22).sum() == 300
    assert not shown.any()

    say(dock, f"save to {tmp_path / 'l3.nii.gz'}")
    saved = nibabel.load(tmp_path / "l3.nii.gz")
    assert (np.asarray(saved.dataobj) == 22).sum() == 300
    np.testing.assert_allclose(saved.affine, ct.frame.affine, atol=1e-5)


def test_one_undo_takes_back_the_click_with_its_mask_and_redo_brings_both_back(dock):
    draw_box(dock, ROUND_THE_BLOCK)
    session = dock.controller.session
    dock.prompts.undo.click()
    assert session.preview is None
    assert not session.boxes
    assert len(dock.controller.stage.layers.boxes().data) == 0
    dock.prompts.redo.click()
    assert session.preview is not None
    assert len(dock.controller.stage.layers.boxes().data) == 1


def test_undo_takes_an_accepted_mask_out_of_the_layer_again(dock):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    assert dock.controller.labels.data.any()
    say(dock, "undo")
    assert not dock.controller.labels.data.any()
    assert dock.controller.session.preview is not None


@pytest.mark.parametrize("view", ["coronal", "sagittal"])
def test_the_other_views_of_the_same_volume_work_alike(dock, view):
    say(dock, f"{view} view")
    say(dock, "go to slice 20")
    axis = {"coronal": 1, "sagittal": 2}[view]
    assert dock.controller.viewer.dims.order[0] == axis
    assert dock.controller.viewer.dims.ndisplay == 2
    columns = {"coronal": (15, 34), "sagittal": (10, 24)}[view]
    draw_box(dock, Box(columns[0] - 2, 0, columns[1] + 2, 11))
    say(dock, "accept")
    written = np.moveaxis(dock.controller.labels.data, axis, 0)
    assert written[20, 2:10, columns[0] : columns[1] + 1].all()
    assert (written > 0).sum() == 8 * (columns[1] - columns[0] + 1)


def test_points_of_both_signs_and_the_candidates(dock):
    controller = dock.controller
    controller.choose_tool("positive")
    points = controller.stage.layers.points()
    to_layer = controller.stage.frame.to_layer
    points.add(to_layer([(15, 20)], controller.session.key))
    wait_until_idle(dock)
    assert [point.positive for point in controller.session.points] == [True]
    before = int(controller.session.preview.mask.sum())

    controller.choose_tool("negative")
    points.add(to_layer([(15, 23)], controller.session.key))
    wait_until_idle(dock)
    assert [point.positive for point in controller.session.points] == [True, False]
    assert controller.session.preview.mask.sum() < before

    assert dock.prompts.candidates.button(2).text() == "Mask 2: 0.80"
    dock.prompts.candidates.button(2).click()
    assert controller.session.preview.chosen == 1
    assert dock.prompts.candidates.button(2).isChecked()


def test_changing_the_contrast_never_embeds_again(dock, predictor):
    draw_box(dock, ROUND_THE_BLOCK)
    before = dock.controller.session.preview.mask
    passes = len(predictor.embedded)
    say(dock, "lung window")
    assert dock.controller.image.contrast_limits == [-1350, 150]
    dock.controller.image.contrast_limits = (0, 10)
    say(dock, "generate box mask")
    assert len(predictor.embedded) == passes
    np.testing.assert_array_equal(dock.controller.session.preview.mask, before)


def test_several_operations_of_one_sentence_wait_for_the_clicks_between_them(dock):
    controller = dock.controller
    say(dock, "add two points and generate the point mask")
    assert controller.gestures.tool == "positive"
    assert controller.session.preview is None
    points = controller.stage.layers.points()
    for column in (18, 30):
        points.add(controller.stage.frame.to_layer([(15, column)], controller.session.key))
        wait_until_idle(dock)
    assert len(controller.session.points) == 2
    assert controller.session.preview is not None
