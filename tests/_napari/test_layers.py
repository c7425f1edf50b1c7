"""The plugin's layers among the user's own."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam._napari.layers import level_colormap
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.vertebrae import VERSE

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


def all_kinds(dock):
    """Layers of every kind, drawn."""
    say(dock, "add a point at 25 17, box from 13 8 to 37 27, generate box mask and accept")
    say(dock, "add a point at 25 17, box from 13 8 to 37 27, generate box mask")
    say(dock, "show grid")
    layers = dock.controller.stage.layers
    return {kind: layers.get(kind) for kind in ("points", "boxes", "preview", "labels", "grid")}


def test_what_the_plugin_makes_carries_the_place_of_an_image_of_ours(dock):
    image = dock.controller.image
    for layer in all_kinds(dock).values():
        np.testing.assert_allclose(layer.affine.affine_matrix, image.affine.affine_matrix)
        np.testing.assert_allclose(layer.scale, image.scale)
        np.testing.assert_allclose(layer.translate, image.translate)


@pytest.mark.parametrize(
    "place",
    [
        {"scale": (3.0, 0.8, 0.7), "translate": (10.0, -5.0, 2.0)},
        {"scale": (2.0, 1.0, 1.0), "affine": np.diag([1.0, 0.5, 0.5, 1.0])},
        {"rotate": (2.0, 1.0, 1.0)},
    ],
    ids=["scale and translate", "scale and affine", "rotated"],
)
def test_what_the_plugin_makes_carries_the_place_of_any_image(open_dock, ct, place):
    dock = open_dock((ct.array, {"name": "theirs", **place}, "image"))
    image = dock.controller.image
    for layer in all_kinds(dock).values():
        for name in ("scale", "translate", "rotate"):
            np.testing.assert_allclose(getattr(layer, name), getattr(image, name))
        np.testing.assert_allclose(layer.data_to_world((1, 2, 3)), image.data_to_world((1, 2, 3)))


def test_empty_prompt_layers_are_left_alone_while_one_scrolls(dock):
    layers = all_kinds(dock)
    say(dock, "clear everything")
    written = []
    for kind in ("points", "boxes"):
        layers[kind].events.data.connect(lambda _, kind=kind: written.append(kind))
    say(dock, "next slice")
    assert not written
    say(dock, "add a point at 25 17")
    assert "points" in written


def test_an_image_that_runs_the_other_way_is_covered_voxel_on_voxel(open_dock, ct):
    """The volume is turned head to feet; its layers still lie on the user's voxels."""
    dock = open_dock((ct.array[::-1], {"name": "upside down", "scale": (-3.0, 0.8, 0.7)}, "image"))
    session, image = dock.controller.session, dock.controller.image
    say(dock, "go to slice 3")
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    labels = dock.controller.labels
    for world in labels.data_to_world((3, 10, 15)), labels.data_to_world((3, 24, 34)):
        assert labels.get_value(world, world=True) == session.label_value
        assert image.get_value(world, world=True) == 600


def test_a_picture_gets_flat_layers(open_dock, ct):
    picture = ((ct.array[5].astype(float) + 1000) / 8).clip(0, 255).astype(np.uint8)
    dock = open_dock((picture, {"name": "picture", "scale": (0.8, 0.7)}, "image"))
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    assert dock.controller.viewer.dims.ndim == 2
    assert dock.controller.labels.data.shape == picture.shape
    np.testing.assert_allclose(dock.controller.labels.scale, (0.8, 0.7))
    assert (dock.controller.labels.data > 0).sum() == 300
    say(dock, "sagittal view", strict=False)
    assert "no other view" in dock.commands.log.toPlainText()


@pytest.mark.parametrize("channels", [3, 4])
def test_a_colour_picture_is_reduced_to_grey(open_dock, ct, channels):
    grey = ((ct.array[5].astype(float) + 1000) / 8).clip(0, 255).astype(np.uint8)
    colours = np.repeat(grey[..., None], channels, axis=2)
    colours[..., 3:] = 255
    dock = open_dock((colours, {"name": "picture", "rgb": True}, "image"))
    np.testing.assert_allclose(dock.controller.session.volume.array[0], grey, atol=0.01)
    draw_box(dock, ROUND_THE_BLOCK)
    assert dock.controller.session.preview.mask.sum() == 300
    say(dock, "full window", strict=False)
    assert "A colour picture has no window" in dock.commands.log.toPlainText()


def test_the_users_layers_are_never_touched(dock):
    viewer = dock.controller.viewer
    image, contrast = dock.controller.image, list(dock.controller.image.contrast_limits)
    pixels = image.data.copy()
    names = {
        "scan points": viewer.add_points([[1, 2, 3]], name="scan points"),
        "scan boxes": viewer.add_shapes([[1, 1, 1], [1, 1, 5], [1, 5, 5], [1, 5, 1]], name="scan boxes"),
        "scan labels": viewer.add_labels(np.full(image.data.shape, 7, dtype=np.uint8), name="scan labels"),
        "scan preview": viewer.add_labels(np.full(image.data.shape, 3, dtype=np.uint8), name="scan preview"),
    }
    before = {name: np.array(layer.data, copy=True) for name, layer in names.items()}
    all_kinds(dock)
    say(dock, "clear everything")
    say(dock, "undo the last five")
    for name, layer in names.items():
        assert layer in viewer.layers
        np.testing.assert_array_equal(layer.data, before[name])
    np.testing.assert_array_equal(image.data, pixels)
    assert image.contrast_limits == contrast


@pytest.mark.parametrize("kind", ["points", "boxes", "preview", "labels", "grid"])
def test_a_layer_that_the_user_removes_comes_back_when_it_is_needed(dock, kind):
    controller = dock.controller
    layer = all_kinds(dock)[kind]
    kept = np.array(controller.session.labels)
    controller.viewer.layers.remove(layer)
    assert controller.stage.layers.get(kind) is None
    say(dock, "clear everything")
    say(dock, "hide grid")
    again = all_kinds(dock)[kind]
    assert again is not layer
    assert again in controller.viewer.layers
    if kind == "labels":
        np.testing.assert_array_equal(again.data > 0, (kept > 0) | (controller.session.labels > 0))


def test_removing_the_layer_in_use_leaves_no_dead_tool(dock):
    dock.controller.choose_tool("box")
    dock.controller.viewer.layers.remove(dock.controller.stage.layers.boxes())
    assert dock.controller.gestures.tool == "navigate"
    dock.controller.choose_tool("box")
    draw_box(dock, ROUND_THE_BLOCK)


def test_labels_of_the_user_are_adopted_and_go_on(dock):
    controller = dock.controller
    data = np.zeros((12, 40, 50), dtype=np.int32)
    data[0] = 21
    theirs = controller.viewer.add_labels(data, affine=controller.image.affine, name="theirs")
    dock.labels.refresh()
    dock.labels.target.setCurrentText("theirs")
    dock.labels.target.activated.emit(dock.labels.target.currentIndex())
    assert controller.labels is theirs
    assert theirs.data is data
    say(dock, "label L3")
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    assert set(np.unique(data)) == {0, 21, 22}
    assert (data[0] == 21).all()
    say(dock, "undo")
    say(dock, "undo the last nine", strict=False)
    assert set(np.unique(data)) == {0, 21}
    assert len([layer for layer in controller.viewer.layers if "labels" in layer.name]) == 0


def test_what_is_painted_by_hand_is_kept_saved_and_undone(dock, tmp_path):
    controller = dock.controller
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    labels = controller.labels
    labels.paint((controller.session.index, 2, 2), 5)
    wait_until_idle(dock)
    assert controller.session.labels[controller.session.index, 2, 2] == 5
    say(dock, "undo")
    assert labels.data[controller.session.index, 2, 2] == 0
    assert (labels.data > 0).sum() == 300
    # An edit without napari's paint event is taken over at the latest before labels are used.
    labels.data[0, 0, 0] = 9
    say(dock, f"save to {tmp_path / 'l.nii.gz'}")
    assert controller.session.labels[0, 0, 0] == 9


def test_layers_stand_above_the_image_in_order_and_the_choice_of_the_user_stays(dock):
    viewer = dock.controller.viewer
    say(dock, "add a point at 25 17")
    viewer.layers.selection.active = dock.controller.image
    kinds = all_kinds(dock)
    places = [viewer.layers.index(kinds[kind]) for kind in ("labels", "preview", "boxes", "points", "grid")]
    assert places == sorted(places)
    assert viewer.layers.selection.active is dock.controller.image
    assert not kinds["preview"].editable
    assert not kinds["grid"].editable


def test_the_preview_is_only_on_its_own_slice(dock):
    draw_box(dock, ROUND_THE_BLOCK)
    shown = dock.controller.stage.layers.get("preview").data
    index = dock.controller.session.index
    say(dock, "next slice")
    assert not shown.any()
    say(dock, "previous slice")
    assert shown[index].any()
    assert not np.delete(shown, index, axis=0).any()


def test_colours_of_neighbouring_levels_differ_and_the_background_is_clear():
    colours = level_colormap().map(np.arange(40))
    assert not colours[0].any()
    assert (colours[1:, 3] == 1).all()
    order = [VERSE[name] for name in ("T11", "T12", "T13", "L1", "L2", "L3", "L4", "L5", "L6", "S1")]
    for above, below in pairwise(order):
        assert np.abs(colours[above] - colours[below]).max() > 0.3


def test_reading_leaves_a_volume_with_the_layer(dock, ct):
    assert dock.controller.session.volume is layer_data.volume_of(dock.controller.image.metadata) is ct
    wait_until_idle(dock)


def test_a_layer_that_shows_nothing_is_hidden_until_it_has_something_or_is_drawn_on(dock):
    layers = all_kinds(dock)
    assert layers["points"].visible
    assert layers["boxes"].visible
    say(dock, "clear everything")
    assert not layers["points"].visible
    assert not layers["boxes"].visible
    dock.controller.gestures.choose("positive")
    assert layers["points"].visible
    say(dock, "add a point at 25 17")
    assert not layers["boxes"].visible
    say(dock, "box from 13 8 to 37 27")
    assert layers["boxes"].visible


def test_an_empty_layer_that_was_hidden_by_command_stays_hidden(dock):
    layers = all_kinds(dock)
    say(dock, "clear everything, hide points")
    say(dock, "add a point at 25 17")
    assert not layers["points"].visible
    say(dock, "show points")
    assert layers["points"].visible


def test_the_user_may_hide_a_layer_that_has_something(dock):
    points = all_kinds(dock)["points"]
    points.visible = False
    say(dock, "add a point at 26 18")
    assert not points.visible
