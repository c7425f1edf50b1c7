"""A word of the command line that is one of a few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from napari_spinalsam.errors import UsageError

Choice = TypeVar("Choice", bound=str)


def one_of(choices: Sequence[Choice], what: str, word: str) -> Choice:
    """Return a word as the choice it is.

    Parameters
    ----------
    choices : sequence of str
    what : str
        What they are, for the error.
    word : str
        As it was typed.

    Raises
    ------
    UsageError
        If it is none of them.
    """
    for choice in choices:
        if choice == word:
            return choice
    raise UsageError(f"There is no {what} {word!r}", f"Choose from {', '.join(choices)}")
