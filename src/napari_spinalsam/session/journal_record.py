"""Records of a journal, framed such that a torn or damaged one is told from a whole one.

A frame is::

    magic     4 bytes   b"SSJ1"
    length    8 bytes   of the payload, unsigned, little endian
    checksum  16 bytes  BLAKE2b of length and payload
    payload             one line of JSON (`Note`), then the bytes of a `LabelWriting`, if there is one

Every record names the image and holds the whole of what is small, so that none depends on another but for the voxels
that it does not write.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from napari_spinalsam.session.document import ReviewMark
from napari_spinalsam.session.image_identity import ImageIdentity
from napari_spinalsam.session.label_writing import LabelWriting

_MAGIC: Final = b"SSJ1"
_LENGTH: Final = struct.Struct("<Q")
_CHECKSUM_BYTES: Final = 16
_HEAD_BYTES: Final = len(_MAGIC) + _LENGTH.size + _CHECKSUM_BYTES

_Bounds = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


class Note(BaseModel):
    """What a record says beside the voxels.

    Parameters
    ----------
    time : datetime
        When the change was made, UTC.
    title : str
        What was done, for the user.
    image : ImageIdentity
    label : int
        The label that accepted masks get, from then on.
    reviews : dict of int to ReviewMark
        All review marks, from then on.
    whole : bool
        Whether the voxels are all of the labels, and not only what changed.
    region : bounds of three slices, or None
        Bounding box of the voxels that follow, None if there are none.
    """

    model_config = ConfigDict(frozen=True)

    time: datetime
    title: str
    image: ImageIdentity
    label: int
    reviews: dict[int, ReviewMark]
    whole: bool
    region: _Bounds | None = None


@dataclass(frozen=True)
class JournalRecord:
    """One kept change.

    Parameters
    ----------
    note : Note
    writing : LabelWriting or None
        Voxels that changed.
    """

    note: Note
    writing: LabelWriting | None

    def to_bytes(self) -> bytes:
        """Lay the record out as a frame."""
        region = None if self.writing is None else tuple((s.start, s.stop) for s in self.writing.region)
        line = self.note.model_copy(update={"region": region}).model_dump_json().encode()
        payload = line + b"\n" + (self.writing.packed if self.writing is not None else b"")
        length = _LENGTH.pack(len(payload))
        return _MAGIC + length + _checksum(length, payload) + payload


class Damage(NamedTuple):
    """Bytes between ``start`` and ``stop`` of a journal that are no whole record."""

    start: int
    stop: int


def read_records(content: bytes) -> Iterator[JournalRecord | Damage]:
    """Read the records of a journal, and tell where there is something that is none.

    What follows a damaged record is found again by its magic and checksum, so that nothing else is lost with it.
    """
    position = 0
    while position < len(content):
        found = _record_at(content, position)
        if found is not None:
            record, position = found
            yield record
            continue
        start = position
        while found is None and position >= 0:
            position = content.find(_MAGIC, position + 1)
            found = _record_at(content, position) if position >= 0 else None
        if position < 0:
            position = len(content)
        yield Damage(start, position)


def _record_at(content: bytes, position: int) -> tuple[JournalRecord, int] | None:
    """Return the record that begins at a position and where it ends, None if there is no whole one."""
    start = position + _HEAD_BYTES
    head = content[position:start]
    if len(head) < _HEAD_BYTES or not head.startswith(_MAGIC):
        return None
    length = head[len(_MAGIC) : len(_MAGIC) + _LENGTH.size]
    stop = start + _LENGTH.unpack(length)[0]
    if stop > len(content) or _checksum(length, memoryview(content)[start:stop]) != head[-_CHECKSUM_BYTES:]:
        return None
    line, _, packed = content[start:stop].partition(b"\n")
    try:
        note = Note.model_validate_json(line)
    except ValidationError:  # whole, but written by a later version of this program
        return None
    if note.region is None:
        return JournalRecord(note, None), stop
    a, b, c = (slice(*bounds) for bounds in note.region)
    return JournalRecord(note, LabelWriting((a, b, c), packed)), stop


def _checksum(length: bytes, payload: bytes | memoryview) -> bytes:
    digest = hashlib.blake2b(length, digest_size=_CHECKSUM_BYTES)
    digest.update(payload)
    return digest.digest()
