"""Which keys do what: the defaults, and the user's own choice, kept in a file of their settings folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from napari_spinalsam._napari.gestures import Tool
from napari_spinalsam.commands.operations import (
    AcceptMask,
    BaseOperation,
    ChooseMask,
    NextLevel,
    NextSlice,
    PreviousLevel,
    PreviousSlice,
    Propagate,
    Redo,
    RejectMask,
    Review,
    Undo,
)
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.folders import settings_folder
from napari_spinalsam.imaging.atomic import write_atomically

_FILE: Final = "shortcuts.json"
_KEYS: Final = TypeAdapter(dict[str, str])


@dataclass(frozen=True)
class Shortcut:
    """Something that a key does.

    Parameters
    ----------
    name : str
        What it is called in the settings file.
    title : str
        What it does, for the user.
    keys : str
        The default, as Qt writes it; none of napari's own, and no letter that opens a menu with Alt.
    action : BaseOperation, Tool or None
        An operation to execute, or a tool to take; None makes the mask from the prompts of the slice.
    """

    name: str
    title: str
    keys: str
    action: BaseOperation | Tool | None


SHORTCUTS: Final = (
    Shortcut("undo", "Undo", "Alt+Z", Undo()),
    Shortcut("redo", "Redo", "Alt+Shift+Z", Redo()),
    Shortcut("navigate", "Move the image", "Alt+M", "navigate"),
    Shortcut("positive", "Point on the structure", "Alt+E", "positive"),
    Shortcut("negative", "Point beside the structure", "Alt+D", "negative"),
    Shortcut("box", "Box round the structure", "Alt+B", "box"),
    Shortcut("segment", "Make the mask", "Alt+G", None),
    Shortcut("accept", "Accept the mask", "Alt+A", AcceptMask()),
    Shortcut("reject", "Reject the mask", "Alt+R", RejectMask()),
    Shortcut("mask 1", "Show mask 1", "Alt+1", ChooseMask(index=1)),
    Shortcut("mask 2", "Show mask 2", "Alt+2", ChooseMask(index=2)),
    Shortcut("mask 3", "Show mask 3", "Alt+3", ChooseMask(index=3)),
    Shortcut("propagate", "Carry the mask through its neighbours", "Alt+K", Propagate()),
    Shortcut("next slice", "Next slice", "Alt+PgDown", NextSlice()),
    Shortcut("previous slice", "Previous slice", "Alt+PgUp", PreviousSlice()),
    Shortcut("next level", "The vertebra below", "Alt+N", NextLevel()),
    Shortcut("previous level", "The vertebra above", "Alt+Shift+N", PreviousLevel()),
    Shortcut("approve", "Approve the level", "Alt+O", Review(status="approved")),
    Shortcut("flag", "Flag the level", "Alt+X", Review(status="flagged")),
)

DEFAULTS: Final[Mapping[str, str]] = {shortcut.name: shortcut.keys for shortcut in SHORTCUTS}


def settings_path() -> Path:
    """Path of the file with the user's own keys; it need not exist."""
    return settings_folder() / _FILE


def load_keys() -> dict[str, str]:
    """Keys of every shortcut: the user's where they chose some (empty for none), else the default.

    Raises
    ------
    ConfigError
        If the file cannot be read or holds something else.
    """
    path = settings_path()
    try:
        chosen = _KEYS.validate_json(path.read_bytes()) if path.exists() else {}
    except (OSError, ValidationError) as error:
        raise ConfigError(
            f"The shortcuts in {path} cannot be read, the defaults are used", "Mend or delete that file"
        ) from error
    return {name: chosen.get(name, keys) for name, keys in DEFAULTS.items()}


def save_keys(keys: Mapping[str, str]) -> None:
    """Keep what differs from the defaults.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    path = settings_path()
    chosen = {name: value for name, value in keys.items() if value != DEFAULTS[name]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(chosen, indent=2) + "\n").encode())
    except OSError as error:
        raise ConfigError(
            f"The shortcuts cannot be kept in {path} ({error.strerror or error})", "Check the rights on that folder"
        ) from error
