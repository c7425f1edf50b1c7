"""What the user does to the labels layer with napari's own tools: brush, eraser, fill, polygons, and their undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer, Signal

from napari_spinalsam.errors import SpinalSamError

if TYPE_CHECKING:
    from napari.layers import Labels

    from napari_spinalsam._napari.stage import Stage
    from napari_spinalsam.session.session import Session


class Painting(QObject):
    """Listens to the labels layer that masks are written to, and makes what was painted a step of the session.

    Parameters
    ----------
    session : Session
    parent : QObject, optional
    """

    #: Outcome: painted labels were taken over.
    done = Signal(object)
    #: SpinalSamError: they were not.
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stage: Stage | None = None
        self._layer: Labels | None = None

    def watch(self, stage: Stage | None) -> None:
        """Work on another image, or with None on none; its labels layer is heard once there is one."""
        self._stage = stage
        self.hear(None)

    def hear(self, layer: Labels | None) -> None:
        """Listen to another layer, or with None to none."""
        if self._layer is not None:
            self._layer.events.paint.disconnect(self._on_painted)
            self._layer.events.set_data.disconnect(self._on_drawn)
        self._layer = layer
        if layer is not None:
            layer.events.paint.connect(self._on_painted)
            # napari tells nobody that it took a stroke back; but it draws the slice anew.
            layer.events.set_data.connect(self._on_drawn)

    def take_over(self, *, must_be_kept: bool = True) -> None:
        """Make what is painted on the layer a step of the session.

        Raises
        ------
        LabelsError
            If the values do not fit.
        JournalError
            If it must be kept in the journal and cannot be.
        """
        painted = self._stage.painted() if self._stage is not None else None
        if painted is None:
            return
        outcome = self._session.edit_labels(painted, must_be_kept=must_be_kept)
        if outcome is not None:
            self.done.emit(outcome)

    def _on_painted(self) -> None:
        # napari tells of a change before it makes it.
        QTimer.singleShot(0, self._try_to_take_over)

    def _on_drawn(self) -> None:
        QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        if self._stage is not None and self._stage.labels_differ():
            self._try_to_take_over()

    def _try_to_take_over(self) -> None:
        try:
            self.take_over()
        except SpinalSamError as error:
            self.failed.emit(error)
