"""The list of the plugin's keys, where the user changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_spinalsam._napari.shortcut_settings import SHORTCUTS, settings_path
from napari_spinalsam.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_spinalsam._napari.shortcuts import Shortcuts

_SIZE = (460, 560)


class ShortcutsDialog(QDialog):
    """Shows what every key does; a click on a key and another key changes it.

    Parameters
    ----------
    shortcuts : Shortcuts
    parent : QWidget, optional
    """

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("SpinalSAM shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shortcuts = shortcuts
        #: The editors by the names of the shortcuts.
        self.editors: dict[str, QKeySequenceEdit] = {}
        self.message = QLabel()
        self.message.setWordWrap(True)
        self._lay_out()
        self._show_keys()
        shortcuts.changed.connect(self._show_keys)
        self._tell_of_collisions()

    def _lay_out(self) -> None:
        rows = QWidget()
        grid = QGridLayout(rows)
        for row, shortcut in enumerate(SHORTCUTS):
            editor = QKeySequenceEdit()
            editor.setToolTip("Click, then press the keys; Clear leaves it without any")
            editor.editingFinished.connect(lambda name=shortcut.name: self._change(name))
            clear = QPushButton("Clear")
            clear.setToolTip("No keys for this")
            clear.clicked.connect(lambda _, name=shortcut.name: self._set(name, ""))
            for column, widget in enumerate((QLabel(shortcut.title), editor, clear)):
                grid.addWidget(widget, row, column)
            self.editors[shortcut.name] = editor
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(rows)
        self.defaults = QPushButton("Defaults")
        self.defaults.setToolTip("Give every shortcut its first keys again")
        self.defaults.clicked.connect(lambda: self._try(self._shortcuts.reset))
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.defaults)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll)
        layout.addWidget(self.message)
        layout.addLayout(buttons)
        self.resize(*_SIZE)

    def _show_keys(self) -> None:
        for name, keys in self._shortcuts.keys.items():
            with QSignalBlocker(self.editors[name]):
                self.editors[name].setKeySequence(QKeySequence(keys))

    def _change(self, name: str) -> None:
        self._set(name, self.editors[name].keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _set(self, name: str, keys: str) -> None:
        if keys != self._shortcuts.keys[name]:
            self._try(lambda: self._shortcuts.change(name, keys))

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except ConfigError as error:
            self.message.setText(str(error))
            self._show_keys()
        else:
            self._tell_of_collisions()

    def _tell_of_collisions(self) -> None:
        keys, titles = self._shortcuts.keys, {shortcut.name: shortcut.title for shortcut in SHORTCUTS}
        clashes = [f"{keys[name]} ({titles[name]}) is also {who}" for name, who in self._shortcuts.collisions().items()]
        self.message.setText("\n".join(clashes) or f"None of these is used by napari. Kept in {settings_path()}")
