"""A real viewer with the dock, over small images."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from napari_spinalsam import folders
from napari_spinalsam._napari import demo, layer_data
from napari_spinalsam._napari.widget import SpinalSamWidget
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.segmentation.prompts import check_prompts
from napari_spinalsam.session.segmenter import Segmenter


@dataclass(frozen=True, eq=False)
class ThresholdEmbedding:
    bright: np.ndarray


@dataclass(frozen=True, eq=False)
class ThresholdPrediction:
    masks: np.ndarray
    predicted_iou: np.ndarray
    low_res_logits: np.ndarray


@dataclass
class ThresholdPredictor:
    """A predictor without a network: what is bright inside the box, or round the points.

    Counts its passes; ``before_embedding`` is called in the inference thread.
    """

    embedded: list = field(default_factory=list)
    before_embedding: object = None

    def describe_device(self):
        return "threshold on the CPU"

    def describe_model(self):
        return "threshold, every parameter matches"

    def embed(self, image):
        if self.before_embedding is not None:
            self.before_embedding()
        self.embedded.append(image)
        return ThresholdEmbedding(image.values > image.values.mean())

    def predict(self, embedding, prompts, mask_logits=None):
        bright = embedding.bright
        check_prompts(prompts, bright.shape)
        rows, columns = np.indices(bright.shape)
        wanted = np.zeros(bright.shape, dtype=bool)
        for box in prompts.boxes:
            wanted |= (columns >= box.x0) & (columns <= box.x1) & (rows >= box.y0) & (rows <= box.y1)
        for point in prompts.points:
            near = (columns - point.x) ** 2 + (rows - point.y) ** 2 <= 25
            wanted = wanted | near if point.positive else wanted & ~near
        masks = np.stack([wanted & bright, wanted, wanted & ~bright])
        return ThresholdPrediction(
            masks, np.array([0.9, 0.8, 0.7], dtype=np.float32), np.zeros((3, 8, 8), dtype=np.float32)
        )


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory, monkeypatch):
    """Every test has journals and settings of its own."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv(folders.HOME_VARIABLE, str(folder))
    return folder


@pytest.fixture
def predictor():
    return ThresholdPredictor()


@pytest.fixture
def ct():
    """A small CT, anisotropic and shifted: a bright block (a "vertebra") in soft tissue, 12 x 40 x 50 voxels."""
    hu = np.full((12, 40, 50), 40, dtype=np.int16)
    hu += np.random.default_rng(0).integers(-10, 10, hu.shape, dtype=np.int16)
    hu[2:10, 10:25, 15:35] = 600
    hu[:, :2] = -1000
    affine = np.diag([3.0, 0.8, 0.7, 1.0])
    affine[:3, 3] = 10, -20, 30
    return volume_from_array(hu, affine)


@pytest.fixture
def open_dock(make_napari_viewer, predictor, qtbot):
    """Function that puts the dock into a new viewer: ``open_dock(layer data, …) -> SpinalSamWidget``."""
    docks = []

    def open_it(*layers, show=False, model=None):
        from napari.layers import Layer

        viewer = make_napari_viewer(show=show)
        for layer in layers:
            viewer.add_layer(Layer.create(*layer))
        dock = SpinalSamWidget(viewer, Segmenter(lambda: model or predictor))
        viewer.window.add_dock_widget(dock, name="SpinalSAM")
        docks.append(dock)
        demo.wait_until_idle(dock)
        return dock

    yield open_it
    for dock in docks:
        dock.close_down()
        if dock.parent() is not None:
            dock.controller.viewer.window.remove_dock_widget(dock)
        dock.deleteLater()
    qtbot.wait(10)


@pytest.fixture
def dock(open_dock, ct):
    """The dock over the small CT, as our own reader would open it."""
    return open_dock(layer_data.image_layer(ct, "scan"))


@pytest.fixture
def warnings_shown():
    """Messages of napari's notifications, in order."""
    from napari.utils.notifications import notification_manager

    shown = []
    notification_manager.notification_ready.connect(shown.append)
    yield shown
    notification_manager.notification_ready.disconnect(shown.append)
