"""The session: plain state, and ``execute``, through which every change by mouse, text or voice goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands.operations import BaseOperation, Repeat, SegmentBox, SegmentPoints
from napari_spinalsam.errors import JournalError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.changes import changed_aspects
from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.document import NO_REVIEWS, Document, ReviewMark
from napari_spinalsam.session.handlers import handler_of
from napari_spinalsam.session.handlers.between import fill_between
from napari_spinalsam.session.handlers.files import with_saved_work
from napari_spinalsam.session.handlers.labels import edited_labels
from napari_spinalsam.session.handlers.prompts import replaced_prompts
from napari_spinalsam.session.handlers.propagation import carried
from napari_spinalsam.session.handlers.recovering import recovered_work
from napari_spinalsam.session.history import Change
from napari_spinalsam.session.label_patch import Region
from napari_spinalsam.session.opening import Opened, adopted, view_on
from napari_spinalsam.session.outcome import Aspect, Outcome
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.recovery import Recovery, delete
from napari_spinalsam.session.scene import Effect
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.state import SessionState


class Session(SessionState):
    """One image under work: prompts, previews, labels, and one history of them.

    Everything is read from the properties and changed through :meth:`execute`; where that raises, nothing has changed.
    Not thread-safe, except for ``segmenter``, which a worker may use to embed a slice ahead.

    Parameters
    ----------
    segmenter : Segmenter, optional
        Loads the bundled model when it is first needed if none is given.
    journals : JournalFolder, optional
        Where every change of the labels, the current label and the review marks is put before it is made. None keeps
        no journal: for scripts that save when they are through.

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
    worked_out : (BaseOperation, Effect) or None
        What `work_out` has found for the operation that is executed next.
    stop_job : callable or None
        What STOP calls: stops the job that the front end runs and returns whether there was one.
    listening : Listening or None
        The front end's microphone, which START_LISTENING and STOP_LISTENING switch.
    history : History
    keeping : Keeping
        The journal, what earlier sessions left in theirs, and other windows on the same file.
    log : deque of Entry
        What was heard, understood and done, the newest last.
    """

    def open_volume(
        self,
        volume: Volume,
        labels: NDArray[np.integer] | None = None,
        reviews: Mapping[int, ReviewMark] = NO_REVIEWS,
    ) -> None:
        """Start on a volume, with the user's own labels if there are any; forgets document and history.

        Parameters
        ----------
        volume : Volume
        labels : (n0, n1, n2) integer, optional
            Labels to go on with; copied, so the caller's array is never written to.
        reviews : Mapping of int to ReviewMark, optional
            Review marks to go on with.

        Raises
        ------
        LabelsError
            If the labels have another shape, or values that do not fit into uint16.
        """
        self._open(Opened.of(volume, labels, reviews))

    def open_with_saved_work(self, volume: Volume) -> str:
        """Start on a volume with the labels and review marks that were saved beside its file, if there are any.

        Returns
        -------
        str
            Half a sentence that says what was taken up, or why not; empty if there is nothing.
        """
        opened, note = with_saved_work(volume)
        self._open(opened)
        return note

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
        worked_out, self.worked_out = self.worked_out, None
        if worked_out is not None and worked_out[0] is operation:
            return self._commit(operation, worked_out[1])
        return self._commit(operation, self.work_out(operation))

    def work_out(self, operation: BaseOperation) -> Effect:
        """Find what an operation would do, and do nothing yet.

        For what takes long and only reads, as EVALUATE: a front end works it out in a worker, puts it with its
        operation into ``worked_out``, and executes that operation.

        Raises
        ------
        SpinalSamError
            If it is not possible.
        """
        return handler_of(operation)(self.scene(), operation)

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

    def edit_labels(self, labels: NDArray[np.integer], *, must_be_kept: bool = True) -> Outcome | None:
        """Labels as they are after the user painted by hand, as one undoable step.

        Parameters
        ----------
        labels : (n0, n1, n2) integer
            The whole volume; only what differs is taken over and kept in the history.
        must_be_kept : bool
            False takes over also what cannot be put into the journal, and says so: to save it somewhere else at once.

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
        JournalError
            If it must be kept and cannot be.
        """
        effect = edited_labels(self.scene(), labels)
        if effect is None:
            return None
        try:
            return self._commit(None, effect)
        except JournalError as error:
            if must_be_kept:
                raise
            return self._commit(None, effect.and_say(f"it is in no journal ({error.message})"), journalled=False)

    def fill_between(self) -> Outcome:
        """Interpolate the current label between the slices of the view that have it, as one undoable step.

        Raises
        ------
        OperationError
            If there are no slices between two with the label.
        ImageError
            If no image is open.
        """
        return self._commit(None, fill_between(self.scene()))

    def write_carried(self, job: PropagationJob) -> Outcome:
        """Write what a propagation that the catalogue has no word for has found, as one undoable step.

        Raises
        ------
        OperationError
            If another image was opened meanwhile.
        """
        return self._commit(None, carried(self.scene(), job))

    def recover(self, recovery: Recovery) -> Outcome:
        """Bring back work that was kept in a journal and never saved, as one undoable step.

        Its journal is deleted once the work is in this session's own.

        Parameters
        ----------
        recovery : Recovery
            One of ``keeping.recoveries()``.

        Raises
        ------
        LabelsError
            If it was done on another grid.
        ImageError
            If no image is open.
        JournalError
            If it cannot be put into this session's journal; the one it is in stays.
        """
        outcome = self._commit(None, recovered_work(self.scene(), recovery))
        if outcome.status == "done":
            delete(recovery.path)
        return outcome

    def close(self) -> None:
        """Let go of the image for other windows; work that is not saved stays in the journal for the next start."""
        self.keeping.close()

    def needs_embedding(self, operation: BaseOperation) -> SliceKey | None:
        """Find the slice whose embedding must be computed before ``operation`` is quick; None if there is none.

        A front end computes it in a worker with ``session.segmenter.embed(session.volume, key)`` and then executes.
        """
        prompts = {SegmentPoints: self.points, SegmentBox: self.boxes}.get(type(operation))
        # Without prompts the answer is a refusal, which needs no network.
        if self.volume is None or not prompts or self.segmenter.has(self.volume, self.key):
            return None
        return self.key

    def defer(self, operations: tuple[BaseOperation, ...]) -> None:
        """Keep the rest of a phrase until the clicks or the answer that the session waits for have come.

        The outcome that ends the waiting hands them back in ``then``; cancelling drops them. Where nothing is waited
        for there is nothing to follow, and they are dropped.
        """
        if self._dialogue.is_open:
            self._dialogue = replace(self._dialogue, then=operations)

    # --- committing ---------------------------------------------------------------------------------------------------

    def _commit(self, operation: BaseOperation | None, effect: Effect, *, journalled: bool = True) -> Outcome:
        before = (self._document, self._view, self._dialogue)
        aspects: frozenset[Aspect] = frozenset()
        region: Region | None = None
        if effect.opened is not None:
            self._open(effect.opened)
            aspects = frozenset({"image", "labels"})
        else:
            region = self._change(effect, journalled)
            self._view = effect.view or self._view
        # A question is good for the very next answer only: a late "yes" must not overwrite a file.
        self._dialogue = effect.dialogue or self._dialogue.without_question()
        if effect.saved:
            self._saved = self._document
            self.keeping.saved()
        aspects |= changed_aspects(before, (self._document, self._view, self._dialogue))
        data = {**effect.data, "region": region} if region else effect.data
        outcome = Outcome(operation, effect.status, effect.message, aspects, data, effect.then)
        if not isinstance(operation, Repeat):
            self._last = outcome
        return outcome

    def _open(self, opened: Opened) -> None:
        self.keeping.start(opened.volume)
        self._opened = opened
        self._document = Document(reviews=opened.reviews, labels_version=self._next_version())
        self._saved = self._document
        self._view = view_on(opened.volume)
        self._dialogue = Dialogue()
        self._reference = None
        self.cursor = None
        self.history.clear()

    def _change(self, effect: Effect, journalled: bool) -> Region | None:
        """Change document and labels as one step, or walk through steps, once that is on the disk.

        Returns
        -------
        tuple of three slices or None
            Where the labels changed.
        """
        before = self._document
        if effect.steps:
            after, patch = self.history.ahead(effect.steps)
        elif effect.document is None and effect.patch is None:
            return None
        else:
            after, patch = effect.document or before, effect.patch
            if patch is not None:
                after = replace(after, labels_version=self._next_version())
        if not journalled:
            self.keeping.fall_behind()
        elif self._opened is not None:
            self.keeping.keep(effect.message, before, after, patch, self._opened.labels)
        # From here on nothing can fail.
        if patch is not None:
            patch.apply(self.scene().need().buffer)
        self._document = after
        if effect.steps:
            self.history.walk(effect.steps)
        else:
            self.history.push(Change(effect.message, before, after, (patch,) if patch else ()))
        return patch.region if patch else None

    def _next_version(self) -> int:
        self._newest_version += 1
        return self._newest_version
