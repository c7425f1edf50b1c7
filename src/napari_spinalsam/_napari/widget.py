"""The dock: one column of panels, the command box, progress and a status line.

It appears at once: neither this module nor what it imports loads torch; the model comes in the inference thread.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from napari.utils.notifications import show_error, show_warning
from qtpy.QtCore import QEvent, Qt, QTimer
from qtpy.QtWidgets import QFileDialog, QProgressBar, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget
from superqt import QElidingLabel

from napari_spinalsam._napari.choosers import action, beside, show_keys
from napari_spinalsam._napari.command_box import CommandBox
from napari_spinalsam._napari.controller import Controller
from napari_spinalsam._napari.fold import Fold
from napari_spinalsam._napari.image_panel import ImagePanel
from napari_spinalsam._napari.labels_panel import LabelsPanel
from napari_spinalsam._napari.model_panel import ModelPanel
from napari_spinalsam._napari.numbers_panel import NumbersPanel
from napari_spinalsam._napari.prompt_panel import PromptPanel
from napari_spinalsam._napari.safety import Safety
from napari_spinalsam._napari.shortcuts import Shortcuts
from napari_spinalsam._napari.shortcuts_dialog import ShortcutsDialog
from napari_spinalsam._napari.voice_panel import VoicePanel
from napari_spinalsam._napari.volume_panel import VolumePanel
from napari_spinalsam.commands.catalogue import completions
from napari_spinalsam.commands.interpreter import Interpreter
from napari_spinalsam.commands.lazy_command_model import LazyCommandModel
from napari_spinalsam.commands.operations import OpenImage
from napari_spinalsam.errors import ConfigError, WeightsError
from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.speech.vocabulary import cannot_hear

if TYPE_CHECKING:
    from collections.abc import Callable

    import napari
    from qtpy.QtGui import QShowEvent

    from napari_spinalsam.commands.interpreter import Interpretation
    from napari_spinalsam.errors import SpinalSamError
    from napari_spinalsam.session.outcome import Outcome
    from napari_spinalsam.session.phrase import Entry
    from napari_spinalsam.session.propagation_job import PropagationJob
    from napari_spinalsam.session.segmenter import Segmenter
    from napari_spinalsam.session.slice_key import SliceKey


class SpinalSamWidget(QWidget):
    """Everything the plugin shows, and the controller behind it.

    Parameters
    ----------
    napari_viewer : napari.Viewer
    segmenter : Segmenter, optional
        The bundled model if none is given.
    interpret : callable, optional
        Text -> Interpretation; an `Interpreter` with rules and the bundled command model if none is given.
    """

    def __init__(
        self,
        napari_viewer: napari.Viewer,
        segmenter: Segmenter | None = None,
        interpret: Callable[[str], Interpretation] | None = None,
    ) -> None:
        super().__init__()
        # napari hands plugins a proxy, whose layers are proxies too and never identical to those that events bring.
        self.controller = Controller(inspect.unwrap(napari_viewer), segmenter, self, JournalFolder())
        self.images = ImagePanel(self.controller)
        self.models = ModelPanel(self.controller)
        self.prompts = PromptPanel(self.controller)
        self.labels = LabelsPanel(self.controller)
        self.volumes = VolumePanel(self.controller)
        self.numbers = NumbersPanel(self.controller)
        self.commands = CommandBox(
            self.controller, interpret or Interpreter(LazyCommandModel()).interpret, tuple(completions())
        )
        self.voice = VoicePanel(self.controller, self.commands.understand)
        self.progress = QProgressBar()
        self.status = QElidingLabel()
        self.shortcuts = Shortcuts(self.controller, self)
        self._lay_out()
        self._connect()
        self.safety = Safety(self.controller, self)
        self._take_image()
        self._refresh()

    def event(self, event: QEvent) -> bool:
        """Let go of the viewer when napari takes the dock away: it then has no parent any more."""
        if event.type() == QEvent.Type.ParentChange and self.parent() is None:
            self.close_down()
        return bool(super().event(event))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Give the panels the height they need: known only now that napari's style is on them."""
        super().showEvent(event)
        QTimer.singleShot(0, self._share_height)

    def _share_height(self) -> None:
        """Leave the log what the panels do not need; on a low screen both shrink, and the panels scroll."""
        needed = self._panels.sizeHint().height() + 2 * self._scroll.frameWidth()
        width = self._panels.minimumSizeHint().width() + self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMaximumHeight(needed)
        self._scroll.setMinimumWidth(width)
        self._splitter.setSizes([needed, max(self._splitter.height() - needed, 1)])

    def close_down(self) -> None:
        """End the threads and stop listening to the viewer; the labels layer stays."""
        self.safety.close()
        self.controller.close()
        self.voice.close_down()
        self.commands.close_thread()

    def _lay_out(self) -> None:
        panels = QWidget()
        column = QVBoxLayout(panels)
        column.setContentsMargins(2, 2, 2, 2)
        for panel in (self.images, self.models, self.prompts, self.labels):
            column.addWidget(panel)
        self.folds = {"Volume": Fold("Volume", self.volumes), "Numbers": Fold("Numbers", self.numbers)}
        for fold in self.folds.values():
            column.addWidget(fold)
            fold.title.toggled.connect(lambda _: QTimer.singleShot(0, self._share_height))
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(panels)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(scroll)
        splitter.addWidget(self.commands)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(1, 1)
        self._panels, self._scroll, self._splitter = panels, scroll, splitter
        self.progress.setRange(0, 0)
        self.progress.setMaximumHeight(6)
        self.progress.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(4)
        layout.addWidget(splitter, stretch=1)
        layout.addWidget(self.voice)
        layout.addWidget(self.progress)
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        keys = action("Keys…", "What every key does, and other keys for it", self.show_shortcuts, wide=False)
        unsaved = action("Unsaved…", "Work that was never saved, to bring back", self._offer_unsaved, wide=False)
        layout.addWidget(beside(self.status, keys, unsaved))

    def _connect(self) -> None:
        controller = self.controller
        controller.done.connect(self._on_done)
        controller.answered.connect(self._on_answered)
        controller.failed.connect(self._on_failed)
        controller.image_changed.connect(self._refresh)
        controller.path_wanted.connect(self._ask_for_path)
        self.voice.voice.failed.connect(self._on_failed)
        self.voice.voice.lacking.connect(lambda missing: show_warning(cannot_hear(missing)))
        controller.inference.busy_changed.connect(self._show_busy)
        controller.queue.carrying.stepped.connect(self._show_progress)
        self.shortcuts.changed.connect(self._show_keys)
        try:
            self.shortcuts.load()
        except ConfigError as error:
            self._on_failed(error)
        self._show_keys()

    def show_shortcuts(self) -> ShortcutsDialog:
        """Show what every key does, in a window of its own."""
        dialog = ShortcutsDialog(self.shortcuts, self)
        dialog.show()
        return dialog

    def _show_keys(self) -> None:
        """Tell the keys in the tooltips of the buttons that do the same."""
        prompts, labels, keys = self.prompts, self.labels, self.shortcuts.keys
        buttons = {
            "undo": prompts.undo,
            "redo": prompts.redo,
            "segment": prompts.segment,
            "accept": prompts.accept,
            "reject": prompts.reject,
            "next level": labels.below,
            "previous level": labels.above,
            **{button.property("tool"): button for button in prompts.tools.buttons()},
            **{f"mask {number}": prompts.candidates.button(number) for number in (1, 2, 3)},
        }
        for name, button in buttons.items():
            show_keys(button, keys[name])

    def _offer_unsaved(self) -> None:
        if not self.safety.offer():
            self._say("There is no work that was not saved")

    def _take_image(self) -> None:
        """Work on the image that is active, or on the topmost one."""
        from napari.layers import Image

        viewer = self.controller.viewer
        active = viewer.layers.selection.active
        images = [layer for layer in viewer.layers if isinstance(layer, Image)]
        if isinstance(active, Image):
            self.controller.use_image(active)
        elif images:
            self.controller.use_image(images[-1])

    def _refresh(self) -> None:
        for panel in (self.images, self.prompts, self.labels, self.volumes, self.numbers, self.commands):
            panel.refresh()
        self._show_busy("")

    def _on_done(self, outcome: Outcome) -> None:
        self._refresh()
        self._say(outcome.message)

    def _on_answered(self, entry: Entry) -> None:
        self._refresh()
        if entry.error is not None:
            self._on_failed(entry.error)
        elif entry.message:
            self._say(entry.message)

    def _on_failed(self, error: SpinalSamError) -> None:
        self._say(str(error))
        (show_error if isinstance(error, WeightsError) else show_warning)(str(error))

    def _say(self, text: str) -> None:
        self.status.setText(text.partition("\n")[0])
        self.status.setToolTip(text)

    def _show_busy(self, title: str) -> None:
        busy = self.controller.inference.busy
        self.progress.setVisible(busy)
        if not self.controller.queue.carrying.busy:
            self.progress.setRange(0, 0)
        if busy and title:
            self._say(f"{title}…")

    def _show_progress(self, carried: PropagationJob, key: SliceKey) -> None:
        """Tell how far a mask was carried; the views that vote afterwards are counted with it."""
        self.progress.setRange(0, carried.most)
        self.progress.setValue(carried.looked_at)
        self._say(f"{'Asking' if carried.is_voting else 'Carried to'} {key}, {carried.looked_at} of {carried.most}")

    def _ask_for_path(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a CT volume or a picture")
        if path:
            self.controller.run(OpenImage(path=path))
