from __future__ import annotations

import json

import nibabel as nib
import numpy as np
import pytest
from blocks import blocks_volume
from hypothesis import given
from hypothesis import strategies as st
from journals import paint

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.session.document import ReviewMark
from napari_spinalsam.session.review_file import read_reviews, review_path, write_reviews
from napari_spinalsam.session.session import Session

marks = st.dictionaries(
    st.integers(1, 65535),
    st.builds(ReviewMark, st.sampled_from([None, "approved", "flagged"]), st.lists(st.text(), max_size=3).map(tuple)),
    min_size=1,
)


@pytest.fixture
def image(tmp_path):
    volume = blocks_volume()
    array = np.ascontiguousarray(volume.array.transpose(2, 1, 0)[::-1, ::-1, ::-1])
    nib.save(nib.Nifti1Image(array, np.diag([0.5, 0.5, 2.0, 1.0])), tmp_path / "case.nii.gz")
    return tmp_path / "case.nii.gz"


def opened(path) -> Session:
    session = Session()
    session.execute(ops.OpenImage(path=str(path)))
    return session


@given(marks)
def test_marks_survive(tmp_path_factory, reviews):
    labels = tmp_path_factory.mktemp("marks") / "case.nii.gz"
    write_reviews(labels, reviews)
    assert read_reviews(labels) == reviews


def test_the_file_is_for_people_too(tmp_path):
    path = write_reviews(tmp_path / "case.nii.gz", {23: ReviewMark("flagged", ("alte Fraktur",)), 40: ReviewMark()})
    assert path == tmp_path / "case.review.json"
    assert json.loads(path.read_text()) == {
        "format": "napari-spinalsam review",
        "version": 1,
        "labels": "case.nii.gz",
        "levels": [
            {"label": 23, "name": "L4", "status": "flagged", "comments": ["alte Fraktur"]},
            {"label": 40, "name": "label 40", "status": None, "comments": []},
        ],
    }


def test_no_marks_make_no_file_and_take_an_old_one_away(tmp_path):
    labels = tmp_path / "case.nii"
    assert read_reviews(labels) == {}
    assert write_reviews(labels, {}) is None
    write_reviews(labels, {20: ReviewMark("approved")})
    write_reviews(labels, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "{}",
        '{"format": "other", "version": 1, "labels": "a", "levels": []}',
        '{"format": "napari-spinalsam review", "version": 2, "labels": "a", "levels": []}',
        '{"format": "napari-spinalsam review", "version": 1, "labels": "a", "levels": [{"label": 0, "name": "x"}]}',
    ],
)
def test_a_file_that_is_something_else_is_told_and_left_alone(tmp_path, content):
    labels = tmp_path / "case.nii.gz"
    review_path(labels).write_text(content)
    with pytest.raises(LabelsError, match=r"case\.review\.json cannot be read") as caught:
        read_reviews(labels)
    assert caught.value.hint
    with pytest.raises(LabelsError):
        write_reviews(labels, {20: ReviewMark("approved")})
    assert review_path(labels).read_text() == content


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(LabelsError, match="cannot be written"):
        write_reviews(tmp_path / "nowhere" / "case.nii.gz", {20: ReviewMark("approved")})


def test_labels_and_marks_are_there_again_when_the_image_is_opened(image):
    session = opened(image)
    paint(session, 22)
    session.execute(ops.Review(status="flagged", label="L3", text="old fracture"))
    session.execute(ops.SaveLabels())
    assert not session.unsaved
    again = opened(image)
    assert again.reviews == {22: ReviewMark("flagged", ("old fracture",))}
    np.testing.assert_array_equal(again.labels, session.labels)
    assert not again.unsaved
    assert again.history.undo_titles == []
    assert "with the labels in case_spinalsam.nii.gz" in again.last.message


def test_marks_alone_are_work_that_is_not_saved(image, tmp_path):
    session = opened(image)
    session.execute(ops.Review(status="approved"))
    assert session.unsaved
    assert session.execute(ops.OpenImage(path=str(image))).status == "asking"
    session.execute(ops.Undo())
    assert not session.unsaved


def test_marks_that_cannot_be_written_leave_the_work_unsaved(image, tmp_path):
    session = opened(image)
    paint(session, 22)
    session.execute(ops.Review(status="approved"))
    (tmp_path / "out.review.json").mkdir()
    with pytest.raises(LabelsError, match=r"out\.review\.json"):
        session.execute(ops.SaveLabels(path="out.nii.gz"))
    assert session.unsaved
    assert (tmp_path / "out.nii.gz").exists()


def test_saved_files_that_do_not_fit_do_not_hinder_opening(image, tmp_path):
    (tmp_path / "case_spinalsam.nii.gz").write_text("no labels")
    session = opened(image)
    assert "the labels beside it are not taken up" in session.last.message
    assert not session.labels.any()


def test_labels_are_taken_up_where_their_marks_are_damaged(image, tmp_path):
    session = opened(image)
    paint(session, 22)
    session.execute(ops.SaveLabels())
    (tmp_path / "case_spinalsam.review.json").write_text("no json")
    again = opened(image)
    np.testing.assert_array_equal(again.labels, session.labels)
    assert again.reviews == {}
    assert "cannot be read" in again.last.message
