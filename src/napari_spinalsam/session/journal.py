"""The journal of the work on one image: every change is on the disk before anybody calls it kept.

The file is only ever appended to, or replaced as a whole in one step; every record is forced onto the disk (fsync).
It begins with all labels there were, so that it needs neither the image nor a labels file to be read again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import JournalError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.session.document import Document
from napari_spinalsam.session.image_identity import ImageIdentity
from napari_spinalsam.session.journal_record import JournalRecord, Note
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.label_writing import LabelWriting

#: Size beyond which the file is written anew, with all labels once instead of every change, in bytes.
MAX_BYTES: Final = 64 * 2**20


class Journal:
    """Writes the journal of one image.

    Parameters
    ----------
    path : Path
        The file; made with the first change, in a folder that exists.
    image : ImageIdentity
    max_bytes : int
        Size beyond which the file is written anew.
    """

    def __init__(self, path: Path, image: ImageIdentity, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        self._image = image
        self._max_bytes = max_bytes
        self._limit = max_bytes
        #: Length of what is surely whole in the file; None where the file has to be written anew.
        self._end: int | None = None

    def keep(self, title: str, document: Document, patch: LabelPatch | None, labels: NDArray[np.uint16]) -> None:
        """Put a change onto the disk that is about to be made.

        Parameters
        ----------
        title : str
            What is done, for the user.
        document : Document
            The document afterwards.
        patch : LabelPatch or None
            The change of the labels.
        labels : (n0, n1, n2) uint16
            The labels before; not changed.

        Raises
        ------
        JournalError
            If it cannot be written; what was kept before is still there.
        """
        try:
            if self._end is None or not self.path.exists():  # not begun, in doubt, or cleared by the user
                self._write_anew(title, document, patch, labels)
            elif self._end <= self._limit or not self._shrink(title, document, patch, labels):
                writing = None if patch is None else LabelWriting.of(patch, labels)
                self._append(self._record(title, document, writing, whole=False).to_bytes())
        except OSError as error:
            raise JournalError(
                f"The change is not kept, because the journal {self.path} cannot be written"
                f" ({error.strerror or error})",
                "Make room on that disk and do it again",
            ) from error

    def fall_behind(self) -> None:
        """Take note that a change was made without the journal: the next one writes down all labels."""
        self._end = None

    def remove(self) -> None:
        """Take the file away: the work is saved elsewhere, or not wanted."""
        self._end = None
        # A file that stays is offered at the next start, which loses nothing.
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _record(self, title: str, document: Document, writing: LabelWriting | None, *, whole: bool) -> JournalRecord:
        note = Note(
            time=datetime.now(UTC),
            title=title,
            image=self._image,
            label=document.label,
            reviews=dict(document.reviews),
            whole=whole,
        )
        return JournalRecord(note, writing)

    def _write_anew(self, title: str, document: Document, patch: LabelPatch | None, labels: NDArray[np.uint16]) -> None:
        """Replace the file by one record with all labels as they will be."""
        after = labels
        if patch is not None:
            after = labels.copy()
            patch.apply(after)
        content = self._record(title, document, LabelWriting.of_all(after), whole=True).to_bytes()
        write_atomically(self.path, content)
        self._end = len(content)
        self._limit = max(self._max_bytes, 2 * self._end)

    def _shrink(self, title: str, document: Document, patch: LabelPatch | None, labels: NDArray[np.uint16]) -> bool:
        """Write a file that has grown too large anew; False if that is not possible now, and it has to grow on."""
        try:
            self._write_anew(title, document, patch, labels)
        except OSError:
            self._limit *= 2
            return False
        return True

    def _append(self, frame: bytes) -> None:
        end, self._end = self._end, None  # until the disk has said that all of it is there
        with self.path.open("r+b", buffering=0) as file:
            file.seek(end or 0)
            try:
                rest = memoryview(frame)
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                # A record that was refused must not come back at the next start.
                with suppress(OSError):
                    file.truncate(end)
                raise
        self._end = (end or 0) + len(frame)
