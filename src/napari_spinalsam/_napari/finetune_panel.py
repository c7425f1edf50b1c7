"""The widget that fine-tunes the network on the labels that are open, and hands the result to the SpinalSAM dock."""

from __future__ import annotations

import inspect
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from napari.layers import Image, Labels
from napari.utils.notifications import show_error, show_warning
from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import (
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_spinalsam._napari.choosers import action, beside, chooser
from napari_spinalsam._napari.frame import LayerFrame
from napari_spinalsam._napari.image_source import volume_of_layer
from napari_spinalsam._napari.training_process import TrainingProcess
from napari_spinalsam._napari.workers import InferenceThread, Job
from napari_spinalsam.errors import LabelsError, SpinalSamError
from napari_spinalsam.folders import data_folder
from napari_spinalsam.training.open_images import IMAGES, MASKS, OpenImage, write_open_images
from napari_spinalsam.training.run_folder import CHECKPOINT
from napari_spinalsam.weights import REGISTRY

if TYPE_CHECKING:
    import napari

PLUGIN: Final = "napari-spinalsam"
DOCK: Final = "SpinalSAM"
_DATA: Final = "data"
_AXES: Final = {"Axial": "axial", "Coronal": "coronal", "Sagittal": "sagittal"}
#: What is trained, and the words of the command line that say so.
_PARTS: Final = {
    "LoRA and CBAM": [],
    "Mask decoder only": ["--no-lora", "--no-cbam"],
    "Whole network": ["--full"],
}


class FinetunePanel(QWidget):
    """Choose labelled images, start the training, watch it, stop it.

    Parameters
    ----------
    napari_viewer : napari.Viewer
    """

    def __init__(self, napari_viewer: napari.Viewer) -> None:
        super().__init__()
        self.viewer = inspect.unwrap(napari_viewer)  # not the proxy that napari hands to plugins
        self.images = QListWidget()
        self.images.setMaximumHeight(120)
        self.images.setToolTip("Images with labels on them; every one counts as a patient of its own")
        self.model = chooser("The network to start from: one of these, or the path of one")
        self.model.setEditable(True)
        self.model.addItems([model.name for model in REGISTRY if model.kind == "segmentation"])
        self.part = chooser("What is trained: small additions that are saved alone, or more of the network itself")
        self.part.addItems(list(_PARTS))
        self.axis = chooser("How volumes are cut into slices")
        self.axis.addItems(list(_AXES))
        self.epochs = QSpinBox()
        self.epochs.setRange(1, 1000)
        self.epochs.setValue(20)
        self.epochs.setToolTip("How often every slice is looked at; training stops earlier when it helps no more")
        self.folder = QLineEdit(str(_new_folder()))
        self.folder.setToolTip("Folder for all that is made; a run that was stopped goes on if its folder is given")
        self.start = action("Start", "Train on the labels of the images that are ticked", self._start)
        self.cancel = action("Cancel", "Stop the training; what it has reached stays in the folder", self._cancel)
        self.progress = QProgressBar()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.process = TrainingProcess(self)
        self._writer = InferenceThread(self)
        self._job: Job | None = None
        self._lay_out()
        self._connect()
        self.refresh()

    def event(self, event: QEvent) -> bool:
        """Let go of the viewer and end the training when napari takes the widget away."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None:
            self.close_down()
        return bool(super().event(event))

    def close_down(self) -> None:
        """End the training and stop listening to the viewer."""
        for event in self._layer_events():
            event.disconnect(self.refresh)
        self._writer.close()
        self.process.close()

    @property
    def busy(self) -> bool:
        """Whether a training is prepared or runs."""
        return self._job is not None or self.process.running

    def refresh(self) -> None:
        """List the images with labels; what was ticked stays so."""
        unticked = {
            item.data(Qt.ItemDataRole.UserRole)
            for item in self._items()
            if item.checkState() == Qt.CheckState.Unchecked
        }
        self.images.clear()
        for image, labels in labelled_images(self.viewer):
            item = QListWidgetItem(f"{image.name}: {labels.name}")
            item.setData(Qt.ItemDataRole.UserRole, (image, labels))
            ticked = (image, labels) not in unticked
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.images.addItem(item)
        self._enable()

    def _items(self) -> list[QListWidgetItem]:
        return [self.images.item(i) for i in range(self.images.count())]

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Images", self.images)
        form.addRow("Network", self.model)
        form.addRow("Train", self.part)
        form.addRow("Slices", self.axis)
        form.addRow("Epochs", self.epochs)
        form.addRow("Folder", self.folder)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(beside(self.start, self.cancel))
        layout.addWidget(self.progress)
        layout.addWidget(self.status)
        layout.addStretch()

    def _connect(self) -> None:
        for event in self._layer_events():
            event.connect(self.refresh)
        self.folder.textChanged.connect(lambda _: self._enable())
        self.process.progressed.connect(self._show_progress)
        self.process.said.connect(self.status.setText)
        self.process.done.connect(self._on_done)
        self.process.failed.connect(self._on_failed)

    def _layer_events(self) -> list[object]:
        events = self.viewer.layers.events
        return [events.inserted, events.removed]

    def _enable(self) -> None:
        busy = self.busy
        for widget in (self.images, self.model, self.part, self.axis, self.epochs, self.folder):
            widget.setEnabled(not busy)
        self.start.setEnabled(not busy and self.images.count() > 0)
        self.start.setText("Continue" if (Path(self.folder.text()).expanduser() / CHECKPOINT).is_file() else "Start")
        self.cancel.setEnabled(busy)
        self.progress.setVisible(busy)
        if not self.images.count() and not busy:
            self.status.setText("Open an image and keep some masks on it first.")

    def _start(self) -> None:
        try:
            images = [
                open_image(*item.data(Qt.ItemDataRole.UserRole))
                for item in self._items()
                if item.checkState() == Qt.CheckState.Checked
            ]
        except SpinalSamError as error:
            self._say_error(error)
            return
        if not images:
            self._say_error(LabelsError("No image is ticked", "Tick those whose labels are to be learned"))
            return
        folder = Path(self.folder.text()).expanduser()
        words = self._words(folder, len(images))
        if (folder / CHECKPOINT).is_file():
            self._train([*words, "--resume"])
            return
        self._job = Job(
            "Writing the images",
            lambda: write_open_images(folder / _DATA, images),
            lambda _: self._train(words),
            self._on_refused,
        )
        self.progress.setRange(0, 0)
        self.status.setText("Writing the images…")
        self._writer.submit(self._job)
        self._enable()

    def _words(self, folder: Path, n_images: int) -> list[str]:
        return [
            *("--images", str(folder / _DATA / IMAGES), "--masks", str(folder / _DATA / MASKS), "--out", str(folder)),
            *("--model", self.model.currentText(), "--axis", _AXES[self.axis.currentText()], "--classes", "each"),
            *("--epochs", str(self.epochs.value()), *_PARTS[self.part.currentText()]),
            *(() if n_images > 1 else ("--validation-share", "0")),  # one patient cannot be on both sides
        ]

    def _train(self, words: list[str]) -> None:
        self._job = None
        self.status.setText("Starting…")
        self.process.start(words)
        self._enable()

    def _cancel(self) -> None:
        if self._job is not None:
            self._writer.drop(self._job)
            self._job = None
            self._on_failed("")
        else:
            self.process.stop()

    def _show_progress(self, stage: str, done: int, total: int, note: str) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(f"{stage}  %v / %m" + f"  {note}" * bool(note))

    def _on_done(self, result: Path) -> None:
        """Hand the adapters to the dock, which is opened if it is not there."""
        self._enable()
        _, dock = self.viewer.window.add_plugin_dock_widget(PLUGIN, DOCK, tabify=True)
        dock.models.use_checkpoint(result)
        self.folder.setText(str(_new_folder()))
        self.status.setText(f"Done. The dock uses {result} now; its log and curve lie beside it.")

    def _on_failed(self, reason: str) -> None:
        self._enable()
        if not reason:
            self.status.setText(f"Stopped. What the last whole epoch reached stays in {self.folder.text()}.")
            return
        text = reason.removeprefix("napari-spinalsam: ")
        self.status.setText(text)
        show_error(text)

    def _on_refused(self, error: SpinalSamError) -> None:
        self._job = None
        self._say_error(error)
        self._enable()

    def _say_error(self, error: SpinalSamError) -> None:
        self.status.setText(str(error))
        show_warning(str(error))


def _new_folder() -> Path:
    return data_folder() / "finetuned" / time.strftime("%Y-%m-%d_%H-%M-%S")


def labelled_images(viewer: napari.Viewer) -> list[tuple[Image, Labels]]:
    """Pair every labels layer that can be edited with the first image of its shape."""
    images = [layer for layer in viewer.layers if isinstance(layer, Image)]
    pairs = []
    for labels in viewer.layers:
        if isinstance(labels, Labels) and labels.editable:
            image = next((image for image in images if _shape(image) == labels.data.shape), None)
            if image is not None:
                pairs.append((image, labels))
    return pairs


def open_image(image: Image, labels: Labels) -> OpenImage:
    """Take an image and its labels out of their layers; later changes of the layers are no concern of the copy.

    Raises
    ------
    ImageError, LabelsError
        If the image is none that can be segmented, or the labels do not lie on it voxel on voxel.
    """
    volume = volume_of_layer(image)
    if not LayerFrame.of(volume, image).fits(labels):
        raise LabelsError(
            f"The labels layer '{labels.name}' does not lie on the image '{image.name}' voxel on voxel",
            "Untick it, or use labels that were made on this image",
        )
    return OpenImage(image.name, volume, np.array(labels.data).reshape(volume.shape))


def _shape(image: Image) -> tuple[int, ...]:
    data = image.data[0] if image.multiscale else image.data
    return tuple(data.shape[:-1] if image.rgb else data.shape)
