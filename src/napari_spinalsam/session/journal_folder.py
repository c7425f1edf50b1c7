"""The folder of journals: one for every image under work, and those of windows that ended without saving.

What lies there is described in ``docs/safety.md``.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from napari_spinalsam.errors import JournalError
from napari_spinalsam.folders import data_folder
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.image_identity import absolute_path
from napari_spinalsam.session.locks import Window, WindowLock, is_held, windows_in
from napari_spinalsam.session.recovery import Recovery, delete

_JOURNAL: Final = ".journal"


@dataclass(frozen=True)
class Place:
    """Where the work on one image is journalled.

    Parameters
    ----------
    journal : Path
        The file, which need not exist yet.
    token : str
        What it and its lock are called.
    lock : WindowLock or None
        None where the folder cannot be written; then no change can be kept either.
    """

    journal: Path
    token: str
    lock: WindowLock | None


class JournalFolder:
    """Journals in a folder that all windows of a user share.

    Parameters
    ----------
    path : Path, optional
        ``journals`` in the user's data folder if not given; made when it is first needed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path if path is not None else data_folder() / "journals"

    def take_place(self, volume: Volume) -> Place:
        """Find a place for the work on a volume, and lock it."""
        token = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        lock = None
        # Looking at an image must be possible where nothing can be written; the first change then says so.
        with suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = WindowLock(self.path, token, absolute_path(volume))
        return Place(self.path / f"{token}{_JOURNAL}", token, lock)

    def windows_on(self, volume: Volume, own: Place) -> list[Window]:
        """Find other windows that work on the same file."""
        image = absolute_path(volume)
        windows = windows_in(self.path)
        return [w for token, w in windows.items() if token != own.token and image is not None and w.image == image]

    def recoveries(self) -> list[Recovery]:
        """Read the journals that nobody writes to any longer, the newest first, but for those of no whole record."""
        found = []
        for path in self._left_behind():
            with suppress(JournalError):
                found.append(Recovery.read(path))
        return sorted(found, key=lambda recovery: recovery.time, reverse=True)

    def clear(self) -> int:
        """Delete the journals that nobody writes to any longer; returns how many there were.

        Raises
        ------
        JournalError
            If one cannot be deleted.
        """
        left_behind = self._left_behind()
        for path in left_behind:
            delete(path)
        return len(left_behind)

    def _left_behind(self) -> list[Path]:
        journals = sorted(self.path.glob(f"*{_JOURNAL}"))
        return [path for path in journals if not is_held(self.path, path.name.removesuffix(_JOURNAL))]
