"""The part of the dock for whole volumes: carrying masks on, filling in, looking the result over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QCheckBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from napari_spinalsam._napari.carried_view import CarriedView
from napari_spinalsam._napari.choosers import action, beside, chooser, compact
from napari_spinalsam._napari.volume_actions import VolumeActions
from napari_spinalsam.commands.operations import GoToSlice, Propagate, SetView, Stop
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging.volume import AXES
from napari_spinalsam.segmentation.volume_check import check_mask
from napari_spinalsam.session.level_order import order_notices
from napari_spinalsam.vertebrae import label_name

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller

_WAYS = {"Both ways": "both", "Forward": "forward", "Backward": "backward"}
_RULES = {"Replace other labels": "replace", "Keep other labels": "keep"}

#: Lines of the list that are seen at once.
_LINES = 5


class VolumePanel(QWidget):
    """Buttons for the third dimension, and a list of slices worth a look.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._view = CarriedView(controller)
        run, actions = controller.run, VolumeActions(controller)
        self.propagate = action("Propagate", "Carry the mask through the neighbouring slices", self._propagate)
        self.way = chooser("Which way the mask is carried")
        self.way.addItems(list(_WAYS))
        self.stop = action("Stop", "Stop after this slice and keep what was found", lambda: run(Stop()), wide=False)
        self.two_boxes = action(
            "From two boxes",
            "Segment the whole vertebra from one box on an axial and one on a sagittal slice",
            actions.carry_two_boxes,
        )
        self.fill = action(
            "Fill between", "Interpolate this label between the slices of this view that have it", actions.fill_between
        )
        self.check = action(
            "Check", "List the slices of this label that are worth a look: pieces, holes, gaps, jumps", self._check
        )
        self.rule = chooser("What an accepted or carried mask does where another label is already")
        self.rule.addItems(list(_RULES))
        self.follow = QCheckBox("follow")
        self.follow.setToolTip("Let the slice on display walk along while a mask is carried on")
        self.findings = QListWidget()
        self.findings.setToolTip("Click to go to the slice")
        self.order = QLabel()
        self.order.setWordWrap(True)
        self.order.setTextFormat(Qt.TextFormat.PlainText)
        self._checked_version: object = None
        self._ordered_version: object = None
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show which buttons make sense now, and forget findings about labels that have changed."""
        controller = self._controller
        session, carrying = controller.session, controller.queue.carrying.busy
        volume = session.volume if controller.stage is not None else None
        several = volume is not None and volume.n_slices("axial") > 1
        for widget in (self.propagate, self.way, self.two_boxes, self.fill, self.check, self.follow):
            widget.setEnabled(several and not carrying)
        self.rule.setEnabled(volume is not None)
        self.stop.setEnabled(carrying)
        with QSignalBlocker(self.rule):
            self.rule.setCurrentIndex(list(_RULES.values()).index(session.overlap))
        if self._checked_version != self._version():
            self._show_findings([])
        self._refresh_order()

    def _refresh_order(self) -> None:
        session, version = self._controller.session, self._version()
        if version == self._ordered_version:
            return
        self._ordered_version = version
        volume, labels = session.volume, session.labels
        known = volume is not None and labels is not None and volume.known_spacing
        notices = order_notices(labels, volume.spacing_mm) if known else ()
        self.order.setText("\n".join(f"⚠ {notice.message}" for notice in notices))
        self.order.setVisible(bool(notices))

    def _version(self) -> object:
        session = self._controller.session
        return session.volume, session.document.labels_version

    def _lay_out(self) -> None:
        column = compact(QVBoxLayout(self))
        for row in (
            (self.propagate, self.way, self.stop),
            (self.two_boxes, self.fill, self.check),
            (self.rule, self.follow),
        ):
            column.addWidget(beside(*row))
        column.addWidget(self.order)
        column.addWidget(self.findings)
        height = self.findings.fontMetrics().height()
        self.findings.setMaximumHeight(_LINES * (height + 4))
        self.findings.hide()
        self.order.hide()

    def _connect(self) -> None:
        view = self._view
        self.follow.setChecked(view.follow)
        self.follow.toggled.connect(lambda on: setattr(view, "follow", on))
        self.rule.activated.connect(
            lambda _: setattr(self._controller.session, "overlap", _RULES[self.rule.currentText()])
        )
        self.findings.itemClicked.connect(self._go_to)
        carrying = self._controller.queue.carrying
        carrying.started.connect(lambda _: self.refresh())
        carrying.ended.connect(lambda _: self.refresh())

    def _propagate(self) -> None:
        self._controller.run(Propagate(direction=_WAYS[self.way.currentText()]))

    def _check(self) -> None:
        session = self._controller.session
        labels, axis, label = session.labels, session.axis, session.label_value
        mask = labels == label if labels is not None else None
        if mask is None or not mask.any():
            self._controller.failed.emit(
                LabelsError(f"No voxel is labelled {label_name(label)}", "Segment it and accept the mask first")
            )
            return
        found = check_mask(mask, AXES.index(axis))
        self._checked_version = self._version()
        self._show_findings([(f"{label_name(label)}, {axis} {each}", each.index) for each in found])
        if not found:
            self._show_findings([(f"{label_name(label)}: nothing that is worth a look", None)])

    def _show_findings(self, findings: list[tuple[str, int | None]]) -> None:
        self.findings.clear()
        axis = self._controller.session.axis
        for text, index in findings:
            item = QListWidgetItem(text)
            item.setToolTip(text)
            item.setData(Qt.ItemDataRole.UserRole, (axis, index))
            self.findings.addItem(item)
        self.findings.setVisible(bool(findings))

    def _go_to(self, item: QListWidgetItem) -> None:
        axis, index = item.data(Qt.ItemDataRole.UserRole)
        if index is None:
            return
        session = self._controller.session
        view = [SetView(axis=axis)] if session.view != axis else []
        self._controller.run(*view, GoToSlice(index=index))
