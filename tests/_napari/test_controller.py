"""Session and viewer follow each other; the viewer stays alive while the network works."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from qtpy.QtWidgets import QApplication

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.commands.operations import AddBox, SegmentBox
from napari_spinalsam.segmentation.prompts import Box

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


@pytest.fixture
def gate(predictor):
    """Holds the embedding back until it is opened; tells in ``gate.reached`` that one was begun."""
    gate = threading.Event()
    gate.reached = threading.Event()

    def wait():
        gate.reached.set()
        gate.wait(20)

    predictor.before_embedding = wait
    yield gate
    gate.set()


def work(dock, condition, qtbot):
    qtbot.waitUntil(condition, timeout=20_000)


@pytest.fixture
def waiting_dock(make_napari_viewer, ct, predictor, gate, qtbot):
    """The dock with its image opened and no slice embedded yet."""
    from napari.layers import Layer

    from napari_spinalsam._napari.widget import SpinalSamWidget
    from napari_spinalsam.session.segmenter import Segmenter

    viewer = make_napari_viewer()
    viewer.add_layer(Layer.create(*layer_data.image_layer(ct, "scan")))
    dock = SpinalSamWidget(viewer, Segmenter(lambda: predictor))
    viewer.window.add_dock_widget(dock, name="SpinalSAM")
    yield dock
    gate.set()
    dock.close_down()
    viewer.window.remove_dock_widget(dock)
    dock.deleteLater()
    qtbot.wait(10)


def test_the_viewer_lives_while_a_slice_is_embedded_and_the_mask_comes_afterwards(waiting_dock, gate, qtbot):
    controller = waiting_dock.controller
    controller.run(AddBox(at=(13, 8, 37, 27)), SegmentBox())
    work(waiting_dock, gate.reached.is_set, qtbot)
    # Prompt, slider and typed words that need no network are not held up.
    assert controller.session.boxes
    assert controller.session.preview is None
    assert waiting_dock.progress.isVisibleTo(waiting_dock)
    assert f"Looking at {controller.session.key}" in waiting_dock.status.text()
    for _ in range(20):
        QApplication.processEvents()
    gate.set()
    work(waiting_dock, lambda: controller.session.preview is not None, qtbot)
    wait_until_idle(waiting_dock)
    assert not waiting_dock.progress.isVisibleTo(waiting_dock)


def test_further_clicks_while_waiting_are_shown_and_go_into_the_one_mask(waiting_dock, gate, predictor, qtbot):
    controller = waiting_dock.controller
    controller.choose_tool("positive")
    points = controller.stage.layers.points()
    for column in (17, 33):
        points.add(controller.stage.frame.to_layer([(12, column)], controller.session.key))
        qtbot.wait(30)
    assert len(controller.session.points) == len(points.data) == 2
    gate.set()
    work(waiting_dock, lambda: controller.session.preview is not None, qtbot)
    wait_until_idle(waiting_dock)
    assert controller.session.preview.prompts.points == controller.session.points
    assert len({image.values.tobytes() for image in predictor.embedded}) == len(predictor.embedded)


def test_scrolling_on_drops_the_mask_that_was_waited_for(waiting_dock, gate, qtbot, warnings_shown):
    controller = waiting_dock.controller
    controller.run(AddBox(at=(13, 8, 37, 27)), SegmentBox())
    work(waiting_dock, gate.reached.is_set, qtbot)
    asked_on = controller.session.key
    controller.viewer.dims.set_current_step(0, 2)
    gate.set()
    work(waiting_dock, lambda: bool(warnings_shown), qtbot)
    wait_until_idle(waiting_dock)
    assert f"moved on from {asked_on}" in warnings_shown[0].message
    assert controller.session.preview is None
    assert not controller.session.document.previews


def test_stop_calls_off_what_waits(waiting_dock, gate, qtbot):
    controller = waiting_dock.controller
    waiting_dock.commands.submit("box from 13 8 to 37 27 and generate box mask")
    work(waiting_dock, lambda: controller.queue.mask_is_coming, qtbot)
    waiting_dock.commands.submit("stop")
    work(waiting_dock, lambda: controller.queue.empty and not waiting_dock.commands.busy, qtbot)
    gate.set()
    wait_until_idle(waiting_dock)
    assert controller.session.preview is None
    assert controller.session.boxes


def test_typed_words_wait_for_the_mask_before_them(waiting_dock, gate, qtbot):
    controller = waiting_dock.controller
    waiting_dock.commands.submit("box from 13 8 to 37 27 and generate box mask")
    waiting_dock.commands.submit("accept")
    qtbot.wait(100)
    assert controller.labels is None
    gate.set()
    wait_until_idle(waiting_dock)
    assert (controller.labels.data > 0).sum() == 300


def shown_slice(dock):
    return dock.controller.session.volume.slice("axial", dock.controller.session.index)


def test_each_slice_is_embedded_once_and_ahead(dock, predictor, qtbot):
    qtbot.waitUntil(lambda: any((image.values == shown_slice(dock)).all() for image in predictor.embedded))
    wait_until_idle(dock)
    ahead = {image.values.tobytes() for image in predictor.embedded}
    say(dock, "next slice")
    assert shown_slice(dock).tobytes() in ahead
    for _ in range(2):
        qtbot.wait(400)
        draw_box(dock, Box(1, 1, 30, 30))
        say(dock, "previous slice")
        wait_until_idle(dock)
    assert len({image.values.tobytes() for image in predictor.embedded}) == len(predictor.embedded)


def test_a_slow_network_is_not_set_on_neighbours(dock, predictor, qtbot):
    predictor.before_embedding = lambda: time.sleep(0.6)
    say(dock, "go to slice 0")
    wait_until_idle(dock)
    count = len(predictor.embedded)
    say(dock, "go to slice 4")
    qtbot.waitUntil(lambda: len(predictor.embedded) == count + 1)
    qtbot.wait(900)
    assert len(predictor.embedded) == count + 1


def test_rolling_the_axes_and_3d_in_the_viewer_are_followed(dock):
    controller, dims = dock.controller, dock.controller.viewer.dims
    dims.order = (1, 0, 2)
    assert controller.session.view == "coronal"
    assert [button.text() for button in dock.images.views.buttons() if button.isChecked()] == ["Coronal"]
    dims.ndisplay = 3
    assert controller.session.view == "3d"
    dims.ndisplay = 2
    assert controller.session.view == "coronal"
    say(dock, "axial view")
    assert dims.order == (0, 1, 2)


def test_other_layers_may_bring_more_axes(dock):
    viewer = dock.controller.viewer
    viewer.add_image(np.zeros((3, 12, 40, 50)), name="over time")
    say(dock, "go to slice 4")
    say(dock, "sagittal view")
    assert viewer.dims.order == (0, 3, 1, 2)
    say(dock, "go to slice 20")
    draw_box(dock, Box(8, 0, 27, 11))
    say(dock, "accept")
    assert (dock.controller.labels.data[:, :, 20] > 0).sum() == 8 * 15


def test_an_image_added_later_is_taken_up_if_none_is_in_use(open_dock, ct, qtbot):
    dock = open_dock()
    assert dock.controller.image is None
    first = dock.controller.viewer.add_image(ct.array, scale=(3, 1, 1), name="first")
    qtbot.wait(20)
    assert dock.controller.image is first
    dock.controller.viewer.add_image(ct.array, name="second")
    qtbot.wait(20)
    assert dock.controller.image is first
    assert [dock.images.image.itemText(i) for i in range(3)] == ["No image", "first", "second"]


def test_choosing_another_image_lets_go_of_the_prompts_and_keeps_the_labels(dock, ct):
    controller, viewer = dock.controller, dock.controller.viewer
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    kept = controller.labels
    draw_box(dock, ROUND_THE_BLOCK)
    second = viewer.add_image(ct.array, name="second", scale=(3, 1, 1))
    dock.images.image.setCurrentText("second")
    dock.images.image.activated.emit(dock.images.image.currentIndex())
    assert controller.image is second
    assert {layer.name for layer in viewer.layers} == {"scan", kept.name, "second"}
    assert (kept.data > 0).sum() == 300
    draw_box(dock, ROUND_THE_BLOCK)
    assert controller.stage.layers.get("preview").name == "second preview"


def test_a_dock_that_is_closed_leaves_the_labels_and_can_be_opened_again(open_dock, ct, qtbot):
    dock = open_dock(layer_data.image_layer(ct, "scan"))
    viewer = dock.controller.viewer
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    draw_box(dock, ROUND_THE_BLOCK)
    viewer.window.remove_dock_widget(dock)
    assert [layer.name for layer in viewer.layers] == ["scan", "scan labels"]
    viewer.dims.set_current_step(0, 2)
    viewer.add_points([[1, 2, 3]])
    assert not viewer.mouse_move_callbacks


def test_two_windows_do_not_meddle_with_each_other(open_dock, ct):
    first = open_dock(layer_data.image_layer(ct, "scan"))
    second = open_dock(layer_data.image_layer(ct, "scan"))
    draw_box(first, ROUND_THE_BLOCK)
    say(first, "accept")
    assert second.controller.session.preview is None
    assert not second.controller.session.labels.any()
    assert [layer.name for layer in second.controller.viewer.layers] == ["scan"]
