"""Small pieces that the panels of the dock are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QLayout, QPushButton, QSizePolicy, QSpinBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari.layers import Layer

AnyLayout = TypeVar("AnyLayout", bound=QLayout)


def chooser(tooltip: str) -> QComboBox:
    """Make a combo box that may be narrower than the names in it."""
    box = QComboBox()
    box.setToolTip(tooltip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(5)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def fill_layers(box: QComboBox, layers: Iterable[Layer], current: Layer | None, none: str) -> None:
    """Fill a chooser with layers, each held as the item's data, and show which is in use.

    Parameters
    ----------
    box : QComboBox
    layers : iterable of Layer
    current : Layer or None
        The one to show; None is the item named ``none``.
    none : str
        Text of the item for no layer.
    """
    items = [(none, None), *((layer.name, layer) for layer in layers)]
    with QSignalBlocker(box):
        # Filled anew only when something changed: this is called on every scroll of the slider.
        if [(box.itemText(i), box.itemData(i)) for i in range(box.count())] != items:
            box.clear()
            for name, layer in items:
                box.addItem(name, layer)
        box.setCurrentIndex(next(i for i, (_, layer) in enumerate(items) if layer is current))


def toggle(text: str, tooltip: str) -> QPushButton:
    """Make a button that stays down, narrow enough for four of them in a row."""
    button = QPushButton(text)
    button.setToolTip(tooltip)
    button.setCheckable(True)
    return _narrow(button)


def action(text: str, tooltip: str, clicked: Callable[[], None], *, wide: bool = True) -> QPushButton:
    """Make a button that does something; one that is not wide leaves the rest of its row to others."""
    button = QPushButton(text)
    button.setToolTip(tooltip)
    button.clicked.connect(lambda: clicked())
    _narrow(button)
    if not wide:
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setFixedWidth(button.minimumWidth() + 8)
    return button


def show_keys(button: QPushButton, keys: str) -> None:
    """Tell the keys that do the same as a button at the end of its tooltip; empty for none."""
    button.setProperty("keys", keys)
    tip_and_keys(button, button.property("tip") or button.toolTip())


def tip_and_keys(button: QPushButton, tip: str) -> None:
    """Set a button's tooltip, with the keys that do the same."""
    button.setProperty("tip", tip)
    keys = button.property("keys")
    button.setToolTip(f"{tip} ({keys})" if keys else tip)


def _narrow(button: QPushButton) -> QPushButton:
    button.setMinimumWidth(button.fontMetrics().horizontalAdvance(button.text()) + 12)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def set_quietly(box: QSpinBox, maximum: int, value: int) -> None:
    """Set a spin box without its signal."""
    with QSignalBlocker(box):
        box.setMaximum(maximum)
        box.setValue(value)


def compact(layout: AnyLayout) -> AnyLayout:
    """Take a layout's margins away and bring its rows close together, as everywhere in the dock."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout


def beside(*widgets: QWidget) -> QWidget:
    """Widgets in a row."""
    row = QWidget()
    layout = compact(QHBoxLayout(row))
    for widget in widgets:
        layout.addWidget(widget)
    return row
