"""Starting on a volume: its view, and the user's own labels adopted without ever writing to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging.volume import Volume, check_labels_shape
from napari_spinalsam.imaging.window import PRESETS
from napari_spinalsam.session.document import NO_REVIEWS, ReviewMark
from napari_spinalsam.session.view import View
from napari_spinalsam.vertebrae import MAX_LABEL


@dataclass(frozen=True, eq=False)
class Opened:
    """A volume and the labels that lie on it.

    Parameters
    ----------
    volume : Volume
    buffer : (n0, n1, n2) uint16
        The labels; only the session writes to it.
    reviews : Mapping of int to ReviewMark
        The review marks to begin with.
    """

    volume: Volume
    buffer: NDArray[np.uint16]
    reviews: Mapping[int, ReviewMark] = field(default_factory=lambda: NO_REVIEWS)

    @classmethod
    def of(
        cls,
        volume: Volume,
        labels: NDArray[np.integer] | None = None,
        reviews: Mapping[int, ReviewMark] = NO_REVIEWS,
    ) -> Self:
        """Start on a volume with a copy of the user's labels, or with none.

        Raises
        ------
        LabelsError
            If the labels have another shape, or values that do not fit into uint16.
        """
        if labels is None:
            return cls(volume, np.zeros(volume.shape, dtype=np.uint16), reviews)
        return cls(volume, adopted(volume, labels), reviews)

    @property
    def labels(self) -> NDArray[np.uint16]:
        """The labels, read-only."""
        view = self.buffer.view()
        view.setflags(write=False)
        return view


def adopted(volume: Volume, labels: NDArray[np.integer], *, copy: bool = True) -> NDArray[np.uint16]:
    """Take labels that fit a volume, as uint16; without ``copy`` perhaps the very array.

    Raises
    ------
    LabelsError
        If they have another shape, are no integers, or have values that do not fit into uint16.
    """
    labels = np.asarray(labels)
    check_labels_shape(labels, volume)
    if labels.dtype.kind not in "biu":
        raise LabelsError(f"Labels of type {labels.dtype} are no integers", "Use a labels layer or an integer NIfTI")
    if labels.dtype != np.uint16 and not 0 <= int(labels.min()) <= int(labels.max()) <= MAX_LABEL:
        raise LabelsError("The labels have values outside 0 to 65535", "Renumber them first")
    return labels.astype(np.uint16, copy=copy)


def view_on(volume: Volume) -> View:
    """Make the view on a volume that was just opened: the middle axial slice, in the bone window if it is in HU."""
    return View.of(volume, PRESETS["bone"] if volume.intensity == "hu" else None)
