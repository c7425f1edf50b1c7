"""The part of the dock that chooses the model and the device it runs on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QFileDialog, QFormLayout, QWidget

from napari_spinalsam._napari.choosers import beside, chooser, compact
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.weights import BUNDLED_SAM, REGISTRY

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.session.segmenter import PredictorLike

_DEVICES = {"Automatic": None, "CPU": "cpu", "CUDA GPU": "cuda", "Apple GPU": "mps"}
_OTHER = "Checkpoint file…"


class ModelPanel(QWidget):
    """Choosers for the segmentation model and its device.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = chooser("The bundled model, one of Meta's published SAM, or a checkpoint file of your own")
        for model in REGISTRY:
            if model.kind == "segmentation":
                text = f"{model.name} (bundled)" if model.name == BUNDLED_SAM else model.name
                self.model.addItem(text, model.name)
                self.model.setItemData(self.model.count() - 1, model.about, _TOOLTIP_ROLE)
        self.model.addItem(_OTHER, None)
        self.device = chooser("Where the network runs; automatic takes a GPU if there is one")
        for text, device in _DEVICES.items():
            self.device.addItem(text, device)
        form = compact(QFormLayout(self))
        form.addRow("Model", beside(self.model, self.device))
        self._chosen = self.model.currentIndex()
        self.model.activated.connect(self._choose_model)
        self.device.activated.connect(lambda _: self._use())

    def use_checkpoint(self, path: Path) -> None:
        """Add a checkpoint file to the chooser and load it."""
        self.model.insertItem(self.model.count() - 1, path.name, str(path))
        self.model.setCurrentIndex(self.model.count() - 2)
        self._use()

    def _choose_model(self, _index: int) -> None:
        if self.model.currentData() is not None:
            self._use()
            return
        with QSignalBlocker(self.model):
            self.model.setCurrentIndex(self._chosen)
        path, _ = QFileDialog.getOpenFileName(
            self, "Open a SAM checkpoint", "", "Checkpoints (*.pth *.pt *.safetensors)"
        )
        if path:
            self.use_checkpoint(Path(path))

    def _use(self) -> None:
        self._chosen = self.model.currentIndex()
        name, device = self.model.currentData(), self.device.currentData()
        self._controller.use_model(Segmenter(partial(_load, name, device)))


def _load(name: str, device: str | None) -> PredictorLike:
    """Load a predictor; runs in the inference thread, where importing torch disturbs nobody."""
    from napari_spinalsam.segmentation.embedding_store import EmbeddingStore
    from napari_spinalsam.segmentation.loading import load_predictor

    return load_predictor(name, device, EmbeddingStore.of_user())


_TOOLTIP_ROLE = 3
