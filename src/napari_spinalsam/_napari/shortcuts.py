"""The plugin's keys in napari's window: none that napari itself uses, shown in the dock, changeable by the user."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from app_model import Application
from napari.layers import Image, Labels, Points, Shapes
from napari.settings import get_settings
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtGui import QAction, QKeySequence, QShortcut
from qtpy.QtWidgets import QMainWindow, QMenuBar, QWidget

from napari_spinalsam._napari.shortcut_settings import DEFAULTS, SHORTCUTS, Shortcut, load_keys, save_keys
from napari_spinalsam.commands.operations import BaseOperation
from napari_spinalsam.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from napari_spinalsam._napari.controller import Controller

_LAYERS = (Image, Labels, Points, Shapes)


class Shortcuts(QObject):
    """Binds the keys in the window that a widget is in.

    Parameters
    ----------
    controller : Controller
    widget : QWidget
        The dock; the keys work wherever in its window the focus is.
    """

    #: The keys of some shortcut are others now.
    changed = Signal()

    def __init__(self, controller: Controller, widget: QWidget) -> None:
        super().__init__(widget)
        self._controller = controller
        self._widget = widget
        self._keys = dict(DEFAULTS)
        self._bound = {shortcut.name: self._bind(shortcut) for shortcut in SHORTCUTS}

    @property
    def keys(self) -> dict[str, str]:
        """Keys by the names of the shortcuts, empty where there are none."""
        return dict(self._keys)

    def load(self) -> None:
        """Take the user's own keys.

        Raises
        ------
        ConfigError
            If their file cannot be read; the keys are the defaults then.
        """
        self._take(load_keys())

    def change(self, name: str, keys: str) -> None:
        """Give a shortcut other keys, or none if ``keys`` is empty, and keep that for the next start.

        Raises
        ------
        ConfigError
            If the keys are napari's or another shortcut's, or cannot be kept; nothing has changed then.
        """
        keys = normal(keys)
        owner = self.owner_of(keys, but=name) if keys else None
        if owner is not None:
            raise ConfigError(f"{keys} is taken: {owner}", "Choose other keys")
        self._keep({**self._keys, name: keys})

    def reset(self) -> None:
        """Go back to the defaults.

        Raises
        ------
        ConfigError
            If that cannot be kept.
        """
        self._keep(dict(DEFAULTS))

    def owner_of(self, keys: str, but: str = "") -> str | None:
        """Find who else uses keys in this window, None if they are free."""
        return self._owner_among(napari_keys(self._widget.window()), keys, but)

    def collisions(self) -> dict[str, str]:
        """Find shortcuts whose keys somebody else uses too, by name, e.g. after the user changed napari's keys."""
        others = tuple(napari_keys(self._widget.window()))
        owners = {name: self._owner_among(others, keys, but=name) for name, keys in self._keys.items() if keys}
        return {name: owner for name, owner in owners.items() if owner is not None}

    def _owner_among(self, others: Iterable[tuple[str, str]], keys: str, but: str) -> str | None:
        own = ((self._keys[s.name], s.title) for s in SHORTCUTS if s.name != but)
        return next((owner for taken, owner in chain(own, others) if taken and taken == keys), None)

    def _keep(self, keys: dict[str, str]) -> None:
        save_keys(keys)
        self._take(keys)

    def _take(self, keys: dict[str, str]) -> None:
        self._keys = {name: normal(text) for name, text in keys.items()}
        for name, bound in self._bound.items():
            bound.setKey(QKeySequence(self._keys[name]))
        self.changed.emit()

    def _bind(self, shortcut: Shortcut) -> QShortcut:
        bound = QShortcut(QKeySequence(shortcut.keys), self._widget)
        bound.setContext(Qt.ShortcutContext.WindowShortcut)
        bound.activated.connect(lambda: self._do(shortcut))
        return bound

    def _do(self, shortcut: Shortcut) -> None:
        if shortcut.action is None:
            self._controller.segment()
        elif isinstance(shortcut.action, BaseOperation):
            self._controller.run(shortcut.action)
        else:
            self._controller.choose_tool(shortcut.action)


def normal(keys: str) -> str:
    """Write keys as Qt does on every system; empty if they are none."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def napari_keys(window: QWidget) -> Iterator[tuple[str, str]]:
    """Walk through the keys that napari uses at this moment, each with what it does.

    Those of its settings, of its layers, of its menus and their titles, whoever put them there.
    """
    for action, bindings in get_settings().shortcuts.shortcuts.items():
        for binding in bindings:
            yield normal(str(binding)), f"{action.removeprefix('napari:').replace('_', ' ')} (napari)"
    for layer in _LAYERS:
        for binding, function in layer.class_keymap.items():
            yield normal(str(binding)), f"{getattr(function, '__name__', function)} (napari, {layer.__name__})"
    for command in Application.get_or_create("napari").keybindings:
        yield normal(str(command.keybinding)), f"{command.command_id.removeprefix('napari.')} (napari)"
    if not isinstance(window, QMainWindow):
        return
    menus = window.findChild(QMenuBar)
    for action in window.findChildren(QAction):
        for sequence in action.shortcuts():
            yield normal(sequence.toString()), f"{action.text().replace('&', '')} (menu)"
    for menu in menus.actions() if menus is not None else []:
        mnemonic = QKeySequence.mnemonic(menu.text())
        yield normal(mnemonic.toString()), f"the menu {menu.text().replace('&', '')}"
