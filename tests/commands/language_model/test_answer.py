from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.commands.language_model.answer import WORDS, read_answer, write_answer
from napari_spinalsam.vertebrae import LEVELS

PATHS = ("/data/a.nii.gz", "b c.png")
COUNT = st.integers(1, ops.MAX_COUNT)
INDEX = st.integers(0, 2000)
LABEL = st.sampled_from(LEVELS) | st.integers(1, 65535)
CELL = st.from_regex(r"[A-Z][1-9][0-9]?", fullmatch=True)
PIXEL = st.integers(0, 2000).map(float) | st.integers(0, 4000).map(lambda n: n / 2)
LAYER = st.sampled_from(get_args(ops.Layer))
REMARK = st.text(
    st.characters(exclude_characters='"', exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30
)


def optional(strategy):
    return st.none() | strategy


ARGUMENTS = {
    ops.OpenImage: {"path": optional(st.sampled_from(PATHS))},
    ops.SaveLabels: {"path": optional(st.sampled_from(PATHS))},
    ops.AddBox: {"at": optional(st.tuples(PIXEL, PIXEL, PIXEL, PIXEL))},
    ops.PreviousSlice: {"count": COUNT},
    ops.NextSlice: {"count": COUNT},
    ops.Undo: {"count": COUNT},
    ops.Redo: {"count": COUNT},
    ops.ChooseMask: {"index": st.integers(1, 3)},
    ops.SetLabel: {"label": LABEL},
    ops.GoToSlice: {"index": INDEX | st.sampled_from(["first", "middle", "last"])},
    ops.SetView: {"axis": st.sampled_from(["axial", "coronal", "sagittal", "3d"])},
    ops.SetWindow: {"level": st.integers(-1000, 3000).map(float), "width": st.integers(1, 4000).map(float)},
    ops.Show: {"target": LAYER},
    ops.Hide: {"target": LAYER},
    ops.Zoom: {"direction": st.sampled_from(["in", "out", "reset"])},
    ops.Review: {
        "status": st.sampled_from(["approved", "flagged", "comment"]),
        "label": optional(LABEL),
        "text": optional(REMARK),
    },
    ops.Propagate: {
        "direction": st.sampled_from(["forward", "backward", "both"]),
        "count": optional(COUNT),
        "to": optional(INDEX),
    },
    ops.Measure: {"label": optional(LABEL)},
}
POLARITY = st.sampled_from(["positive", "negative"])
MORE = (
    st.builds(ops.AddPoints, polarity=POLARITY, count=COUNT),
    st.builds(ops.AddPoints, polarity=POLARITY, here=st.just(True)),
    st.builds(ops.AddPoints, polarity=POLARITY, cell=CELL),
    st.builds(
        ops.AddPoints, polarity=POLARITY, at=st.lists(st.tuples(PIXEL, PIXEL), min_size=1, max_size=4).map(tuple)
    ),
    st.builds(ops.AddBox, cells=st.tuples(CELL, CELL)),
    st.builds(ops.Zoom, cell=CELL),
    st.builds(ops.SetWindow, preset=st.sampled_from(["bone", "soft_tissue", "lung", "full"])),
)
OPERATION = st.one_of(
    *(st.builds(cls, **ARGUMENTS.get(cls, {})) for cls in ops.OPERATIONS if cls is not ops.AddPoints), *MORE
)


@given(st.lists(OPERATION, max_size=8))
def test_every_plan_can_be_written_and_is_read_back_the_same(plan):
    assert read_answer(write_answer(plan, PATHS), PATHS, {}) == tuple(plan)


def test_every_operation_has_a_word_of_its_own():
    assert set(WORDS) == set(ops.BY_CODE)
    assert len(set(WORDS.values())) == len(WORDS)


def test_no_command_is_an_answer():
    assert write_answer([]) == "none"
    assert read_answer("none", (), {}) == ()


def test_a_remark_is_given_back_as_it_was_written():
    (review,) = read_answer('review comment L3 "old; fracture"', (), {"old; fracture": "Old; Fracture"})
    assert review == ops.Review(status="comment", label="L3", text="Old; Fracture")


@pytest.mark.parametrize(
    "answer",
    ["", "dance", "goto", "label", "open #1", "point at 1", "undo many", "view oblique", "window bone 3", "stop 4"],
)
def test_what_is_no_sentence_is_refused(answer):
    with pytest.raises(ValueError):  # noqa: PT011
        read_answer(answer, (), {})


def test_a_path_that_was_not_named_cannot_be_written():
    with pytest.raises(ValueError):  # noqa: PT011
        write_answer([ops.OpenImage(path="/etc/passwd")], PATHS)
