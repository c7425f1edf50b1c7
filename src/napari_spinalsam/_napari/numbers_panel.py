"""The part of the dock with numbers: measurements, the agreement with a reference, CSV and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from napari.layers import Labels
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from napari_spinalsam._napari.bar_plot import BarPlot
from napari_spinalsam._napari.choosers import action, beside, chooser, compact, fill_layers
from napari_spinalsam.commands.operations import Evaluate
from napari_spinalsam.errors import LabelsError, SpinalSamError
from napari_spinalsam.session.measurement import measure_labels
from napari_spinalsam.session.report import write_report
from napari_spinalsam.session.tables import Table, agreement_table, measurement_table, write_csv
from napari_spinalsam.vertebrae import label_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.session.outcome import Outcome

_NO_REFERENCE = "No reference"

#: Rows of the table that are seen at once.
_ROWS = 6


class NumbersPanel(QWidget):
    """Buttons that make numbers, a table and a plot of them.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._shown: Table | None = None
        self.measure = action("Measure all", "Size and density of every label", self._measure)
        self.reference = chooser("Labels layer to compare with: the truth, or another reader's")
        self.evaluate = action("Compare", "Dice, IoU and distances of every label to the reference", self._evaluate)
        self.csv = action("CSV…", "Save the table, with all digits", self._save_csv)
        self.report = action("Report…", "Write a report with numbers, review marks and pictures (HTML)", self._report)
        self.table = QTableWidget()
        self.plot = BarPlot()
        self._lay_out()
        controller.done.connect(self._on_done)
        self.refresh()

    def refresh(self) -> None:
        """Show which buttons make sense now, and the labels layers that there are."""
        controller = self._controller
        open_now = controller.stage is not None
        stage = controller.stage
        own = (stage.layers.get("preview"), stage.layers.get("labels")) if stage is not None else ()
        layers = [each for each in controller.viewer.layers if isinstance(each, Labels) and each not in own]
        chosen = self.reference.currentData()
        fill_layers(self.reference, layers, chosen if chosen in layers else None, none=_NO_REFERENCE)
        for button in (self.measure, self.report):
            button.setEnabled(open_now)
        self.evaluate.setEnabled(open_now and bool(layers))
        self.csv.setEnabled(self._shown is not None)

    def _lay_out(self) -> None:
        column = compact(QVBoxLayout(self))
        column.addWidget(beside(self.reference, self.evaluate))
        column.addWidget(beside(self.measure, self.csv, self.report))
        column.addWidget(self.table)
        column.addWidget(self.plot)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        row = self.table.verticalHeader().minimumSectionSize()
        self.table.verticalHeader().setDefaultSectionSize(row)
        self.table.setFixedHeight((_ROWS + 2) * row)
        self.table.hide()
        self.plot.hide()

    def _measure(self) -> None:
        """Measure every label there is."""
        session = self._controller.session
        volume, labels = session.volume, session.labels
        if volume is None or labels is None:
            return
        measurements = measure_labels(volume, labels)
        if not measurements:
            self._controller.failed.emit(
                LabelsError("There are no labels to measure", "Segment something and accept the mask first")
            )
            return
        self._show(measurement_table(measurements))

    def _evaluate(self) -> None:
        """Compare with the layer that is chosen, as the typed command does with the one that was chosen before."""
        try:
            self._take_reference(self.reference.currentData())
        except SpinalSamError as error:
            self._controller.failed.emit(error)
        else:
            self._controller.run(Evaluate())

    def _take_reference(self, layer: Labels | None) -> None:
        session, stage = self._controller.session, self._controller.stage
        if layer is None or stage is None or session.volume is None:
            raise LabelsError("No reference is chosen", "Choose a labels layer to compare with")
        if not stage.frame.fits(layer):
            raise LabelsError(
                f"The labels layer '{layer.name}' does not lie on the image voxel on voxel",
                "Choose one that was made on this image",
            )
        session.set_reference(np.asarray(layer.data).reshape(session.volume.shape))

    def _on_done(self, outcome: Outcome) -> None:
        """Show what EVALUATE has found, whoever asked for it."""
        agreements = outcome.data.get("agreements")
        volume = self._controller.session.volume
        if agreements and volume is not None:
            self._show(agreement_table(agreements, volume.length_unit))
            self.plot.show_bars([(label_name(each.label), each.dice) for each in agreements], "Dice")
            self.plot.show()

    def _show(self, table: Table) -> None:
        self._shown = table
        self.plot.hide()
        self.table.setColumnCount(len(table.columns))
        self.table.setHorizontalHeaderLabels(list(table.columns))
        self.table.setRowCount(len(table.rows))
        for i, row in enumerate(table.cells()):
            for j, text in enumerate(row):
                item = QTableWidgetItem(text)
                if j:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(i, j, item)
        self.table.show()
        self.csv.setEnabled(True)

    def _save_csv(self) -> None:
        table = self._shown
        if table is not None:
            self._save("Save the table", "numbers.csv", "CSV (*.csv)", lambda path: write_csv(path, table))

    def _report(self) -> None:
        scene = self._controller.session.scene()
        self._save("Write a report", "report.html", "HTML (*.html)", lambda path: write_report(path, scene))

    def _save(self, title: str, name: str, kind: str, write: Callable[[Path], Path]) -> None:
        """Ask for a path, beside the image at first, and write there."""
        volume = self._controller.session.volume
        if volume is not None and volume.path is not None:
            name = str(volume.path.with_name(f"{volume.path.name.partition('.')[0]}_{name}"))
        path, _ = QFileDialog.getSaveFileName(self, title, name, kind)
        if not path:
            return
        try:
            write(Path(path))
        except SpinalSamError as error:
            self._controller.failed.emit(error)
