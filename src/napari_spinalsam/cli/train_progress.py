"""How a training run tells how far it is: a bar for people, a JSON object a line for programs; both on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any, Final, Protocol

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.errors import ConfigError

KINDS: Final = ("bar", "json")


class Progress(Protocol):
    """What a run tells."""

    def say(self, text: str) -> None:
        """Tell something in words."""

    def begin(self, stage: str, total: int) -> None:
        """Begin a stage of so many slices; the one before is over."""

    def at(self, done: int, note: str = "") -> None:
        """Tell how many slices of the stage are done."""

    def close(self) -> None:
        """End the last stage."""


def make_progress(kind: str, *, quiet: bool = False) -> Progress:
    """Make one of the `KINDS`.

    Parameters
    ----------
    kind : {"bar", "json"}
    quiet : bool
        Tell nothing: for all processes but one.

    Raises
    ------
    UsageError
        If there is no such kind.
    ConfigError
        If the bar needs tqdm and it is missing.
    """
    return BarProgress(quiet=quiet) if one_of(KINDS, "progress", kind) == "bar" else JsonProgress(quiet=quiet)


class BarProgress:
    """A progress bar, and lines of text above it."""

    def __init__(self, *, quiet: bool) -> None:
        try:
            from tqdm import tqdm
        except ImportError as error:
            raise ConfigError("Training needs tqdm", 'Run: pip install "napari-spinalsam[training]"') from error
        self._tqdm = tqdm
        self._quiet = quiet
        self._bar: Any = None

    def say(self, text: str) -> None:  # noqa: D102 - as in the protocol
        if not self._quiet:
            self._tqdm.write(text, file=sys.stderr)

    def begin(self, stage: str, total: int) -> None:  # noqa: D102
        self.close()
        self._bar = self._tqdm(total=total, desc=stage, leave=False, disable=self._quiet)

    def at(self, done: int, note: str = "") -> None:  # noqa: D102
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:  # noqa: D102
        if self._bar is not None:
            self._bar.close()


class JsonProgress:
    """A JSON object a line: ``{"message"}``, or ``{"stage", "done", "total", "note"}``."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._stage = ""
        self._total = 0

    def say(self, text: str) -> None:  # noqa: D102
        self._write({"message": text})

    def begin(self, stage: str, total: int) -> None:  # noqa: D102
        self._stage, self._total = stage, total
        self.at(0)

    def at(self, done: int, note: str = "") -> None:  # noqa: D102
        self._write({"stage": self._stage, "done": done, "total": self._total, "note": note})

    def close(self) -> None:  # noqa: D102
        pass

    def _write(self, event: dict[str, object]) -> None:
        if not self._quiet:
            sys.stderr.write(f"{json.dumps(event)}\n")
            sys.stderr.flush()
