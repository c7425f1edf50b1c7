"""A key that is held to talk, wherever in the window the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtWidgets import QApplication

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

#: napari does not bind it, and it writes nothing into a line that has the focus.
KEY, KEY_NAME = Qt.Key.Key_F9, "F9"


class PushToTalk(QObject):
    """Watches the key in one window.

    Parameters
    ----------
    widget : QWidget
        The key counts while this widget's window is the active one.
    """

    pressed = Signal()
    released = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._held = False
        QApplication.instance().installEventFilter(self)

    def stop(self) -> None:
        """Watch no longer."""
        QApplication.instance().removeEventFilter(self)
        self._let_go()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hear the key before anything else does."""
        kind = event.type()
        if kind in (QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate):
            # The release would go to another window.
            self._let_go()
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and event.key() == KEY:
            return self._on_key(down=kind == QEvent.Type.KeyPress, repeated=event.isAutoRepeat())
        return False

    def _on_key(self, *, down: bool, repeated: bool) -> bool:
        if not self._held and QApplication.activeWindow() is not self._widget.window():
            return False
        if down and not self._held and not repeated:
            self._held = True
            self.pressed.emit()
        elif not down and not repeated:
            self._let_go()
        return True

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self.released.emit()
