"""A panel under a title that folds it away, whose height follows what the panel shows.

``superqt.QCollapsible`` fixes the height when it unfolds, and would cut off a table that comes later.
"""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from napari_spinalsam._napari.choosers import compact


class Fold(QWidget):
    """A title, and under it a panel that is folded away at first.

    Parameters
    ----------
    title : str
    panel : QWidget
    parent : QWidget, optional
    """

    def __init__(self, title: str, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.title = QToolButton()
        self.title.setText(title)
        self.title.setToolTip(f"Show or hide: {title.lower()}")
        self.title.setCheckable(True)
        self.title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title.toggled.connect(self._fold)
        column = compact(QVBoxLayout(self))
        column.addWidget(self.title)
        column.addWidget(panel)
        self._fold(unfolded=False)

    def unfold(self, unfolded: bool = True) -> None:
        """Show the panel, or fold it away."""
        self.title.setChecked(unfolded)

    def _fold(self, unfolded: bool) -> None:
        self.title.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._panel.setVisible(unfolded)
