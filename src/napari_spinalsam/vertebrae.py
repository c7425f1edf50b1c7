"""Vertebral levels and the integers they have in a labels volume.

The numbering is VerSe's (Sekuboyina et al. 2021): C1-C7 = 1-7, T1-T12 = 8-19, L1-L6 = 20-25, S1 = 26, T13 = 28.
"""

from __future__ import annotations

from typing import Final

#: Level names from head to feet, with the rare T13 and L6 where they occur in a body.
LEVELS: Final[tuple[str, ...]] = (
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 14)),
    *(f"L{i}" for i in range(1, 7)),
    "S1",
)

_T13: Final = 28
_IN_ORDER: Final = tuple(name for name in LEVELS if name != "T13")

#: Level name -> VerSe integer.
VERSE: Final[dict[str, int]] = {name: i for i, name in enumerate(_IN_ORDER, start=1)} | {"T13": _T13}
_NAMES: Final = {value: name for name, value in VERSE.items()}

#: The largest integer a label may have (labels are stored as uint16).
MAX_LABEL: Final = 65535


def label_value(label: str | int) -> int:
    """Integer of a label given as a level name or as an integer.

    Raises
    ------
    ValueError
        If the name is no level, or the integer is not in 1..65535.
    """
    value = VERSE.get(label.upper()) if isinstance(label, str) else int(label)
    if value is None or not 1 <= value <= MAX_LABEL:
        raise ValueError(f"{label!r} is neither a vertebral level nor an integer from 1 to {MAX_LABEL}")
    return value


def label_name(value: int) -> str:
    """Level name of an integer, or the integer in words ("label 40") where VerSe has none."""
    return _NAMES.get(value, f"label {value}")
