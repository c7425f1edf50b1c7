"""The dock itself: it fits, it can be reached by keyboard, and its buttons say what is possible."""

from __future__ import annotations

import pytest
from napari.layers import Layer
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSpinBox, QWidget

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say
from napari_spinalsam._napari.widget import SpinalSamWidget
from napari_spinalsam.segmentation.prompts import Box

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


def controls(dock):
    kinds = (QAbstractButton, QComboBox, QSpinBox, QLineEdit)
    inner = dock.findChildren(QWidget)
    return [w for w in inner if isinstance(w, kinds) and w.isVisibleTo(dock) and not w.objectName().startswith("qt_")]


def test_napari_opens_it_as_the_plugins_widget(make_napari_viewer, ct, monkeypatch, predictor):
    monkeypatch.setattr("napari_spinalsam.segmentation.loading.load_predictor", lambda **_: predictor)
    viewer = make_napari_viewer()
    layer = viewer.add_layer(Layer.create(*layer_data.image_layer(ct, "scan")))
    _, dock = viewer.window.add_plugin_dock_widget("napari-spinalsam", "SpinalSAM")
    assert isinstance(dock, SpinalSamWidget)
    assert dock.controller.image is layer
    assert dock.images.image.currentText() == "scan"
    draw_box(dock, ROUND_THE_BLOCK)
    viewer.layers.remove(layer)
    assert dock.controller.image is None
    assert list(viewer.layers) == []
    viewer.window.remove_dock_widget(dock)
    dock.deleteLater()


def test_it_fits_into_a_small_window(open_dock, ct, qtbot):
    dock = open_dock(layer_data.image_layer(ct, "scan"), show=True)
    window = dock.controller.viewer.window
    window.resize(1366, 768)
    qtbot.wait(100)
    assert window._qt_window.height() <= 768
    assert dock.width() < 450
    for control in controls(dock):
        # Nothing is cut off at the side.
        assert control.mapTo(dock, control.rect().topRight()).x() <= dock.width(), control
    assert dock.commands.log.height() > 100
    assert dock.commands.line.mapTo(dock, dock.commands.line.rect().bottomLeft()).y() < dock.height()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everything_that_can_be_used_says_what_it_does(dock, theme):
    dock.controller.viewer.theme = theme
    named = [control for control in controls(dock) if not isinstance(control.parent(), QComboBox | QSpinBox)]
    silent = [control for control in named if not (control.toolTip() or control.parent().toolTip())]
    assert len(named) > 25
    assert silent == []


def test_the_keyboard_reaches_the_panels_in_order(dock):
    order = []
    widget = dock.images.image
    for _ in range(200):
        order.append(widget)
        widget = widget.nextInFocusChain()
        if widget is dock.images.image:
            break
    places = [
        order.index(widget)
        for widget in (
            dock.images.image,
            dock.images.views.buttons()[0],
            dock.models.model,
            dock.prompts.tools.buttons()[0],
            dock.prompts.accept,
            dock.labels.label,
            dock.commands.line,
        )
    ]
    assert places == sorted(places)


def test_buttons_are_enabled_when_they_make_sense(dock):
    prompts = dock.prompts
    assert not any(button.isEnabled() for button in (prompts.segment, prompts.accept, prompts.reject, prompts.undo))
    dock.controller.segment_at_once = False
    draw = dock.controller.run
    from napari_spinalsam.commands.operations import AddBox

    draw(AddBox(at=(13, 8, 37, 27)))
    assert prompts.segment.isEnabled()
    assert not prompts.accept.isEnabled()
    prompts.segment.click()
    say(dock, "repeat that")
    assert prompts.accept.isEnabled()
    assert prompts.candidates.button(3).isEnabled()
    prompts.reject.click()
    assert not prompts.accept.isEnabled()
    prompts.clear.click()
    assert not prompts.segment.isEnabled()


def test_without_mask_at_once_a_box_waits_for_the_button(dock):
    dock.prompts.at_once.setChecked(False)
    with pytest.raises(Exception, match="no mask"):
        draw_box(dock, ROUND_THE_BLOCK)
    assert dock.controller.session.boxes


def test_choosers_become_operations(dock):
    session = dock.controller.session
    dock.images.views.buttons()[2].click()
    assert session.view == "sagittal"
    dock.images.slice.setValue(30)
    assert session.index == 30
    dock.images.window.setCurrentText("Soft tissue")
    dock.images.window.activated.emit(dock.images.window.currentIndex())
    assert dock.controller.image.contrast_limits == [-160, 240]
    dock.labels.label.setCurrentIndex(0)
    dock.labels.label.activated.emit(0)
    assert session.current_label == "C1"
    dock.labels.below.click()
    assert session.current_label == "C2"
    dock.labels.above.click()
    assert session.current_label == "C1"


def test_the_save_button_saves_where_the_dialog_says(dock, tmp_path, monkeypatch):
    path = tmp_path / "chosen.nii.gz"
    monkeypatch.setattr(
        "napari_spinalsam._napari.labels_panel.QFileDialog.getSaveFileName", lambda *_, **__: (str(path), "")
    )
    draw_box(dock, ROUND_THE_BLOCK)
    dock.prompts.accept.click()
    dock.labels.save.click()
    assert path.exists()


def test_another_model_is_loaded_behind(dock, predictor, monkeypatch):
    loaded = []

    def load(name, device):
        loaded.append((name, device))
        return predictor

    monkeypatch.setattr("napari_spinalsam._napari.model_panel._load", load)
    dock.models.device.setCurrentText("CPU")
    dock.models.device.activated.emit(1)
    say(dock, "verify parameters")
    assert loaded == [("spinalsam-small", "cpu")]
