"""Embeddings on disk: what the image encoder has seen once it need not see again, in this session or the next.

An entry is a zarr array under a name made from everything that the encoder's answer depends on. It is written beside
and then renamed, so there are no halves, and every chunk carries a checksum: an entry that is damaged all the same is
computed again, never trusted. The entries longest unused go first when the store is full.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam import folders
from napari_spinalsam.errors import ConfigError

if TYPE_CHECKING:
    from napari_spinalsam.segmentation.input_frame import InputFrame

#: Environment variable with the size of the user's store in MB; 0 keeps nothing.
SIZE_VARIABLE: Final = "NAPARI_SPINALSAM_CACHE_MB"

_DEFAULT_MB: Final = 4000
_FORMAT: Final = 1
_PART: Final = ".part"
#: A full store is emptied down to this share, so that not every new entry has to look for an old one.
_LEFT: Final = 0.9

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What is in a store; ``str`` of it is for the user."""

    folder: Path
    entries: int
    nbytes: int
    max_bytes: int

    def __str__(self) -> str:
        return (
            f"{self.entries} embeddings, {self.nbytes / 1e6:.0f} MB of at most {self.max_bytes / 1e6:.0f} MB, "
            f"in {self.folder} ({SIZE_VARIABLE} sets the size, {folders.HOME_VARIABLE} the place)"
        )


def embedding_key(grey: NDArray[np.float32], frame: InputFrame, weights_id: str, precision: str) -> str:
    """Name everything that an embedding depends on.

    Parameters
    ----------
    grey : (rows, columns) float32
        The slice as the network sees it: its pixels through the model's window.
    frame : InputFrame
        Which part of it, and how it lies in the input.
    weights_id : str
        Of the weights, adapters included.
    precision : str
        Number format that the encoder computes in.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"{_FORMAT} {frame} {weights_id} {precision} {grey.dtype.str} ".encode())
    digest.update(np.ascontiguousarray(grey).data)
    return digest.hexdigest()


class EmbeddingStore:
    """Arrays by name in a folder of bounded size; several processes may share it.

    Parameters
    ----------
    folder : Path
        Made with the first entry.
    max_bytes : int
        0 keeps nothing.
    """

    def __init__(self, folder: Path, max_bytes: int = _DEFAULT_MB * 10**6) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        #: Entries written through this object.
        self.written = 0
        self._nbytes: int | None = None  # of all entries, as far as this process knows

    @classmethod
    def of_user(cls) -> EmbeddingStore:
        """Open the store in the user's cache folder.

        Raises
        ------
        ConfigError
            If the environment variable for its size is no number.
        """
        text = os.environ.get(SIZE_VARIABLE, str(_DEFAULT_MB))
        if not text.isdecimal():
            raise ConfigError(f"{SIZE_VARIABLE} is '{text}'", "Give a number of MB, or 0 to keep nothing")
        return cls(folders.cache_folder() / "embeddings", int(text) * 10**6)

    def load(self, key: str) -> NDArray[np.float32] | None:
        """Read an entry; None where there is none that is whole."""
        import zarr

        path = self.folder / key
        if not path.is_dir():
            return None
        try:
            array = np.asarray(zarr.open_array(path, mode="r")[...])
            if not np.isfinite(array).all():  # zarr reads a chunk that is gone as the fill value
                raise ValueError("a part of it is missing")
            os.utime(path)  # it was used now
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("The embedding %s is damaged and will be computed again: %s", path, error)
            shutil.rmtree(path, ignore_errors=True)
            return None
        return array

    def save(self, key: str, array: NDArray[np.float32]) -> None:
        """Write an entry; where the disk refuses, a warning is logged and nothing is kept."""
        import zarr
        from zarr.codecs import Crc32cCodec

        if array.nbytes > self.max_bytes:
            return
        beside = self.folder / f"{key}.{secrets.token_hex(4)}{_PART}"
        try:
            zarr.create_array(beside, data=array, chunks=array.shape, compressors=Crc32cCodec(), fill_value=np.nan)
            beside.rename(self.folder / key)
        except OSError as error:
            shutil.rmtree(beside, ignore_errors=True)
            if not (self.folder / key).is_dir():  # else another process was faster
                _log.warning("An embedding cannot be kept in %s: %s", self.folder, error)
            return
        self.written += 1
        self._make_room(array.nbytes)

    def report(self) -> StoreReport:
        """Count what is there; parts left by a crash take room, but are no embeddings."""
        found = self._entries()
        whole = sum(path.suffix != _PART for _, _, path in found)
        return StoreReport(self.folder, whole, sum(size for _, size, _ in found), self.max_bytes)

    def clear(self) -> None:
        """Delete all entries."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._nbytes = None

    def _make_room(self, added: int) -> None:
        self._nbytes = self._nbytes + added if self._nbytes is not None else self.report().nbytes
        if self._nbytes <= self.max_bytes:
            return
        entries = sorted(self._entries())
        self._nbytes = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if self._nbytes <= _LEFT * self.max_bytes:
                return
            shutil.rmtree(path, ignore_errors=True)
            self._nbytes -= size

    def _entries(self) -> list[tuple[float, int, Path]]:
        """When each entry was last used, its bytes, and where it is; parts left by a crash are among them."""
        found = []
        for path in self.folder.glob("*"):
            try:
                size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                found.append((path.stat().st_mtime, size, path))
            except OSError:  # another process has just deleted it
                continue
        return found
