import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands.language_model.mentions import MAX_CHARACTERS, find_mentions


@pytest.mark.parametrize(
    ("text", "shown", "paths"),
    [
        (
            "open /data/a.nii.gz and save to ~/out/L3.nii.gz.",
            "open #1 and save to #2.",
            ("/data/a.nii.gz", "~/out/L3.nii.gz"),
        ),
        ("open “/data/my case.nii” please", "open #1 please", ("/data/my case.nii",)),
        ("打开/data/病例/a.nii.gz", "打开#1", ("/data/病例/a.nii.gz",)),
        ("load C:\\ct\\a.dcm", "load #1", ("C:\\ct\\a.dcm",)),
        ("save as l3.nii.gz", "save as #1", ("l3.nii.gz",)),
        ("open data/case1", "open #1", ("data/case1",)),
        ("load /d/A.nii, then load /d/A.nii", "load #1, then load #1", ("/d/A.nii",)),
        ("undo it and/or stop", "undo it and/or stop", ()),
        ("narrowing at L4/5", "narrowing at l4/5", ()),
    ],
)
def test_paths_are_masked_and_kept_as_written(text, shown, paths):
    mentions = find_mentions(text, plain=True)
    assert mentions.shown == shown
    assert mentions.paths == paths


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("label el three", ("L3",)),
        ("tea twelve please", ("T12",)),
        ("the third lumbar vertebra", ("L3",)),
        ("标注腰三", ("L3",)),
        ("第十二胸椎", ("T12",)),
        ("label the sacrum", ("S1",)),
        ("el for", ("L4",)),
        ("three", ("C3", "T3", "L3")),
        ("label it", ()),
    ],
)
def test_levels_are_those_named_or_whose_digit_was_said(text, levels):
    assert find_mentions(text, plain=True).levels == levels


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("window level minus six hundred width fifteen hundred", ("-600", "1500")),
        ("level −600, width 1500", ("-600", "1500")),
        ("窗位-600窗宽1500", ("-600", "1500")),
        ("point at row 200, column 120", ("120", "200")),
        ("a point at 10.5 20", ("10.5", "20")),
        ("label L3 on the forty second slice", ("42",)),
        ("nothing", ()),
    ],
)
def test_numbers_keep_their_sign_and_order(text, numbers):
    assert find_mentions(text, plain=True).numbers == numbers


def test_cells_are_found_when_spelt_out():
    assert find_mentions("box from cell b two to e five", plain=True).cells == ("B2", "E5")
    assert find_mentions("zoom to cell see four", plain=True).cells == ("C4",)


def test_a_remark_is_shown_plainly_and_kept_as_written():
    mentions = find_mentions("Comment: Old fracture of the THIRD lumbar, check", plain=True)
    assert mentions.remarks["old fracture of the l3"] == "Old fracture of the THIRD lumbar"
    assert mentions.remarks["old fracture of the l3, check"] == "Old fracture of the THIRD lumbar, check"


def test_chinese_remarks_may_begin_anywhere():
    assert find_mentions("备注：陈旧性骨折", plain=True).remarks["陈旧性骨折"] == "陈旧性骨折"


def test_a_number_sign_cannot_stand_for_a_path():
    mentions = find_mentions("open #2 and #1 /data/a.nii, slice #42", plain=True)
    assert mentions.shown == "open 2 and 1 #1, slice 42"
    assert mentions.numbers == ("2", "1", "42")


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=MAX_CHARACTERS), st.booleans())
def test_whatever_is_said_paths_and_remarks_are_parts_of_it(text, plain):
    mentions = find_mentions(text, plain=plain)
    assert all(path in text for path in mentions.paths)
    assert all(remark in text.replace("#", " ") for remark in mentions.remarks.values())
