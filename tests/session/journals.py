"""Sessions that keep a journal, and what is in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.recovery import Recovery
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session


def journalling(folder: Path, volume, predictor, labels=None) -> Session:
    session = Session(Segmenter(lambda: predictor), JournalFolder(folder))
    session.open_volume(volume, labels)
    return session


def in_memory() -> TemporaryDirectory:
    """A folder in memory where the system has such, else on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
    return TemporaryDirectory(dir=memory if memory.is_dir() else None)


def journal_in(folder: Path) -> Path:
    """The one journal in a folder."""
    (path,) = folder.glob("*.journal")
    return path


def replayed(folder: Path) -> tuple[bytes, int, dict]:
    """What would be brought back after a crash now."""
    return kept(Recovery.read(journal_in(folder)))


def kept(work: Recovery | Session) -> tuple[bytes, int, dict]:
    """All that a journal keeps, down to the last bit."""
    if isinstance(work, Session):
        return work.labels.tobytes(), work.label_value, work.reviews
    return work.labels().tobytes(), work.label, dict(work.reviews)


def paint(session: Session, value: int, where=np.s_[2:5, 3:9, 4:20]):
    painted = session.labels.copy()
    painted[where] = value
    return session.edit_labels(painted)
