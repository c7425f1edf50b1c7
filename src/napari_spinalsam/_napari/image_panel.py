"""The part of the dock that says what is looked at: image, view, slice, window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.layers import Image
from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QButtonGroup, QFormLayout, QSpinBox, QWidget

from napari_spinalsam._napari.choosers import action, beside, chooser, compact, fill_layers, set_quietly, toggle
from napari_spinalsam.commands.operations import GoToSlice, OpenImage, SetView, SetWindow
from napari_spinalsam.imaging.window import PRESETS

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller

_VIEWS = {"axial": "Axial", "coronal": "Coronal", "sagittal": "Sagittal", "3d": "3D"}
_WINDOWS = {"bone": "Bone", "soft_tissue": "Soft tissue", "lung": "Lung", "full": "Full range"}
_BY_HAND = "By hand"


class ImagePanel(QWidget):
    """Choosers for the image layer, the view, the slice and the window.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.image = chooser("The image layer that is segmented; any 2D or 3D image layer will do")
        self.open_button = action(
            "Open…", "Open a NIfTI volume or a picture", lambda: controller.run(OpenImage()), wide=False
        )
        self.views = QButtonGroup(self)
        self.slice = QSpinBox()
        self.slice.setToolTip("Slice on display, counted from 0; the slider below the image does the same")
        self.slice.setKeyboardTracking(False)
        self.window = chooser("HU window on display; the network always sees its own, so masks do not depend on it")
        self.window.addItems([*_WINDOWS.values(), _BY_HAND])
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show what the viewer and the session are at."""
        images = [layer for layer in self._controller.viewer.layers if isinstance(layer, Image)]
        fill_layers(self.image, images, self._controller.image, none="No image")
        session, stage = self._controller.session, self._controller.stage
        several = session.volume is not None and session.volume.n_slices("axial") > 1
        for button in self.views.buttons():
            name = button.property("view")
            button.setEnabled(stage is not None and (several or name == "axial"))
            button.setChecked(stage is not None and name == session.view)
        self.slice.setEnabled(stage is not None and several and session.view != "3d")
        if session.volume is not None:
            set_quietly(self.slice, session.volume.n_slices(session.axis) - 1, session.index)
        self.window.setEnabled(stage is not None and not stage.image.rgb)
        self._refresh_window()

    def _refresh_window(self) -> None:
        stage, session = self._controller.stage, self._controller.session
        shown = _BY_HAND
        if stage is not None and session.volume is not None and not stage.image.rgb:
            limits = tuple(stage.image.contrast_limits)
            shown = next((_WINDOWS[name] for name, window in PRESETS.items() if window.limits == limits), _BY_HAND)
        with QSignalBlocker(self.window):
            self.window.setCurrentText(shown)

    def _lay_out(self) -> None:
        form = compact(QFormLayout(self))
        form.addRow("Image", beside(self.image, self.open_button))
        buttons = []
        for name, text in _VIEWS.items():
            three_d = "The volume in 3D; prompts need one of the other views"
            button = toggle(text, three_d if name == "3d" else f"{text} view")
            button.setProperty("view", name)
            self.views.addButton(button)
            buttons.append(button)
        form.addRow("View", beside(*buttons))
        form.addRow("Slice", beside(self.slice, self.window))

    def _connect(self) -> None:
        run = self._controller.run
        self.image.activated.connect(lambda _: self._controller.use_image(self.image.currentData()))
        self.views.buttonClicked.connect(lambda button: run(SetView(axis=button.property("view"))))
        self.slice.valueChanged.connect(lambda index: run(GoToSlice(index=index)))
        self.window.activated.connect(lambda _: self._choose_window(self.window.currentText()))

    def _choose_window(self, text: str) -> None:
        preset = next((name for name, shown in _WINDOWS.items() if shown == text), None)
        if preset is not None:
            self._controller.run(SetWindow(preset=preset))
        self._refresh_window()
