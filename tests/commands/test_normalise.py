import pytest

from napari_spinalsam.commands.normalise import PATH_MARK, has_url, normalise, strip_control


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("open /data/Case 1.nii", "/data/Case"),
        ("open /data/Case1.NII.GZ, then go on", "/data/Case1.NII.GZ"),
        ('open "/data/My Case.nii.gz"', "/data/My Case.nii.gz"),
        ("打开/data/病例1.nii.gz并分割", "/data/病例1.nii.gz"),
        ("保存为l3.nii.gz", "l3.nii.gz"),
        ("save as L3.nii.gz.", "L3.nii.gz"),
        ("open ~/scans/a.png!", "~/scans/a.png"),
        (r"open C:\scans\a b.png", "C:\\scans\\a"),
        ("save to l3 dot nii dot gz", "l3.nii.gz"),
        ("open ../other/x.dcm", "../other/x.dcm"),
    ],
)
def test_paths_keep_their_letters(text, path):
    normal = normalise(text)
    assert normal.paths[0] == path
    assert chr(PATH_MARK) in normal.text


@pytest.mark.parametrize(
    "text", ["undo/redo", "and/or", "window 400/40", "3.5", "don't do 'that'", 'say "undo" to undo']
)
def test_what_is_no_path(text):
    assert normalise(text).paths == ()


def test_full_width_signs_become_plain():
    assert normalise("添加３个点，在（１２０，２００）").text == "添加3个点,在 120 200"


def test_hyphens_join_words_but_not_signs():
    assert normalise("soft-tissue L-3 level -600").text == "soft tissue l 3 level -600"


def test_pairs_of_numbers_need_no_comma():
    assert normalise("at (120, 200)").text == "at 120 200"
    assert normalise("120 x 200").text == "120 200"


def test_control_characters_and_direction_marks_become_spaces():
    assert strip_control("un\u202edo\x1b[0m\r\nnow \ue000") == "un do [0m now"


@pytest.mark.parametrize(
    ("text", "expected"), [("open http://x.y/z", True), ("open C:/x", False), ("slice 3: next", False)]
)
def test_addresses_are_recognised(text, expected):
    assert has_url(text) is expected
