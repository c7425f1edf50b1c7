"""Who works on an image now: a lock that the operating system itself lets go of when its process ends, however it ends.

So no lock is ever stale, no process number is mistaken for another's, and nothing has to be cleared after a crash.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from napari_spinalsam.imaging.atomic import write_atomically

_LOCK: Final = ".lock"
_WINDOW: Final = ".window.json"

#: How long another look at the same lock may take, in seconds.
_PATIENCE_S: Final = 0.1


class Window(BaseModel):
    """A window that works on an image.

    Parameters
    ----------
    pid : int
        Number of its process.
    host : str
        The computer it runs on.
    since : datetime
        When it opened the image, UTC.
    image : str or None
        Path of the image's file.
    """

    pid: int
    host: str
    since: datetime
    image: str | None

    def __str__(self) -> str:
        here = "on this computer" if self.host == socket.gethostname() else f"on {self.host}"
        return f"process {self.pid} {here}, since {self.since.astimezone():%H:%M}"


class WindowLock:
    """Says that this window works on an image, until it is released or its process ends.

    Parameters
    ----------
    folder : Path
        Existing folder that all windows of the user share.
    token : str
        Name of this work, unlike any other.
    image : str or None
        Path of the image's file.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path, token: str, image: str | None) -> None:
        self._window_path = folder / f"{token}{_WINDOW}"
        self._lock = FileLock(folder / f"{token}{_LOCK}", thread_local=False)
        self._lock.acquire(timeout=10 * _PATIENCE_S)
        window = Window(pid=os.getpid(), host=socket.gethostname(), since=datetime.now(UTC), image=image)
        write_atomically(self._window_path, window.model_dump_json().encode())

    def release(self) -> None:
        """Say that this window no longer works on it."""
        _remove(self._window_path)
        self._lock.release()
        _remove(Path(self._lock.lock_file))


def windows_in(folder: Path) -> dict[str, Window]:
    """Find the windows that work now, by their tokens; what others left behind is cleared away."""
    windows = {}
    for path in sorted(folder.glob(f"*{_WINDOW}")):
        token = path.name.removesuffix(_WINDOW)
        if not is_held(folder, token):
            _remove(path)
            _remove(folder / f"{token}{_LOCK}")
            continue
        # It may end, and take its file away, between these lines.
        with suppress(OSError, ValidationError):
            windows[token] = Window.model_validate_json(path.read_bytes())
    return windows


def is_held(folder: Path, token: str) -> bool:
    """Whether a window works under this token."""
    path = folder / f"{token}{_LOCK}"
    if not path.exists():
        return False
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=_PATIENCE_S, poll_interval=_PATIENCE_S / 5)
    except Timeout:
        return True
    lock.release()
    return False


def _remove(path: Path) -> None:
    """Remove a file that says nothing any more; one that stays does no harm."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
