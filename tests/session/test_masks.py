from __future__ import annotations

import numpy as np
import pytest
from region_growing import RegionGrowing

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, OperationError, PromptError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session

BLOCK = (slice(8, 20), slice(8, 22))
BOX = ops.AddBox(at=(5, 5, 24, 23))


@pytest.fixture
def previewed(session):
    session.execute(BOX)
    session.execute(ops.SegmentBox())
    return session


def test_a_box_gives_the_block(session):
    session.execute(BOX)
    outcome = session.execute(ops.SegmentBox())
    assert outcome.changed == {"preview"}
    expected = np.zeros((40, 48), dtype=bool)
    expected[BLOCK] = True
    assert np.array_equal(session.preview.mask, expected)
    assert outcome.data["pixels"] == expected.sum()
    assert session.preview.key == session.key


def test_points_give_candidates_to_choose_from(session):
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.SegmentPoints())
    assert len(session.preview.masks) == 3
    first = session.preview.mask
    outcome = session.execute(ops.ChooseMask(index=3))
    assert outcome.changed == {"preview"}
    assert session.preview.chosen == 2
    assert session.preview.mask.sum() > first.sum()
    session.execute(ops.Undo())
    assert session.preview.chosen == 0
    assert session.execute(ops.ChooseMask(index=1)).status == "nothing"


def test_a_candidate_that_is_not_there(previewed):
    with pytest.raises(OperationError, match="no mask 3"):
        previewed.execute(ops.ChooseMask(index=3))


def test_points_alone_ignore_the_boxes(session, predictor):
    session.execute(BOX)
    session.execute(ops.AddPoints(at=((30, 25),)))
    session.execute(ops.SegmentPoints())
    assert not session.preview.prompts.boxes
    assert not session.preview.mask[BLOCK].any()


def test_a_box_takes_the_points_beside_it_and_no_others(session):
    session.execute(BOX)
    session.execute(ops.AddPoints(at=((10, 12), (30, 25), (25, 12))))
    session.execute(ops.SegmentBox())
    assert {(p.x, p.y) for p in session.preview.prompts.points} == {(10, 12), (25, 12)}


def test_corrections_carry_the_mask_on(session, predictor):
    session.execute(BOX)
    session.execute(ops.SegmentBox())
    logits = session.preview.low_res_logits
    session.execute(ops.AddPoints(at=((6, 6),), polarity="negative"))
    session.execute(ops.SegmentBox())
    assert np.array_equal(predictor.mask_prompts[1], logits[:1])
    session.execute(ops.SegmentBox())  # nothing was added, so nothing is corrected
    session.execute(ops.AddBox(at=(25, 20, 41, 35)))
    session.execute(ops.SegmentBox())  # other boxes are another structure
    assert [prompt is None for prompt in predictor.mask_prompts] == [True, False, True, True]


def test_the_chosen_candidate_is_the_one_corrected(session, predictor):
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.SegmentPoints())
    session.execute(ops.ChooseMask(index=3))
    logits = session.preview.low_res_logits[2:3]
    session.execute(ops.AddPoints(at=((30, 25),), polarity="negative"))
    session.execute(ops.SegmentPoints())
    assert np.array_equal(predictor.mask_prompts[-1], logits)


def test_another_network_starts_afresh(session):
    session.execute(BOX)
    session.execute(ops.SegmentBox())
    other = RegionGrowing()
    session.segmenter = Segmenter(lambda: other)
    session.execute(ops.AddPoints(at=((6, 6),), polarity="negative"))
    session.execute(ops.SegmentBox())
    assert other.mask_prompts == [None]


def test_segmenting_ends_the_waiting_for_clicks(session):
    session.execute(ops.AddPoints(count=5))
    session.execute(ops.AddPoints(at=((10, 12),)))
    session.execute(ops.SegmentPoints())
    assert session.awaiting is None


def test_the_slice_is_embedded_once(session, predictor):
    assert session.needs_embedding(ops.SegmentBox()) is None
    session.execute(BOX)
    assert session.needs_embedding(ops.SegmentBox()) == session.key
    assert session.needs_embedding(ops.SegmentPoints()) is None
    session.execute(ops.SegmentBox())
    assert session.needs_embedding(ops.SegmentBox()) is None
    assert session.needs_embedding(ops.AcceptMask()) is None
    session.execute(ops.SetWindow(preset="lung"))
    session.execute(ops.SegmentBox())
    assert predictor.embedded == 1
    session.execute(ops.NextSlice())
    session.execute(ops.AddPoints(at=((10, 12),)))
    assert session.needs_embedding(ops.SegmentPoints()) == session.key


@pytest.mark.parametrize(
    ("prompts", "operation", "message"),
    [
        ([], ops.SegmentPoints(), "no points"),
        ([], ops.SegmentBox(), "no box"),
        ([ops.AddPoints(at=((1, 1),))], ops.SegmentBox(), "no box"),
        ([BOX], ops.SegmentPoints(), "no points"),
        ([ops.AddPoints(at=((1, 1),), polarity="negative")], ops.SegmentPoints(), "negative"),
        ([ops.AddBox(at=(9, 9, 18, 18))], ops.SegmentBox(), "finds nothing"),
    ],
)
def test_what_cannot_be_segmented(session, prompts, operation, message):
    for prompt in prompts:
        session.execute(prompt)
    before = session.document
    with pytest.raises(PromptError, match=message) as caught:
        session.execute(operation)
    assert caught.value.hint
    assert session.document is before


@pytest.mark.parametrize("value", [0, 40])
def test_an_empty_or_constant_slice(session, volume, value):
    array = volume.array.copy()
    array[6] = value
    session.open_volume(Volume(array, volume.affine, "hu"))
    session.execute(BOX)
    with pytest.raises(ImageError):
        session.execute(ops.SegmentBox())
    assert session.preview is None
    assert session.boxes


def test_accepting_writes_the_label_on_that_slice(previewed):
    previewed.execute(ops.SetLabel(label="L3"))
    outcome = previewed.execute(ops.AcceptMask())
    assert outcome.changed == {"labels", "preview", "boxes"}
    assert outcome.data["region"] == (slice(6, 7), slice(8, 20), slice(8, 22))
    expected = np.zeros((12, 40, 48), dtype=np.uint16)
    expected[6][BLOCK] = 22
    assert np.array_equal(previewed.labels, expected)
    assert previewed.preview is None
    assert not previewed.prompts
    assert previewed.unsaved


def test_accepting_is_undone_in_one_step_with_its_prompts(previewed):
    preview = previewed.preview
    previewed.execute(ops.AcceptMask())
    previewed.execute(ops.Undo())
    assert not previewed.labels.any()
    assert previewed.preview is preview
    assert previewed.boxes
    previewed.execute(ops.Redo())
    assert previewed.labels.any()
    assert previewed.preview is None


@pytest.mark.parametrize("axis", ["coronal", "sagittal"])
def test_accepting_in_the_other_views(session, axis):
    session.execute(ops.SetView(axis=axis))
    session.execute(ops.GoToSlice(index=12))
    session.execute(ops.AddBox(at=(4, 1, 24, 10)))
    session.execute(ops.SegmentBox())
    session.execute(ops.AcceptMask())
    place = (slice(None), 12) if axis == "coronal" else (slice(None), slice(None), 12)
    rest = session.labels.copy()
    assert (rest[3:9][(slice(None), *place[1:])] == 20).any()
    rest[place] = 0
    assert not rest.any()


def test_parts_of_one_vertebra_add_up(session):
    session.execute(BOX)
    session.execute(ops.SegmentBox())
    session.execute(ops.AcceptMask())
    session.execute(ops.AddBox(at=(23, 19, 43, 37)))
    session.execute(ops.SegmentBox())
    session.execute(ops.AcceptMask())
    assert (session.labels == 20).sum() == 12 * 14 * 2


@pytest.mark.parametrize(("overlap", "winner", "spared"), [("replace", 20, 0), ("keep", 40, 36)])
def test_overlap(session, volume, overlap, winner, spared):
    labels = np.zeros(volume.shape, dtype=np.uint16)
    labels[6, 10:16, 10:16] = 40
    labels[5] = 41
    session.open_volume(volume, labels)
    session.overlap = overlap
    session.execute(BOX)
    session.execute(ops.SegmentBox())
    outcome = session.execute(ops.AcceptMask())
    assert (session.labels[6, 10:16, 10:16] == winner).all()
    assert outcome.data["spared"] == spared
    assert outcome.data["pixels"] == 12 * 14 - spared
    assert (session.labels[5] == 41).all()
    session.execute(ops.Undo())
    assert np.array_equal(session.labels, labels)


def test_rejecting_keeps_the_prompts(previewed):
    assert previewed.execute(ops.RejectMask()).changed == {"preview"}
    assert previewed.preview is None
    assert previewed.boxes
    assert not previewed.labels.any()


def test_clearing_everything_keeps_the_labels(previewed):
    previewed.execute(ops.AcceptMask())
    previewed.execute(BOX)
    previewed.execute(ops.SegmentBox())
    previewed.execute(ops.NextSlice())
    previewed.execute(BOX)
    previewed.execute(ops.ClearAll())
    assert not previewed.document.prompts
    assert not previewed.document.previews
    assert previewed.labels.any()
    assert previewed.execute(ops.ClearAll()).status == "nothing"


def test_a_preview_stays_on_its_slice(previewed):
    mask = previewed.preview.mask
    outcome = previewed.execute(ops.NextSlice())
    assert "preview" in outcome.changed
    assert previewed.preview is None
    with pytest.raises(OperationError, match="axial slice 6"):
        previewed.execute(ops.AcceptMask())
    previewed.execute(ops.PreviousSlice())
    assert previewed.preview.mask is not None
    assert np.array_equal(previewed.preview.mask, mask)


@pytest.mark.parametrize("operation", [ops.AcceptMask(), ops.RejectMask(), ops.ChooseMask(index=1)])
def test_without_a_preview_there_is_nothing_to_keep(session, operation):
    with pytest.raises(OperationError, match="no mask"):
        session.execute(operation)
    with pytest.raises(ImageError):
        Session().execute(operation)
