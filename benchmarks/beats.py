"""How long a Qt window does not answer: a timer that ought to beat every few milliseconds."""

from __future__ import annotations

import time

from qtpy.QtCore import QObject, Qt, QTimer

BEAT_MS = 5


class Beats(QObject):
    """Beats every few milliseconds, and notes the times between two beats.

    Attributes
    ----------
    pauses_ms : list of float
        Since it was last cleared.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pauses_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    @property
    def longest_ms(self) -> float:
        """The longest time between two beats."""
        return max(self.pauses_ms, default=0.0)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.pauses_ms.append(1000 * (now - self._last))
        self._last = now
