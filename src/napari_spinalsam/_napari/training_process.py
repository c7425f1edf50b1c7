"""A training run in a process of its own: the viewer stays alive, and stopping it leaves nothing half done."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QProcess, QProcessEnvironment, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence


class TrainingProcess(QObject):
    """``napari-spinalsam train`` as a process.

    Parameters
    ----------
    parent : QObject, optional
    """

    #: Stage, slices done, slices in all, a note such as the loss.
    progressed = Signal(str, int, int, str)
    #: A line in words.
    said = Signal(str)
    #: Path of the folder of adapters or of the network.
    done = Signal(object)
    #: What went wrong, in a line; empty where the run was stopped.
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._process.setReadChannel(QProcess.ProcessChannel.StandardError)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(lambda code, _status: self._end(code))
        self._process.errorOccurred.connect(self._on_error)
        self._stopped = False
        self._last_line = ""

    @property
    def running(self) -> bool:
        """Whether a run goes on."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, words: Sequence[str]) -> None:
        """Start ``train`` with these words after it."""
        self._stopped, self._last_line = False, ""
        self._process.start(sys.executable, ["-m", "napari_spinalsam.cli", "train", *words, "--progress", "json"])

    def stop(self) -> None:
        """End the run at once. Its checkpoint is written as a whole or not at all, so it can be continued."""
        self._stopped = True
        self._process.kill()

    def close(self) -> None:
        """End the run and wait until it is gone; nothing is told any more."""
        self.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished()

    def _read(self) -> None:
        """Tell every line that is whole by now."""
        while self._process.canReadLine():
            self._tell(bytes(self._process.readLine()).decode("utf-8", errors="replace").strip())

    def _tell(self, line: str) -> None:
        event = _event(line)
        if event is None:  # a warning of a library, or the one line of an error
            self._last_line = line or self._last_line
        elif "message" in event:
            self.said.emit(event["message"])
        else:
            self.progressed.emit(event["stage"], event["done"], event["total"], event["note"])

    def _end(self, code: int) -> None:
        self._read()
        if code == 0 and not self._stopped:
            output = bytes(self._process.readAllStandardOutput()).decode("utf-8", errors="replace")
            self.done.emit(Path(output.strip().splitlines()[-1]))
        else:
            self.failed.emit("" if self._stopped else self._last_line or f"The training ended with {code}")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(f"{sys.executable} cannot be started")


def _event(line: str) -> dict[str, object] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
