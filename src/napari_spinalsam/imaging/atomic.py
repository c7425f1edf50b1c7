"""Files that are either wholly written or not touched at all."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path


def write_atomically(path: Path, content: bytes | memoryview) -> None:
    """Write a file such that a crash, a full disk or an error leaves the old one as it was.

    The content goes to a new file in the same folder, is forced onto the disk, and then takes the old file's place in
    one step. Links are followed; an old file's permissions are kept.

    Raises
    ------
    OSError
        If the folder cannot be written or the disk is full; nothing has changed then.
    """
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Force the new name onto the disk too, where the system lets folders be opened (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
