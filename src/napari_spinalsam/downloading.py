"""Downloading one file over HTTP: with room for it, with progress, checked before it gets its name."""

from __future__ import annotations

import shutil
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from napari_spinalsam.errors import WeightsError
from napari_spinalsam.folders import HOME_VARIABLE


def check_room(folder: Path, needed: int) -> None:
    """Refuse a download that the disk has no room for.

    Raises
    ------
    WeightsError
        If fewer than ``needed`` bytes are free.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise WeightsError(
            f"{folder} has room for {free / 1e6:.0f} MB, the download needs {needed / 1e6:.0f} MB",
            f"Make room, or set {HOME_VARIABLE} to a folder on another disk",
        )


def fetch(url: str, path: Path, size: int | None, sha256: str | None) -> None:
    """Download a file, with progress on stderr.

    Parameters
    ----------
    url : str
    path : Path
        Where it goes; its folder exists. What lies there afterwards is whole.
    size : int or None
        In bytes, where it is known.
    sha256 : str or None
        Hexadecimal digest, where it is known.

    Raises
    ------
    WeightsError
        If the server does not answer, or what it sends is not the file.
    """
    import pooch

    progress = _Progress(path.name)

    def fetch_whole(url: str, output_file: str, pooch_: object) -> None:
        pooch.HTTPDownloader(progressbar=progress, chunk_size=2**20)(url, output_file, pooch_)
        sent = Path(output_file).stat().st_size
        if size is not None and sent != size:
            raise ValueError(f"it has {sent} bytes instead of {size}")

    pooch.get_logger().setLevel("WARNING")  # the progress says it already
    try:
        # pooch downloads beside the target, compares the digest, and only then moves the file to its name.
        pooch.retrieve(
            url,
            known_hash=f"sha256:{sha256}" if sha256 else None,
            fname=path.name,
            path=path.parent,
            downloader=fetch_whole,
        )
    except OSError as error:  # requests' errors are among them
        raise WeightsError(f"{url} cannot be downloaded ({_short(error)})", "Try again later") from error
    except ValueError as error:
        reason = _short(error) if str(error).startswith("it has") else "its SHA-256 is another"
        raise WeightsError(
            f"{url} did not send the published file: {reason}", "Try again, or on another network"
        ) from error
    finally:
        progress.close()


def fetch_folder(url: str, folder: Path, size: int | None, sha256: str | None) -> None:
    """Download a zip file that holds one folder, and leave that folder's content in ``folder``.

    The zip file itself is not kept. Where anything goes wrong, ``folder`` is as it was.

    Raises
    ------
    WeightsError
        As `fetch`, or if what was sent is no such zip file.
    """
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as aside:
        archive = Path(aside) / url.rpartition("/")[2]
        fetch(url, archive, size, sha256)
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(Path(aside) / "unpacked")
        except (zipfile.BadZipFile, OSError) as error:
            raise WeightsError(f"{url} cannot be unpacked ({_short(error)})", "Try again later") from error
        unpacked = [path for path in (Path(aside) / "unpacked").glob("*") if path.is_dir()]
        if len(unpacked) != 1:
            raise WeightsError(f"{url} does not hold one folder", "Unpack it yourself, and name the folder instead")
        if folder.exists():
            shutil.rmtree(folder)
        unpacked[0].rename(folder)


def _short(error: Exception) -> str:
    """First line of an error's text, at most a hundred characters."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0] if len(lines[0]) <= 100 else f"{lines[0][:99]}…"


class _Progress:
    """Progress of one download on stderr, in the form that pooch asks for."""

    def __init__(self, name: str, every_s: float = 0.5) -> None:
        self.total = 0  # set by pooch
        self._name = name
        self._every_s = every_s
        self._done = 0
        self._written_at = 0.0

    def update(self, n: int) -> None:
        """Count ``n`` more bytes."""
        self._done += n
        now = time.monotonic()
        if now - self._written_at >= self._every_s:
            self._written_at = now
            self._write()

    def reset(self) -> None:
        """Begin again (pooch does so before it adds the whole size)."""
        self._done = 0

    def close(self) -> None:
        """Write the last state and end the line."""
        if self._written_at:
            self._write()
            sys.stderr.write("\n")
            self._written_at = 0.0

    def _write(self) -> None:
        of = f" of {self.total / 1e6:.1f}" if self.total else ""
        sys.stderr.write(f"\r{self._name}: {self._done / 1e6:.1f}{of} MB")
        sys.stderr.flush()
