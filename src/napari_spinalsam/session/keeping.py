"""What of a session is on the disk before it is done, and what others have left there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.session.document import Document
from napari_spinalsam.session.image_identity import ImageIdentity
from napari_spinalsam.session.journal import Journal
from napari_spinalsam.session.label_patch import LabelPatch

if TYPE_CHECKING:
    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.session.journal_folder import JournalFolder, Place
    from napari_spinalsam.session.locks import Window
    from napari_spinalsam.session.recovery import Recovery


@dataclass
class _Work:
    volume: Volume
    place: Place
    journal: Journal | None = None

    @cached_property
    def image(self) -> ImageIdentity:
        """Known only when it is asked for: it takes a look at every voxel."""
        return ImageIdentity.of(self.volume)

    def is_of(self, recovery: Recovery) -> bool:
        """Whether the work in a journal was done on this image, wherever its file lies now."""
        return recovery.image.fits(self.volume) and recovery.image.signature == self.image.signature


class Keeping:
    """Keeps the journal of the image under work.

    Parameters
    ----------
    folder : JournalFolder or None
        None for a session that keeps no journal, e.g. of a script that saves when it is through.
    """

    def __init__(self, folder: JournalFolder | None = None) -> None:
        self._folder = folder
        self._work: _Work | None = None

    @property
    def folder(self) -> Path | None:
        """The folder of the journals, None where none are kept."""
        return None if self._folder is None else self._folder.path

    def start(self, volume: Volume) -> None:
        """Begin with another volume; what was not saved of the one before stays in its journal."""
        self.close()
        if self._folder is not None:
            self._work = _Work(volume, self._folder.take_place(volume))

    def keep(
        self, title: str, before: Document, after: Document, patch: LabelPatch | None, labels: NDArray[np.uint16]
    ) -> None:
        """Put a change that is about to be made onto the disk; prompts and previews are no kept work.

        Raises
        ------
        JournalError
            If that is not possible; the change must then not be made.
        """
        work = self._work
        if work is None or self._folder is None:
            return
        if patch is None and before.label == after.label and before.reviews == after.reviews:
            return
        if work.place.lock is None:  # it could not be written then; perhaps it can now
            work.place = self._folder.take_place(work.volume)
        if work.journal is None or work.journal.path != work.place.journal:
            work.journal = Journal(work.place.journal, work.image)
        work.journal.keep(title, after, patch, labels)

    def fall_behind(self) -> None:
        """Let a change pass without the journal, which is then written anew with the one after it."""
        if self._work is not None and self._work.journal is not None:
            self._work.journal.fall_behind()

    def saved(self) -> None:
        """Forget the journal: all of the work is in a file of the user."""
        if self._work is not None and self._work.journal is not None:
            self._work.journal.remove()

    def close(self) -> None:
        """Let go of the image; a journal with work that is not saved stays for the next start."""
        work, self._work = self._work, None
        if work is not None and work.place.lock is not None:
            work.place.lock.release()

    def other_windows(self) -> list[Window]:
        """Find other windows that work on the same file."""
        if self._work is None or self._folder is None:
            return []
        return self._folder.windows_on(self._work.volume, self._work.place)

    def recoveries(self, *, of_this_image: bool = False) -> list[Recovery]:
        """Read work that was not saved, the newest first: all there is, or only that on the image under work."""
        found = self._folder.recoveries() if self._folder is not None else []
        if not of_this_image:
            return found
        return [recovery for recovery in found if self._work is not None and self._work.is_of(recovery)]
