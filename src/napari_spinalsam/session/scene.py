"""What a handler sees, and what it answers: handlers read a scene and return an effect, only the session commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import BaseOperation
from napari_spinalsam.errors import ImageError
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.document import Document
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.opening import Opened
from napari_spinalsam.session.outcome import NO_DATA, Status
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.view import View

if TYPE_CHECKING:
    from napari_spinalsam.session.propagation_job import PropagationJob

#: What happens where a mask meets voxels of another label: take them over, or leave them.
Overlap = Literal["replace", "keep"]


class Listening(Protocol):
    """What a front end with a microphone does when voice is switched on and off."""

    def start_listening(self) -> str:
        """Listen, or wake up; returns one line for the user.

        Raises
        ------
        SpinalSamError
            If there is nothing to listen with.
        """
        ...

    def stop_listening(self) -> str:
        """Fall asleep or stop listening; returns one line for the user."""
        ...


@dataclass(frozen=True)
class Scene:
    """Everything that a handler may read.

    Parameters
    ----------
    opened : Opened or None
        The volume with its labels, which are read-only.
    document, view, dialogue
        The three parts of the state.
    segmenter : Segmenter
    overlap : {"replace", "keep"}
    cursor : (x, y) or None
        Where the pointer is on the slice on display.
    reference : (n0, n1, n2) uint16 or None
        Labels to compare with.
    unsaved : bool
        Whether the labels changed since they were opened or saved.
    last : str or None
        What was heard and done before.
    propagated : PropagationJob or None
        A propagation that the front end has run already.
    stop_job : callable or None
        Stops the job that the front end runs; returns whether there was one.
    listening : Listening or None
        The front end's microphone.
    undo_titles, redo_titles : tuple of str
        Steps that can be undone and redone, the next one first.
    """

    opened: Opened | None
    document: Document
    view: View
    dialogue: Dialogue
    segmenter: Segmenter
    overlap: Overlap
    cursor: tuple[float, float] | None
    reference: NDArray[np.uint16] | None
    unsaved: bool
    last: str | None
    propagated: PropagationJob | None
    stop_job: Callable[[], bool] | None
    listening: Listening | None
    undo_titles: tuple[str, ...]
    redo_titles: tuple[str, ...]

    def need(self) -> Opened:
        """Return the volume with its labels.

        Raises
        ------
        ImageError
            If none is open.
        """
        if self.opened is None:
            raise ImageError("No image is open", "Open one first, e.g. 'open case1.nii.gz'")
        return self.opened

    @property
    def key(self) -> SliceKey:
        """The slice on display."""
        return self.view.key

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the slice on display."""
        return self.need().volume.slice_shape(self.view.axis)

    @property
    def prompts(self) -> Prompts:
        """Prompts of the slice on display."""
        return self.document.prompts_on(self.key)

    @property
    def grid(self) -> Grid:
        """The lettered grid on the slice, narrowed to the cell that was zoomed to."""
        region = self.view.zoom.region
        return Grid(region) if region else Grid.over(self.shape)


@dataclass(frozen=True)
class Effect:
    """What a handler wants done; None leaves a part as it is.

    Parameters
    ----------
    message : str
        One line for the user.
    status : Status
    document, view, dialogue
        The new parts of the state. Another document becomes an undoable step.
    patch : LabelPatch or None
        Change of the labels.
    opened : Opened or None
        Another volume, with which document and history start anew.
    saved : bool
        Whether the labels are now on disk.
    steps : int
        Steps to go through the history, negative to undo.
    data : Mapping
    then : tuple of BaseOperation
        Operations that waited for this one.
    """

    message: str
    status: Status = "done"
    document: Document | None = None
    view: View | None = None
    dialogue: Dialogue | None = None
    patch: LabelPatch | None = None
    opened: Opened | None = None
    saved: bool = False
    steps: int = 0
    data: Mapping[str, Any] = field(default_factory=lambda: NO_DATA)
    then: tuple[BaseOperation, ...] = ()

    def and_say(self, more: str) -> Effect:
        """Return the same effect with a longer message."""
        return replace(self, message=f"{self.message}; {more}")


#: Executes one class of operations. ``Any`` because each handler takes its own class; the table pairs them.
Handler = Callable[[Scene, Any], Effect]
