"""What undo covers: prompts, previews, the label choice and the review marks (the labels follow as patches).

Navigation and display (slice, view, window, visibility, zoom) are left out on purpose: looking around is no work that
could be lost, and an undo that first has to walk back through fifty slices would not take back the last mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, Self, TypeVar

from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.vertebrae import VERSE

_K = TypeVar("_K")
_V = TypeVar("_V")

#: The label that a session starts with: the first vertebra of the lumbar spine.
FIRST_LABEL = VERSE["L1"]


def _empty() -> Mapping[_K, _V]:
    return MappingProxyType({})


def _with(mapping: Mapping[_K, _V], key: _K, value: _V | None) -> Mapping[_K, _V]:
    rest = {k: v for k, v in mapping.items() if k != key}
    return MappingProxyType(rest if not value else {**rest, key: value})


@dataclass(frozen=True)
class ReviewMark:
    """What a reviewer said about a vertebral level."""

    status: Literal["approved", "flagged"] | None = None
    comments: tuple[str, ...] = ()


#: Of an image that nobody has reviewed.
NO_REVIEWS: Mapping[int, ReviewMark] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Document:
    """One state of everything that undo covers; never changed, only replaced.

    Parameters
    ----------
    prompts : Mapping of SliceKey to Prompts
        Slices without prompts have no entry.
    previews : Mapping of SliceKey to Preview
        Mask previews that are neither accepted nor rejected.
    label : int
        The label that accepted masks get.
    reviews : Mapping of int to ReviewMark
        Marks by label.
    labels_version : int
        Number of the state of the labels volume that belongs to this document.
    """

    prompts: Mapping[SliceKey, Prompts] = field(default_factory=_empty)
    previews: Mapping[SliceKey, Preview] = field(default_factory=_empty)
    label: int = FIRST_LABEL
    reviews: Mapping[int, ReviewMark] = field(default_factory=lambda: NO_REVIEWS)
    labels_version: int = 0

    def prompts_on(self, key: SliceKey) -> Prompts:
        """Prompts of a slice, empty if it has none."""
        return self.prompts.get(key, Prompts())

    def with_prompts(self, key: SliceKey, prompts: Prompts) -> Self:
        """Return the document with other prompts on one slice."""
        return replace(self, prompts=_with(self.prompts, key, prompts))

    def with_preview(self, key: SliceKey, preview: Preview | None) -> Self:
        """Return the document with another preview, or none, on one slice."""
        return replace(self, previews=_with(self.previews, key, preview))

    def with_review(self, label: int, mark: ReviewMark) -> Self:
        """Return the document with another mark on one label."""
        return replace(self, reviews=_with(self.reviews, label, mark))
