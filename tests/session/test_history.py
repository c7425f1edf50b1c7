from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.document import Document
from napari_spinalsam.session.history import Change, History
from napari_spinalsam.session.label_patch import LabelPatch
from napari_spinalsam.session.preview import Preview
from napari_spinalsam.session.slice_key import SliceKey

KEY = SliceKey("axial", 0)


def change(title: str, label: int = 1) -> Change:
    return Change(title, Document(label=label), Document(label=label + 1))


def test_steps_go_back_and_forth():
    history = History()
    first, second = change("a"), change("b", 2)
    history.push(first)
    history.push(second)
    assert history.undo_titles == ["b", "a"]
    assert history.undo() is second
    assert history.undo() is first
    assert history.redo_titles == ["a", "b"]
    assert history.redo() is first


def test_a_new_step_forgets_what_was_undone():
    history = History()
    history.push(change("a"))
    history.undo()
    history.push(change("b"))
    assert history.redo_titles == []
    with pytest.raises(IndexError):
        history.redo()


def test_two_steps_become_one():
    history = History()
    before = np.zeros((1, 4, 4), dtype=np.uint16)
    patches = [LabelPatch.between(before, np.full_like(before, value)) for value in (1, 2)]
    documents = [Document(label=value) for value in (1, 2, 3)]
    history.push(Change("a", documents[0], documents[1], (patches[0],)))
    history.push(Change("b", documents[1], documents[2], (patches[1],)))
    history.merge_last("both")
    merged = history.undo()
    assert merged.title == "both"
    assert merged.before is documents[0]
    assert merged.after is documents[2]
    assert merged.patches == tuple(patches)
    assert history.last is None


def test_memory_is_bounded_by_forgetting_the_oldest():
    history = History(max_bytes=300_000)
    document = Document()
    for number in range(50):
        masks = np.zeros((1, 256, 256), dtype=bool)
        preview = Preview(KEY, Prompts(), masks, np.ones(1, np.float32), np.zeros((1, 8, 8), np.float32))
        after = document.with_preview(KEY, preview)
        history.push(Change(str(number), document, after))
        document = after
    assert history.nbytes <= 300_000
    assert 1 <= len(history.undo_titles) < 50
    assert history.undo_titles[0] == "49"


def test_a_step_too_large_for_the_bound_stays_as_the_only_one():
    history = History(max_bytes=1)
    history.push(change("a"))
    history.push(change("b"))
    assert history.undo_titles == ["b"]
    history.merge_last("only b is left to merge")
    assert history.undo_titles == ["b"]


def test_memory_of_shared_previews_is_counted_once():
    preview = Preview(
        KEY, Prompts(), np.zeros((1, 256, 256), bool), np.ones(1, np.float32), np.zeros((1, 8, 8), np.float32)
    )
    document = Document().with_preview(KEY, preview)
    history = History()
    for number in range(10):
        after = Document(document.prompts, document.previews, label=number + 1)
        history.push(Change(str(number), document, after))
        document = after
    assert history.nbytes < preview.nbytes


def test_forgetting_undone_steps_frees_their_memory():
    history = History()
    for number in range(5):
        history.push(change(str(number)))
    full = history.nbytes
    for _ in range(5):
        history.undo()
    assert history.nbytes == full
    history.push(change("new"))
    assert history.nbytes == full // 5
    history.clear()
    assert history.nbytes == 0
