"""Images find their masks and their patients in the layouts that laboratories use."""

import pytest

from lab import pictures, verse
from napari_spinalsam.errors import ConfigError, ImageError
from napari_spinalsam.training.cases import find_cases


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_verse_is_paired_by_itself_and_its_previews_are_left_out(tmp_path):
    cases = find_cases(verse(tmp_path))
    assert [case.patient for case in cases] == ["sub-verse000", "sub-verse001", "sub-verse002"]
    assert all(case.mask.name == case.image.name.replace("_ct", "_seg-vert_msk") for case in cases)


def test_folders_of_pictures(tmp_path):
    cases = find_cases(*pictures(tmp_path))
    assert [(case.name, case.patient) for case in cases][2:4] == [("Case1_02", "Case1"), ("Case2_00", "Case2")]
    assert all(case.image.name == case.mask.name for case in cases)


@pytest.mark.parametrize(
    ("images", "masks", "patients"),
    [
        (["a_0000.nii.gz", "b_0000.nii.gz"], ["a.nii.gz", "b.nii.gz"], ["a", "b"]),  # nnU-Net
        (["a_ct.nii", "b_ct.nii"], ["a_mask.nii.gz", "b_seg.nii.gz"], ["a", "b"]),
        (["sub-1_a_ct.nii.gz", "sub-1_b_ct.nii.gz"], ["sub-1_a_msk.nii", "sub-1_b_dseg.nii"], ["sub-1", "sub-1"]),
        (["anna/1.png", "anna/2.png", "ben/1.png"], ["anna/1.png", "anna/2.png", "ben/1.png"], ["anna", "anna", "ben"]),
        (["1.png", "2.png"], ["1.png", "2.png"], ["all", "all"]),
        (["p3 slice 2.jpg", "p3 slice 10.jpg"], ["p3 slice 10.png", "p3 slice 2.png"], ["p3 slice", "p3 slice"]),
    ],
)  # fmt: skip
def test_names_and_patients(tmp_path, images, masks, patients):
    touch(tmp_path / "i", *images)
    touch(tmp_path / "m", *masks)
    cases = find_cases(tmp_path / "i", tmp_path / "m")
    assert [case.image.relative_to(tmp_path / "i").as_posix() for case in cases] == images
    assert [case.patient for case in cases] == patients


def test_a_pattern_finds_patients_anywhere_in_the_path(tmp_path):
    touch(tmp_path / "i", "clinic/x-17-a.png", "clinic/x-17-b.png", "clinic/x-4-a.png")
    touch(tmp_path / "m", "clinic/x-17-a.png", "clinic/x-17-b.png", "clinic/x-4-a.png")
    found = [case.patient for case in find_cases(tmp_path / "i", tmp_path / "m", r"x-(\d+)-")]
    assert sorted(found) == ["17", "17", "4"]
    assert {case.patient for case in find_cases(tmp_path / "i", tmp_path / "m", "x-1|x-4")} == {"x-1", "x-4"}
    with pytest.raises(ConfigError, match=r"not found in clinic/x-4-a\.png"):
        find_cases(tmp_path / "i", tmp_path / "m", r"x-1\d")
    with pytest.raises(ConfigError, match="no regular expression"):
        find_cases(tmp_path / "i", tmp_path / "m", "(")


def test_files_without_a_counterpart_are_named(tmp_path):
    touch(tmp_path / "i", "a.png", "b.png", "c.png", "d.png", "e.png")
    touch(tmp_path / "m", "a.png", "z.png")
    with pytest.raises(ImageError, match=r"No counterpart was found for b.png, c.png, d.png and 2 more"):
        find_cases(tmp_path / "i", tmp_path / "m")


def test_two_of_one_name_and_folders_without_images(tmp_path):
    touch(tmp_path / "i", "a_ct.nii", "a_0000.nii.gz")
    with pytest.raises(ImageError, match="have the same name 'a'"):
        find_cases(tmp_path / "i", touch(tmp_path / "m", "a.nii"))
    with pytest.raises(ImageError, match="There are no images in"):
        find_cases(touch(tmp_path / "t", "notes.txt"), tmp_path / "m")
    with pytest.raises(ImageError, match="There is no folder"):
        find_cases(tmp_path / "absent")
