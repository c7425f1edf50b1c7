"""The part of the dock that says under which label masks are kept, in which layer, and saves them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari.layers import Labels
from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QFileDialog, QFormLayout, QWidget

from napari_spinalsam._napari.choosers import action, beside, chooser, compact, fill_layers
from napari_spinalsam.commands.operations import NextLevel, PreviousLevel, SaveLabels, SetLabel
from napari_spinalsam.vertebrae import LEVELS, VERSE, label_name

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller

_NEW_LAYER = "New layer"


class LabelsPanel(QWidget):
    """Choosers for the label and the labels layer.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        run = controller.run
        self.label = chooser("The vertebra that accepted masks belong to, with its integer in the labels (VerSe)")
        self.above = action("▲", "The vertebra above", lambda: run(PreviousLevel()), wide=False)
        self.below = action("▼", "The vertebra below", lambda: run(NextLevel()), wide=False)
        self.target = chooser("The labels layer that masks are written to: a new one, or one of yours")
        self.save = action("Save…", "Save the labels as NIfTI on the image's own grid", self._save, wide=False)
        form = compact(QFormLayout(self))
        form.addRow("Label", beside(self.label, self.above, self.below))
        form.addRow("Into", beside(self.target, self.save))
        self.label.activated.connect(lambda _: run(SetLabel(label=self.label.currentData())))
        self.target.activated.connect(lambda _: controller.use_labels(self.target.currentData()))
        self.refresh()

    def refresh(self) -> None:
        """Show the current label and the labels layers there are."""
        self._refresh_label()
        labels = [layer for layer in self._controller.viewer.layers if isinstance(layer, Labels)]
        stage = self._controller.stage
        own = stage.layers.get("preview") if stage is not None else None
        offered = [layer for layer in labels if layer is not own]
        fill_layers(self.target, offered, self._controller.labels, none=_NEW_LAYER)
        self.save.setEnabled(stage is not None and self._controller.session.labels is not None)
        for widget in (self.label, self.above, self.below, self.target):
            widget.setEnabled(stage is not None)

    def _refresh_label(self) -> None:
        value = self._controller.session.label_value
        values = [VERSE[level] for level in LEVELS]
        if value not in values:
            values.append(value)
        with QSignalBlocker(self.label):
            if [self.label.itemData(i) for i in range(self.label.count())] != values:
                self.label.clear()
                for each in values:
                    name = label_name(each)
                    self.label.addItem(f"{name}  ({each})" if name in VERSE else name, each)
            self.label.setCurrentIndex(values.index(value))

    def _save(self) -> None:
        volume = self._controller.session.volume
        if volume is None:
            return
        name = "labels.nii.gz"
        if volume.path is not None:
            name = str(volume.path.with_name(f"{volume.path.name.partition('.')[0]}_labels.nii.gz"))
        # Only the session asks whether to overwrite a file, so that there is one question and not two.
        options = QFileDialog.Option.DontConfirmOverwrite
        path, _ = QFileDialog.getSaveFileName(self, "Save the labels", name, "NIfTI (*.nii.gz *.nii)", options=options)
        if path:
            self._controller.run(SaveLabels(path=str(Path(path))))
