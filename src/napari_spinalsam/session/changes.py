"""What a front end has to redraw between two states, found by comparing them, so that no handler can forget it."""

from __future__ import annotations

from napari_spinalsam.session.dialogue import Dialogue
from napari_spinalsam.session.document import Document
from napari_spinalsam.session.outcome import Aspect
from napari_spinalsam.session.slice_key import SliceKey
from napari_spinalsam.session.view import View


def changed_aspects(
    before: tuple[Document, View, Dialogue], after: tuple[Document, View, Dialogue]
) -> frozenset[Aspect]:
    """Aspects in which two states differ.

    Points, boxes and preview count as changed as well when another slice, with other ones, comes on display.
    """
    (document, view, dialogue), (new_document, new_view, new_dialogue) = before, after
    pairs: dict[Aspect, bool] = {
        "slice": view.key != new_view.key,
        "view": view.name != new_view.name,
        "window": view.window != new_view.window,
        "visibility": view.hidden != new_view.hidden,
        "camera": view.zoom != new_view.zoom,
        "points": _points(document, view.key) != _points(new_document, new_view.key),
        "boxes": _boxes(document, view.key) != _boxes(new_document, new_view.key),
        "preview": _previews(document, view.key) != _previews(new_document, new_view.key),
        "label": document.label != new_document.label,
        "labels": document.labels_version != new_document.labels_version,
        "reviews": document.reviews != new_document.reviews,
        "dialogue": dialogue != new_dialogue,
    }
    return frozenset(aspect for aspect, differs in pairs.items() if differs)


def _points(document: Document, key: SliceKey) -> object:
    everywhere = {k: prompts.points for k, prompts in document.prompts.items() if prompts.points}
    return everywhere, everywhere.get(key)


def _boxes(document: Document, key: SliceKey) -> object:
    everywhere = {k: prompts.boxes for k, prompts in document.prompts.items() if prompts.boxes}
    return everywhere, everywhere.get(key)


def _previews(document: Document, key: SliceKey) -> object:
    # Previews compare by identity: comparing their masks would take longer than drawing them.
    return dict(document.previews), document.previews.get(key)
