"""Fine-tuning from the viewer: which labels are offered, a real run stopped and continued, and its result in use."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from napari.layers import Layer
from qtpy.QtCore import Qt, QTimer

from lab import save_network
from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import wait_until_idle
from napari_spinalsam._napari.finetune_panel import DOCK, PLUGIN, FinetunePanel, labelled_images, open_image
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.training.run_folder import CHECKPOINT

#: A process that imports torch on a busy machine takes its time.
PATIENCE_MS = 500_000


@pytest.fixture
def labelled(ct):
    """Labels of the bright block."""
    return np.where(ct.array > 300, 20, 0).astype(np.uint16)


@pytest.fixture
def viewer(make_napari_viewer, ct, labelled):
    viewer = make_napari_viewer()
    viewer.add_layer(Layer.create(*layer_data.image_layer(ct, "scan")))
    viewer.add_layer(Layer.create(*layer_data.labels_layer(labelled, ct, "vertebrae")))
    return viewer


@pytest.fixture
def panel(viewer, tmp_path, qtbot):
    panel = FinetunePanel(viewer)
    viewer.window.add_dock_widget(panel, name="Fine-tune SpinalSAM")
    save_network(tmp_path / "network")
    panel.model.setEditText(str(tmp_path / "network"))
    panel.folder.setText(str(tmp_path / "run"))
    yield panel
    panel.close_down()
    qtbot.wait(10)


def offered(panel):
    return [panel.images.item(i).text() for i in range(panel.images.count())]


def test_labels_are_offered_with_their_image_as_they_come_and_go(panel, viewer, ct, labelled):
    assert offered(panel) == ["scan: vertebrae"]
    assert panel.start.isEnabled()
    preview = viewer.add_labels(labelled.copy(), name="preview")
    preview.editable = False
    viewer.add_labels(np.zeros((3, 4), np.uint8), name="of another picture")
    panel.refresh()
    assert offered(panel) == ["scan: vertebrae"]
    panel.images.item(0).setCheckState(Qt.CheckState.Unchecked)
    second = viewer.add_layer(Layer.create(*layer_data.labels_layer(labelled.copy(), ct, "more")))
    assert offered(panel) == ["scan: vertebrae", "scan: more"]
    assert [panel.images.item(i).checkState() for i in range(2)] == [Qt.CheckState.Unchecked, Qt.CheckState.Checked]
    viewer.layers.remove(second)
    viewer.layers.remove("vertebrae")
    assert offered(panel) == []
    assert not panel.start.isEnabled()


def test_a_copy_is_taken_of_labels_that_lie_on_the_image(viewer, ct, labelled):
    ((image, labels),) = labelled_images(viewer)
    taken, before = open_image(image, labels), labelled.copy()
    labels.data[:] = 0
    assert np.array_equal(taken.labels, before)
    assert taken.volume is ct
    labels.translate = (1, 0, 0)
    with pytest.raises(LabelsError, match="'vertebrae' does not lie on the image 'scan'"):
        open_image(image, labels)


def test_what_cannot_be_trained_on_is_said_and_nothing_starts(panel, viewer, qtbot, warnings_shown):
    panel.images.item(0).setCheckState(Qt.CheckState.Unchecked)
    panel.start.click()
    assert panel.status.text().startswith("No image is ticked.")
    panel.images.item(0).setCheckState(Qt.CheckState.Checked)
    viewer.layers["vertebrae"].data[:] = 0
    panel.start.click()
    qtbot.waitUntil(lambda: not panel.busy, timeout=PATIENCE_MS)
    assert panel.status.text().startswith("The labels on 'scan' are empty.")
    assert len(warnings_shown) == 2
    assert not panel.process.running
    assert not panel.cancel.isEnabled()


def test_the_whole_network_and_other_choices_become_words(panel, tmp_path):
    panel.part.setCurrentText("Whole network")
    panel.axis.setCurrentText("Sagittal")
    words = panel._words(tmp_path, n_images=2)
    assert words[-1] == "--full"
    assert words[words.index("--axis") + 1] == "sagittal"
    assert panel._words(tmp_path, n_images=1)[-2:] == ["--validation-share", "0"]


@pytest.mark.timeout(1200)
def test_a_run_is_stopped_continued_and_its_adapters_are_used(panel, viewer, tmp_path, qtbot):
    ticks = []
    timer = QTimer(panel)
    timer.timeout.connect(lambda: ticks.append(len(ticks)))
    timer.start(50)
    panel.epochs.setValue(1000)
    panel.start.click()
    assert panel.busy
    assert panel.cancel.isEnabled()
    assert not panel.start.isEnabled()
    qtbot.waitUntil(lambda: (tmp_path / "run" / CHECKPOINT).exists(), timeout=PATIENCE_MS)
    assert panel.progress.format().startswith("epoch ")
    panel.cancel.click()
    qtbot.waitUntil(lambda: not panel.busy, timeout=PATIENCE_MS)
    assert len(ticks) > 20  # the viewer was alive all the time
    assert panel.status.text().startswith("Stopped.")
    assert panel.start.text() == "Continue"

    done = torch.load(tmp_path / "run" / CHECKPOINT, weights_only=True)["epoch"]
    panel.epochs.setValue(done + 1)
    panel.start.click()
    qtbot.waitUntil(lambda: not panel.busy, timeout=PATIENCE_MS)
    assert panel.status.text().startswith("Done."), panel.status.text()
    _, dock = viewer.window.add_plugin_dock_widget(PLUGIN, DOCK)  # the one that is open already
    wait_until_idle(dock)
    assert dock.models.model.currentData() == str(tmp_path / "run" / "adapters")
    assert "LoRA of rank 8" in str(dock.controller.session.segmenter.predictor.describe_model())
    assert panel.start.text() == "Start"
    dock.close_down()


@pytest.mark.timeout(900)
def test_what_goes_wrong_in_the_process_is_told_in_its_own_words(panel, qtbot, warnings_shown):
    panel.model.setEditText("nonesuch")
    panel.start.click()
    qtbot.waitUntil(lambda: not panel.busy, timeout=PATIENCE_MS)
    assert panel.status.text().startswith("There is no model and no file 'nonesuch'.")
    assert len(warnings_shown) == 1


@pytest.mark.timeout(900)
def test_closing_the_widget_ends_the_process(panel, viewer, qtbot):
    panel.start.click()
    qtbot.waitUntil(lambda: panel.process.running, timeout=PATIENCE_MS)
    viewer.window.remove_dock_widget(panel)
    assert not panel.process.running
