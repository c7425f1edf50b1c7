"""The session: plain state, and ``execute``, through which every change by mouse, text or voice goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import BaseOperation, Repeat, SegmentBox, SegmentPoints
from napari_spinalsam.imaging.volume import Axis, Volume
from napari_spinalsam.imaging.window import Window
from napari_spinalsam.segmentation.prompts import Box, Point, Prompts
from napari_spinalsam.session.changes import changed_aspects
from napari_spinalsam.session.dialogue import Awaiting, Dialogue, Question
from napari_spinalsam.session.document import Document, ReviewMark
from napari_spinalsam.session.grid import Grid
from napari_spinalsam.session.handlers import handler_of
from napari_spinalsam.session.handlers.labels import edited_labels
from napari_spinalsam.session.handlers.prompts import replaced_prompts
from napari_spinalsam.session.history import Change, History
from napari_spinalsam.session.label_patch import LabelPatch, Region, merge_regions
from napari_spinalsam.session.opening import Opened, adopted, view_on
from napari_spinalsam.session.outcome import Aspect, Outcome
from napari_spinalsam.session.phrase import Entry
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.scene import Effect, Overlap, Scene
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.view import View
from napari_spinalsam.vertebrae import VERSE, label_name

#: Entries of the log that are kept.
LOG_LENGTH = 1000


class Session:
    """One image under work: prompts, previews, labels, and one history of them.

    Everything is read from the properties and changed through :meth:`execute`; where that raises, nothing has changed.
    Not thread-safe, except for ``segmenter``, which a worker may use to embed a slice ahead.

    Parameters
    ----------
    segmenter : Segmenter, optional
        Loads the bundled model when it is first needed if none is given.

    Attributes
    ----------
    segmenter : Segmenter
        May be replaced at any time, e.g. by one with another model.
    overlap : {"replace", "keep"}
        What an accepted mask does with voxels of another label.
    cursor : (x, y) or None
        Position of the pointer in pixels of the slice on display; the front end keeps it up to date.
    propagated : PropagationJob or None
        A PROPAGATE that the front end has run in a worker; executing that very operation then only writes it down.
    stop_job : callable or None
        What STOP calls: stops the job that the front end runs and returns whether there was one.
    history : History
    log : deque of Entry
        What was heard, understood and done, the newest last.
    """

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self.segmenter = segmenter or Segmenter()
        self.overlap: Overlap = "replace"
        self.cursor: tuple[float, float] | None = None
        self.propagated: PropagationJob | None = None
        self.stop_job: Callable[[], bool] | None = None
        self.history = History()
        self.log: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self._opened: Opened | None = None
        self._document = Document()
        self._view = View()
        self._dialogue = Dialogue()
        self._reference: NDArray[np.uint16] | None = None
        self._saved_version = 0
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
        """Whether the labels changed since they were opened or last saved."""
        return self._document.labels_version != self._saved_version

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

    # --- changes ------------------------------------------------------------------------------------------------------

    def open_volume(self, volume: Volume, labels: NDArray[np.integer] | None = None) -> None:
        """Start on a volume, with the user's own labels if there are any; forgets document and history.

        Parameters
        ----------
        volume : Volume
        labels : (n0, n1, n2) integer, optional
            Labels to go on with; copied, so the caller's array is never written to.

        Raises
        ------
        LabelsError
            If the labels have another shape, or values that do not fit into uint16.
        """
        self._open(Opened.of(volume, labels))

    def set_reference(self, labels: NDArray[np.integer] | None) -> None:
        """Labels that EVALUATE compares with; None forgets them.

        Raises
        ------
        ImageError
            If no image is open.
        LabelsError
            If the labels have another shape, or values that do not fit into uint16.
        """
        volume = self.scene().need().volume
        self._reference = None if labels is None else adopted(volume, labels)

    def execute(self, operation: BaseOperation) -> Outcome:
        """Do what an operation says.

        Returns
        -------
        Outcome
            What was done, or what the session now waits for or asks.

        Raises
        ------
        SpinalSamError
            If it is not possible; the session is then as it was before.
        """
        return self._commit(operation, handler_of(operation)(self.scene(), operation))

    def replace_prompts(self, prompts: Prompts) -> Outcome | None:
        """Other prompts for the slice on display, as one undoable step: points or boxes were moved or deleted by hand.

        Returns
        -------
        Outcome or None
            None if they are what they were.

        Raises
        ------
        PromptError
            If one is not on the slice.
        ImageError
            If no image is open.
        """
        effect = replaced_prompts(self.scene(), prompts)
        return self._commit(None, effect) if effect else None

    def edit_labels(self, labels: NDArray[np.integer]) -> Outcome | None:
        """Labels as they are after the user painted by hand, as one undoable step.

        Parameters
        ----------
        labels : (n0, n1, n2) integer
            The whole volume; only what differs is taken over and kept in the history.

        Returns
        -------
        Outcome or None
            None if nothing differs.

        Raises
        ------
        LabelsError
            If the labels have another shape, or values that do not fit into uint16.
        ImageError
            If no image is open.
        """
        effect = edited_labels(self.scene(), labels)
        return self._commit(None, effect) if effect else None

    def needs_embedding(self, operation: BaseOperation) -> SliceKey | None:
        """Find the slice whose embedding must be computed before ``operation`` is quick; None if there is none.

        A front end computes it in a worker with ``session.segmenter.embed(session.volume, key)`` and then executes.
        """
        prompts = {SegmentPoints: self.points, SegmentBox: self.boxes}.get(type(operation))
        # Without prompts the answer is a refusal, which needs no network.
        if self.volume is None or not prompts or self.segmenter.has(self.volume, self.key):
            return None
        return self.key

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
            undo_titles=tuple(self.history.undo_titles),
            redo_titles=tuple(self.history.redo_titles),
        )

    def defer(self, operations: tuple[BaseOperation, ...]) -> None:
        """Keep the rest of a phrase until the clicks or the answer that the session waits for have come.

        The outcome that ends the waiting hands them back in ``then``; cancelling drops them. Where nothing is waited
        for there is nothing to follow, and they are dropped.
        """
        if self._dialogue.is_open:
            self._dialogue = replace(self._dialogue, then=operations)

    # --- committing ---------------------------------------------------------------------------------------------------

    def _commit(self, operation: BaseOperation | None, effect: Effect) -> Outcome:
        before = (self._document, self._view, self._dialogue)
        aspects: frozenset[Aspect] = frozenset()
        region: Region | None = None
        if effect.opened is not None:
            self._open(effect.opened)
            aspects = frozenset({"image", "labels"})
        else:
            self._view = effect.view or self._view
            region = self._walk(effect.steps) if effect.steps else self._record(effect)
        # A question is good for the very next answer only: a late "yes" must not overwrite a file.
        self._dialogue = effect.dialogue or self._dialogue.without_question()
        if effect.saved:
            self._saved_version = self._document.labels_version
        aspects |= changed_aspects(before, (self._document, self._view, self._dialogue))
        data = {**effect.data, "region": region} if region else effect.data
        outcome = Outcome(operation, effect.status, effect.message, aspects, data, effect.then)
        if not isinstance(operation, Repeat):
            self._last = outcome
        return outcome

    def _open(self, opened: Opened) -> None:
        self._opened = opened
        self._document = Document(labels_version=self._next_version())
        self._saved_version = self._document.labels_version
        self._view = view_on(opened.volume)
        self._dialogue = Dialogue()
        self._reference = None
        self.cursor = None
        self.history.clear()

    def _record(self, effect: Effect) -> Region | None:
        if effect.document is None and effect.patch is None:
            return None
        before, after = self._document, effect.document or self._document
        if effect.patch is not None:
            after = replace(after, labels_version=self._next_version())
            self._apply(effect.patch)
        self._document = after
        self.history.push(Change(effect.message, before, after, (effect.patch,) if effect.patch else ()))
        return effect.patch.region if effect.patch else None

    def _walk(self, steps: int) -> Region | None:
        region: Region | None = None
        for _ in range(abs(steps)):
            change = self.history.undo() if steps < 0 else self.history.redo()
            self._document = change.before if steps < 0 else change.after
            for patch in change.patches[:: -1 if steps < 0 else 1]:
                self._apply(patch)
                region = merge_regions(region, patch.region)
        return region

    def _apply(self, patch: LabelPatch) -> None:
        patch.apply(self.scene().need().buffer)

    def _told(self) -> str | None:
        if self.log and self.log[-1].did and self.log[-1].did[-1] is self._last:
            return f"Heard '{self.log[-1].heard}'. {self.log[-1].message}"
        return self._last.message if self._last else None

    def _next_version(self) -> int:
        self._newest_version += 1
        return self._newest_version
