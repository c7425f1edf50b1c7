"""What a session is at, to be read by front ends; ``session`` changes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import BaseOperation
from napari_spinalsam.imaging.volume import Axis, Volume
from napari_spinalsam.imaging.window import Window
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.dialogue import Awaiting, Dialogue, Question
from napari_spinalsam.session.document import Document, ReviewMark
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.session.history import History
from napari_spinalsam.session.keeping import Keeping
from napari_spinalsam.session.opening import Opened
from napari_spinalsam.session.outcome import Outcome
from napari_spinalsam.session.phrase import Entry
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.scene import Effect, Listening, Overlap, Scene
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.view import View
from napari_spinalsam.vertebrae import VERSE, label_name

if TYPE_CHECKING:
    from napari_spinalsam.session.journal_folder import JournalFolder

#: Entries of the log that are kept.
LOG_LENGTH = 1000


class SessionState:
    """The state of a session, read-only but for the attributes; ``Session`` describes both."""

    def __init__(self, segmenter: Segmenter | None = None, journals: JournalFolder | None = None) -> None:
        self.segmenter = segmenter or Segmenter()
        self.overlap: Overlap = "replace"
        self.cursor: tuple[float, float] | None = None
        self.propagated: PropagationJob | None = None
        self.worked_out: tuple[BaseOperation, Effect] | None = None
        self.stop_job: Callable[[], bool] | None = None
        self.listening: Listening | None = None
        self.history = History()
        self.keeping = Keeping(journals)
        self.log: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self._opened: Opened | None = None
        self._document = Document()
        self._view = View()
        self._dialogue = Dialogue()
        self._reference: NDArray[np.uint16] | None = None
        self._saved = self._document
        self._newest_version = 0
        self._last: Outcome | None = None

    # --- what is open -------------------------------------------------------------------------------------------------

    @property
    def volume(self) -> Volume | None:
        """The volume under work."""
        return self._opened.volume if self._opened else None

    @property
    def labels(self) -> NDArray[np.uint16] | None:
        """Labels of the volume's shape; a read-only view that follows every change."""
        return self._opened.labels if self._opened else None

    @property
    def unsaved(self) -> bool:
        """Whether the labels or the review marks changed since they were opened or last saved."""
        now, saved = self._document, self._saved
        return now.labels_version != saved.labels_version or now.reviews != saved.reviews

    # --- where the user is, and what is shown -------------------------------------------------------------------------

    @property
    def axis(self) -> Axis:
        """Axis of the slice on display; in 3D the one shown before."""
        return self._view.axis

    @property
    def index(self) -> int:
        """Index of the slice on display along `axis`."""
        return self._view.key.index

    @property
    def key(self) -> SliceKey:
        """Axis and index of the slice on display."""
        return self._view.key

    @property
    def view(self) -> Literal["axial", "coronal", "sagittal", "3d"]:
        """The view as the user calls it."""
        return self._view.name

    @property
    def display(self) -> View:
        """Slice, view, window, visibility and zoom together."""
        return self._view

    @property
    def window(self) -> Window | None:
        """The HU window on display; None is the full range of a picture."""
        return self._view.window

    @property
    def grid(self) -> Grid | None:
        """The lettered grid over the slice on display, narrowed to the cell that was zoomed to; None with no image."""
        return self.scene().grid if self._opened else None

    def is_visible(self, target: str) -> bool:
        """Whether "image", "mask", "labels", "points", "boxes" or "grid" is shown."""
        return target not in self._view.hidden

    # --- the work -----------------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """Everything that undo covers, as one frozen value."""
        return self._document

    @property
    def prompts(self) -> Prompts:
        """Prompts of the slice on display."""
        return self._document.prompts_on(self.key)

    @property
    def points(self) -> tuple[Point, ...]:
        """Points of the slice on display."""
        return self.prompts.points

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Boxes of the slice on display."""
        return self.prompts.boxes

    @property
    def preview(self) -> Preview | None:
        """Mask preview of the slice on display."""
        return self._document.previews.get(self.key)

    @property
    def current_label(self) -> str | int:
        """The label that accepted masks get: a level name where VerSe has one, else the integer."""
        name = label_name(self._document.label)
        return name if name in VERSE else self._document.label

    @property
    def label_value(self) -> int:
        """The same label as the integer in the labels volume."""
        return self._document.label

    @property
    def reviews(self) -> dict[int, ReviewMark]:
        """Review marks by label."""
        return dict(self._document.reviews)

    @property
    def awaiting(self) -> Awaiting | None:
        """Clicks or a drag that the session waits for; sent by the front end as ADD_POINTS or ADD_BOX at pixels."""
        return self._dialogue.awaiting

    @property
    def question(self) -> Question | None:
        """The question that CONFIRM or CANCEL answers."""
        return self._dialogue.question

    @property
    def last(self) -> Outcome | None:
        """The last outcome, which REPEAT tells again."""
        return self._last

    # --- for handlers -------------------------------------------------------------------------------------------------

    def scene(self) -> Scene:
        """Return what handlers see of this session."""
        return Scene(
            opened=self._opened,
            document=self._document,
            view=self._view,
            dialogue=self._dialogue,
            segmenter=self.segmenter,
            overlap=self.overlap,
            cursor=self.cursor,
            reference=self._reference,
            unsaved=self.unsaved,
            last=self._told(),
            propagated=self.propagated,
            stop_job=self.stop_job,
            listening=self.listening,
            undo_titles=tuple(self.history.undo_titles),
            redo_titles=tuple(self.history.redo_titles),
        )

    def _told(self) -> str | None:
        if self.log and self.log[-1].did and self.log[-1].did[-1] is self._last:
            return f"Heard '{self.log[-1].heard}'. {self.log[-1].message}"
        return self._last.message if self._last else None
