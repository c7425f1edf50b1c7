"""Embedding slices before anybody asks: the one on display, then its neighbours, the way the user scrolls first."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from napari_spinalsam._napari.workers import Job

if TYPE_CHECKING:
    from napari_spinalsam._napari.workers import InferenceThread
    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.session.segmenter import Segmenter
    from napari_spinalsam.session.session import Session
    from napari_spinalsam.session.slice_key import SliceKey

#: Neighbours embedded ahead: one more the way the user scrolls, so many in all.
_NEIGHBOURS: Final = 3
#: A network that takes longer for a slice, in seconds, looks at the one on display only: whoever scrolls on and prompts
#: would have to wait until it is done with a neighbour.
_QUICK: Final = 0.5


class LookAhead:
    """Keeps at most one job waiting; what the user does meanwhile goes first.

    Parameters
    ----------
    session : Session
    inference : InferenceThread
    """

    def __init__(self, session: Session, inference: InferenceThread) -> None:
        self._session = session
        self._inference = inference
        self._job: Job | None = None
        self._shown: SliceKey | None = None
        self._forward = True
        self._seconds = 0.0

    def look(self) -> None:
        """Begin with the slice on display; what was begun for another one is dropped."""
        self.stop()
        volume, key = self._session.volume, self._session.key
        if volume is None or self._session.view == "3d":
            return
        if self._shown is not None and self._shown.axis == key.axis and self._shown.index != key.index:
            self._forward = key.index > self._shown.index
        self._shown = key
        self._embed(volume, self._session.segmenter, [key, *_neighbours(volume, key, forward=self._forward)])

    def stop(self) -> None:
        """Drop what waits."""
        if self._job is not None:
            self._inference.drop(self._job)
            self._job = None

    def _embed(self, volume: Volume, segmenter: Segmenter, keys: list[SliceKey]) -> None:
        """Embed the first slice that has not been, and when that is done the others."""
        self._job = None
        missing = [key for key in keys if not segmenter.has(volume, key)]
        if not missing or (missing[0] != self._shown and self._seconds > _QUICK):
            return

        def embed() -> None:
            start = time.monotonic()
            segmenter.embed(volume, missing[0])
            self._seconds = time.monotonic() - start

        def go_on(_: object) -> None:
            # A slice that cannot be embedded says so when it is prompted; passing by is no mistake of the user.
            self._embed(volume, segmenter, missing[1:])

        self._job = Job(f"Looking at {missing[0]}", embed, go_on, go_on)
        self._inference.submit(self._job)


def _neighbours(volume: Volume, key: SliceKey, *, forward: bool) -> list[SliceKey]:
    """List the next slice, the one behind, the one after the next, and so on, as far as there are any."""
    steps = [(1 + i // 2) * (1 if i % 2 == 0 else -1) for i in range(_NEIGHBOURS)]
    indices = [key.index + (step if forward else -step) for step in steps]
    return [replace(key, index=index) for index in indices if 0 <= index < volume.n_slices(key.axis)]
