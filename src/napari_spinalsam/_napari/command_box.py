"""Where commands are typed: a line with completion and history, a question bar, and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_spinalsam._napari.choosers import compact
from napari_spinalsam._napari.command_log import CommandLog
from napari_spinalsam._napari.workers import InferenceThread, Job
from napari_spinalsam.commands.operations import Cancel, Confirm

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QKeyEvent

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.commands.interpreter import Interpretation
    from napari_spinalsam.errors import SpinalSamError
    from napari_spinalsam.session.outcome import Outcome
    from napari_spinalsam.session.phrase import Entry


class CommandBox(QWidget):
    """Reads commands, has them understood in a thread of their own, and tells what came of it.

    Parameters
    ----------
    controller : Controller
    interpret : callable
        Text -> Interpretation; called in another thread.
    examples : tuple of str
        Phrases to complete.
    parent : QWidget, optional
    """

    def __init__(
        self,
        controller: Controller,
        interpret: Callable[[str], Interpretation],
        examples: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._interpret = interpret
        self._thread = InferenceThread(self)
        self.line = _HistoryLine()
        self.line.setPlaceholderText("Type a command, e.g. “label L3” or “help”")
        self.line.setToolTip("Enter executes; ↑ and ↓ go through what was typed before")
        self.line.setClearButtonEnabled(True)
        completer = QCompleter(list(examples), self.line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        self.line.setCompleter(completer)
        self.log = CommandLog()
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.yes = QPushButton("Yes")
        self.no = QPushButton("No")
        self._bar = QWidget()
        self._lay_out()
        self._connect()
        self.refresh()

    def submit(self, text: str) -> None:
        """Have a phrase understood and executed, as if it had been typed."""
        text = text.strip()
        if not text:
            return
        self.line.remember(text)
        self.line.clear()
        self.understand(text)

    def understand(self, text: str) -> None:
        """Have a phrase understood and executed; what is being typed meanwhile stays."""
        run = self._controller.run_interpretation
        self._thread.submit(Job("Understanding", lambda: self._interpret(text), run, self._refuse))

    @property
    def busy(self) -> bool:
        """Whether a phrase is being understood."""
        return self._thread.busy

    def refresh(self) -> None:
        """Show the question that the session asks, if there is one."""
        question = self._controller.session.question
        self._bar.setVisible(question is not None)
        self.question.setText(question.text if question is not None else "")

    def close_thread(self) -> None:
        """End the thread that understands."""
        self._thread.close()

    def _lay_out(self) -> None:
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.question, stretch=1)
        bar.addWidget(self.yes)
        bar.addWidget(self.no)
        layout = compact(QVBoxLayout(self))
        layout.addWidget(self.log, stretch=1)
        layout.addWidget(self._bar)
        layout.addWidget(self.line)
        self.setTabOrder(self.line, self.yes)
        self.setTabOrder(self.yes, self.no)
        self.setTabOrder(self.no, self.log)

    def _connect(self) -> None:
        self.line.returnPressed.connect(lambda: self.submit(self.line.text()))
        self.log.suggested.connect(self.submit)
        self.yes.clicked.connect(lambda: self._controller.run(Confirm()))
        self.no.clicked.connect(lambda: self._controller.run(Cancel()))
        self._controller.answered.connect(self._tell)
        self._controller.done.connect(self._tell_by_hand)
        self._controller.failed.connect(self._refuse)

    def _tell(self, entry: Entry) -> None:
        self.log.tell(entry)
        self.refresh()

    def _tell_by_hand(self, outcome: Outcome) -> None:
        if outcome.operation is None:
            self.log.tell_done(outcome.message)
        self.refresh()

    def _refuse(self, error: SpinalSamError) -> None:
        self.log.tell_refused(str(error))


class _HistoryLine(QLineEdit):
    """A line edit in which the arrow keys go through what was entered before."""

    def __init__(self) -> None:
        super().__init__()
        self._entered: list[str] = []
        self._at = 0

    def remember(self, text: str) -> None:
        """Add to what was entered."""
        if text not in self._entered[-1:]:
            self._entered.append(text)
        self._at = len(self._entered)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        if step is None or not self._entered:
            super().keyPressEvent(event)
            return
        self._at = min(max(self._at + step, 0), len(self._entered))
        self.setText(self._entered[self._at] if self._at < len(self._entered) else "")
