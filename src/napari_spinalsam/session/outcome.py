"""What an executed operation did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from napari_spinalsam.commands.operations import BaseOperation

#: ``done``; ``waiting`` for clicks, a drag or a file dialog; ``asking`` a yes/no question; ``nothing`` to do.
Status = Literal["done", "waiting", "asking", "nothing"]

#: The parts of the session that a front end redraws on their own.
Aspect = Literal[
    "image",
    "slice",
    "view",
    "window",
    "points",
    "boxes",
    "preview",
    "labels",
    "label",
    "visibility",
    "camera",
    "reviews",
    "dialogue",
]

NO_DATA: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Outcome:
    """What an operation did.

    Parameters
    ----------
    operation : BaseOperation or None
        The operation that was executed; None for what the user did by hand in the front end.
    status : Status
        Whether it is done, waits for the user, asks the user, or found nothing to do.
    message : str
        One line for the user.
    changed : frozenset of Aspect
        What a front end has to redraw. ``"labels"`` comes with ``data["region"]``, a tuple of three slices.
    data : Mapping
        Results by name, e.g. the numbers of a measurement.
    then : tuple of BaseOperation
        What waited for this (see ``Session.defer``) and is now to be executed.
    """

    operation: BaseOperation | None
    status: Status
    message: str
    changed: frozenset[Aspect] = frozenset()
    data: Mapping[str, Any] = field(default_factory=lambda: NO_DATA)
    then: tuple[BaseOperation, ...] = ()
