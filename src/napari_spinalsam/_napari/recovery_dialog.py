"""The offer to bring back work that was never saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_spinalsam.session.recovery import Recovery

_COLUMNS = ("Image", "Last change", "What it was")
_DELETE, _REALLY = "Delete", "Really delete?"
_SIZE = (720, 260)


class RecoveryDialog(QDialog):
    """Lists work that was never saved; nothing happens to it but what the user asks for.

    Parameters
    ----------
    recoveries : sequence of Recovery
        At least one; the first is selected.
    parent : QWidget, optional
    """

    #: Recovery: bring this back.
    wanted = Signal(object)
    #: Recovery: delete this for good.
    unwanted = Signal(object)

    def __init__(self, recoveries: Sequence[Recovery], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Work that was not saved")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._recoveries = list(recoveries)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.details = QLabel()
        self.bring_back = QPushButton("Bring back")
        self.bring_back.setToolTip("Open the image if it is not open, and put the work into its labels; can be undone")
        self.bring_back.setDefault(True)
        self.delete = QPushButton(_DELETE)
        self.delete.setToolTip("Delete this work for good; asks once more")
        self.later = QPushButton("Later")
        self.later.setToolTip("Leave it; it is offered again at the next start")
        self._lay_out()
        self._fill()
        self.table.currentCellChanged.connect(self._show_details)
        self.bring_back.clicked.connect(lambda: self.wanted.emit(self.selected))
        self.delete.clicked.connect(self._delete)
        self.later.clicked.connect(self.close)
        self._show_details()

    @property
    def selected(self) -> Recovery:
        """The work that is chosen in the table."""
        return self._recoveries[max(self.table.currentRow(), 0)]

    def remove(self, recovery: Recovery) -> None:
        """Take work out of the list that was brought back or deleted; with the last one the window closes."""
        row = self._recoveries.index(recovery)
        if len(self._recoveries) == 1:
            self.close()
            return
        del self._recoveries[row]
        self.table.removeRow(row)
        self._show_details()

    def say(self, text: str) -> None:
        """Tell why something was not possible."""
        self.details.setText(text)

    def _lay_out(self) -> None:
        intro = QLabel("This work was kept and never saved, because the program ended before. Nothing of it is lost.")
        intro.setWordWrap(True)
        self.details.setWordWrap(True)
        table = self.table
        table.setHorizontalHeaderLabels(_COLUMNS)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.delete)
        buttons.addStretch()
        buttons.addWidget(self.later)
        buttons.addWidget(self.bring_back)
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(table)
        layout.addWidget(self.details)
        layout.addLayout(buttons)
        self.resize(*_SIZE)

    def _fill(self) -> None:
        self.table.setRowCount(len(self._recoveries))
        for row, recovery in enumerate(self._recoveries):
            texts = (recovery.image.name, f"{recovery.time.astimezone():%Y-%m-%d %H:%M}", recovery.title)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(recovery.image.path or text)
                self.table.setItem(row, column, item)
        self.table.selectRow(0)

    def _show_details(self) -> None:
        recovery = self.selected
        where = recovery.image.path or "Done on a layer without a file: its image must be open to bring it back"
        self.details.setText("\n".join([where, *recovery.losses]))
        self.delete.setText(_DELETE)

    def _delete(self) -> None:
        if self.delete.text() == _DELETE:
            self.delete.setText(_REALLY)
        else:
            self.delete.setText(_DELETE)
            self.unwanted.emit(self.selected)
