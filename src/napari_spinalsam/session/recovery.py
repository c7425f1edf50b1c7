"""Work that was kept in a journal and not saved, read back after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import JournalError
from napari_spinalsam.session.document import ReviewMark
from napari_spinalsam.session.image_identity import ImageIdentity
from napari_spinalsam.session.journal_record import Damage, JournalRecord, read_records


@dataclass(frozen=True, eq=False)
class Recovery:
    """The work in one journal.

    Parameters
    ----------
    path : Path
        The journal.
    records : tuple of JournalRecord
        Its whole records, at least one.
    losses : tuple of str
        What could not be read, one sentence each; empty where all is there.
    """

    path: Path
    records: tuple[JournalRecord, ...]
    losses: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a journal; a torn or damaged record is left out and told.

        Raises
        ------
        JournalError
            If the file cannot be read, or there is no whole record in it.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise JournalError(
                f"The journal {path} cannot be read ({error.strerror or error})", "Check the rights on its folder"
            ) from error
        found = list(read_records(content))
        records = tuple(item for item in found if isinstance(item, JournalRecord))
        if not records:
            raise JournalError(f"There is no whole record in the journal {path}", "Delete it, or keep it for an expert")
        return cls(path, records, tuple(_losses(found, len(content))))

    @property
    def image(self) -> ImageIdentity:
        """The image that was worked on."""
        return self.records[-1].note.image

    @property
    def time(self) -> datetime:
        """When the last change was made, UTC."""
        return self.records[-1].note.time

    @property
    def title(self) -> str:
        """What the last change was."""
        return self.records[-1].note.title

    @property
    def label(self) -> int:
        """The label that accepted masks got."""
        return self.records[-1].note.label

    @property
    def reviews(self) -> Mapping[int, ReviewMark]:
        """The review marks."""
        return self.records[-1].note.reviews

    def labels(self) -> NDArray[np.uint16]:
        """Make the labels: what the records wrote, in their order, (n0, n1, n2) oriented like the volume."""
        labels = np.zeros(self.image.shape, dtype=np.uint16)
        for record in self.records:
            if record.note.whole:
                labels[...] = 0
            if record.writing is not None:
                record.writing.write_into(labels)
        return labels

    def describe(self) -> str:
        """One line for the user: the image, the time, and what was done last."""
        local = self.time.astimezone()
        return f"{self.image.name}, {local:%Y-%m-%d %H:%M}, last: {self.title}"


def _losses(found: list[JournalRecord | Damage], size: int) -> list[str]:
    losses = []
    for item in found:
        if not isinstance(item, Damage):
            continue
        if item.stop == size:
            losses.append("The last record is torn or damaged and is left out")
        else:
            losses.append(f"A record is damaged on the disk and is left out (bytes {item.start} to {item.stop})")
    return losses


def delete(journal: Path) -> None:
    """Delete a journal: the work in it is somewhere else, or not wanted.

    Raises
    ------
    JournalError
        If that is not possible.
    """
    try:
        journal.unlink(missing_ok=True)
    except OSError as error:
        raise JournalError(
            f"The journal {journal} cannot be deleted ({error.strerror})", "Delete it by hand"
        ) from error
