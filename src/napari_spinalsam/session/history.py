"""One undo and redo for mouse, text and voice: whole documents, which share what did not change, and label patches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from napari_spinalsam.session.document import Document
from napari_spinalsam.session.label_patch import LabelPatch

#: Memory that the steps may take before the oldest are forgotten, in bytes.
MAX_BYTES = 256 * 2**20

# What a step costs beside its arrays: a document, a few mappings and prompts.
_STEP_BYTES = 4096


@dataclass(frozen=True, eq=False)
class Change:
    """One undoable step.

    Parameters
    ----------
    title : str
        What was done, for the user.
    before, after : Document
        The documents around it.
    patches : tuple of LabelPatch
        Changes of the labels volume, in the order they were made.
    """

    title: str
    before: Document
    after: Document
    patches: tuple[LabelPatch, ...] = ()

    @cached_property
    def nbytes(self) -> int:
        """Memory that this step keeps alive, in bytes."""
        held = {id(p): p.nbytes for document in (self.before, self.after) for p in document.previews.values()}
        for shared in set(map(id, self.before.previews.values())) & set(map(id, self.after.previews.values())):
            del held[shared]
        return _STEP_BYTES + sum(held.values()) + sum(patch.nbytes for patch in self.patches)


class History:
    """Steps that were done and steps that were undone.

    Parameters
    ----------
    max_bytes : int
        Memory bound; beyond it the oldest steps are forgotten, the newest always stays.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._done: list[Change] = []
        self._undone: list[Change] = []
        self._nbytes = 0

    @property
    def last(self) -> Change | None:
        """The step that undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def undo_titles(self) -> list[str]:
        """What can be undone, the next one first."""
        return [change.title for change in reversed(self._done)]

    @property
    def redo_titles(self) -> list[str]:
        """What can be redone, the next one first."""
        return [change.title for change in reversed(self._undone)]

    @property
    def nbytes(self) -> int:
        """Memory that the steps keep alive, in bytes."""
        return self._nbytes

    def push(self, change: Change) -> None:
        """Record a step; what was undone before can no longer be redone."""
        self._nbytes += change.nbytes - sum(undone.nbytes for undone in self._undone)
        self._undone.clear()
        self._done.append(change)
        while len(self._done) > 1 and self._nbytes > self._max_bytes:
            self._nbytes -= self._done.pop(0).nbytes

    def merge_last(self, title: str = "") -> None:
        """Make the last two steps one, called ``title`` or else like the last one.

        Nothing happens where the bound has made history forget the first of them.
        """
        if len(self._done) < 2:
            return
        second, first = self._done.pop(), self._done.pop()
        patches = first.patches + second.patches
        merged = replace(second, title=title or second.title, before=first.before, patches=patches)
        self._done.append(merged)
        self._nbytes += merged.nbytes - first.nbytes - second.nbytes

    def ahead(self, steps: int) -> tuple[Document, LabelPatch | None]:
        """Find the document that a walk leads to, and the change of the labels on the way; nothing is walked yet.

        Parameters
        ----------
        steps : int
            Not 0, negative to undo; IndexError if there are not as many.
        """
        changes = self._done[steps:] if steps < 0 else self._undone[-steps:]
        document = self._done[steps].before if steps < 0 else self._undone[-steps].after
        return document, LabelPatch.composed([patch for change in changes for patch in change.patches])

    def walk(self, steps: int) -> None:
        """Undo (negative) or redo as many steps."""
        for _ in range(abs(steps)):
            self.undo() if steps < 0 else self.redo()

    def undo(self) -> Change:
        """Move a step to the undone ones and return it; IndexError if there is none."""
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Change:
        """Move a step back to the done ones and return it; IndexError if there is none."""
        self._done.append(self._undone.pop())
        return self._done[-1]

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()
        self._nbytes = 0
