"""Where things of the user are kept: downloaded models, work that is not saved yet, settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

#: Environment variable that moves the folders below to a place of the user's choice.
HOME_VARIABLE: Final = "NAPARI_SPINALSAM_HOME"

_NAME: Final = "napari-spinalsam"


def data_folder() -> Path:
    """Folder of the user's data; it need not exist yet."""
    return _moved() or platformdirs.user_data_path(_NAME, appauthor=False)


def settings_folder() -> Path:
    """Folder of the user's settings; it need not exist yet."""
    return _moved() or platformdirs.user_config_path(_NAME, appauthor=False)


def cache_folder() -> Path:
    """Folder of what can be computed again; it need not exist yet."""
    moved = _moved()
    return moved / "cache" if moved is not None else platformdirs.user_cache_path(_NAME, appauthor=False)


def _moved() -> Path | None:
    moved = os.environ.get(HOME_VARIABLE)
    return Path(moved).expanduser() if moved else None
