"""A small bar plot in the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QPainter, QPalette
from qtpy.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtGui import QPaintEvent

#: The lines that values are read off.
_GRID: Final = (0.0, 0.5, 1.0)


class BarPlot(QWidget):
    """Values from 0 to 1 as bars with their names under them.

    Parameters
    ----------
    parent : QWidget, optional
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[tuple[str, float], ...] = ()
        self.setFixedHeight(6 * self.fontMetrics().height())

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """Name and value of every bar."""
        return self._bars

    def show_bars(self, bars: Sequence[tuple[str, float]], title: str) -> None:
        """Draw other bars; ``title`` says what the values are."""
        self._bars = tuple(bars)
        self.setToolTip("\n".join([title, *(f"{name}: {value:.3f}" for name, value in self._bars)]))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(120, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars over the grid."""
        pen = QPainter(self)
        metrics, ink = self.fontMetrics(), self.palette().color(QPalette.ColorRole.WindowText)
        left = metrics.horizontalAdvance("0.0") + 6
        top, bottom = metrics.height() / 2, self.height() - metrics.height() - 4.0
        height, width = bottom - top, self.width() - left - 2.0
        for value in _GRID:
            y = bottom - value * height
            pen.setPen(ink)
            pen.drawText(QRectF(0, y - metrics.height() / 2, left - 4.0, metrics.height()), _RIGHT, f"{value:g}")
            pen.setOpacity(0.25)
            pen.drawLine(int(left), int(y), self.width() - 2, int(y))
            pen.setOpacity(1)
        step = width / max(len(self._bars), 1)
        for i, (name, value) in enumerate(self._bars):
            bar = QRectF(left + (i + 0.2) * step, bottom - value * height, 0.6 * step, value * height)
            pen.fillRect(bar, self.palette().color(QPalette.ColorRole.Highlight))
            pen.drawText(QRectF(left + i * step, bottom + 2, step, metrics.height()), _CENTRE, name)
        pen.end()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
