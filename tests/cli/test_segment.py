"""``segment``: a slice in, a PNG or NIfTI out, and one line when something is wrong."""

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam.imaging.nifti import read_labels


@pytest.fixture
def picture(tmp_path):
    """Two bright ovals with a brighter rim on grey."""
    rows, columns = np.indices((120, 160))
    grey = np.full((120, 160), 90.0)
    for row, column in ((60, 40), (60, 115)):
        radius = np.hypot((rows - row) / 30, (columns - column) / 25)
        grey[radius < 1] = 170
        grey[(radius < 1) & (radius > 0.85)] = 240
    path = tmp_path / "slice.png"
    iio.imwrite(path, grey.astype(np.uint8))
    return path


@pytest.fixture
def scan(tmp_path, sample):
    """The sample CT as a file in another orientation than the program's own."""
    volume, labels = sample
    image = nib.Nifti1Image(volume.array, volume.affine).as_reoriented([[2, 1], [0, -1], [1, 1]])
    path = tmp_path / "scan.nii.gz"
    nib.save(image, path)
    return path, labels


LEFT, RIGHT = "14,29,66,91", "89,29,141,91"


def oval(column):
    rows, columns = np.indices((120, 160))
    return np.hypot((rows - 60) / 30, (columns - column) / 25) < 1


def overlap(mask, truth):
    return 2 * (mask & truth).sum() / (mask.sum() + truth.sum())


def test_boxes_in_a_picture_make_one_mask(command, picture, tmp_path):
    done = command("segment", picture, "--box", LEFT, "--box", RIGHT, "-o", tmp_path / "mask.png")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"{tmp_path / 'mask.png'}: ")
    mask = iio.imread(tmp_path / "mask.png")
    assert set(np.unique(mask)) == {0, 255}
    assert overlap(mask > 0, oval(40) | oval(115)) > 0.8


def test_a_point_and_a_box(command, picture, tmp_path):
    done = command("segment", picture, "--box", LEFT, "--point", "40,60", "--point", "5,5,-", "-o", tmp_path / "m.png")
    assert done.status == 0
    assert overlap(iio.imread(tmp_path / "m.png") > 0, oval(40)) > 0.7


def test_boxes_in_a_volume_make_labels_on_its_grid(command, scan, tmp_path):
    path, labels = scan
    index = int(np.argmax((labels > 0).sum((0, 1))))
    truth = labels[:, :, index]
    values = sorted(np.unique(truth[truth > 0]), key=lambda value: -(truth == value).sum())[:2]
    boxes = []
    for value in values:
        rows, columns = np.where(truth == value)
        boxes += ["--box", f"{columns.min()},{rows.min()},{columns.max()},{rows.max()}"]
    out = tmp_path / "labels.nii.gz"
    done = command("segment", path, "--axis", "sagittal", "--slice", index, *boxes, "-o", out)
    assert done.status == 0
    assert f"on sagittal slice {index}" in done.out
    written, image = nib.load(out), nib.load(path)
    assert written.shape == image.shape
    np.testing.assert_allclose(written.affine, image.affine)
    found, _ = read_labels(out)
    assert set(np.unique(found)) == {0, 1, 2}
    assert not np.delete(found, index, axis=2).any()
    for label, value in enumerate(values, start=1):
        assert overlap(found[:, :, index] == label, truth == value) > 0.7


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([], "There is nothing to segment by. Give --box X0,Y0,X1,Y1 or --point X,Y."),
        (["--point", "5"], "'--point 5' is not 2 numbers with commas between. Write it as X,Y or X,Y,-."),
        (["--point", "5,x"], "'--point 5,x' is not 2 numbers with commas between. Write it as X,Y or X,Y,-."),
        (["--box", "1,2,3"], "'--box 1,2,3' is not 4 numbers with commas between. Write it as X0,Y0,X1,Y1."),
        (["--point", "5,5", "--axis", "oblique"], "There is no view 'oblique'. Choose from axial, coronal, sagittal."),
    ],
)
def test_wrong_usage_is_told_in_one_line(command, picture, tmp_path, words, error):
    failed = command("segment", picture, *words, "-o", tmp_path / "mask.png")
    assert (failed.status, failed.out, failed.err) == (2, "", f"napari-spinalsam: {error}\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--point", "nan,5"], "The point at (nan, 5) is outside the slice. Give x from 0 to 159 and y from 0 to 119."),
        (
            ["--box", "10,10,200,50"],
            "The box at (200, 50) is outside the slice. Give x from 0 to 159 and y from 0 to 119.",
        ),
        (
            ["--box", "10,10,10,50"],
            "The box from (10, 10) to (10, 50) has no area. "
            "Draw it from one corner of the structure to the opposite one.",
        ),
        (["--point", "5,5,-"], "The prompts say nothing of what to segment. Add a box or a positive point."),
        (["--point", "5,5", "--slice", "1"], "There is no axial slice 1. Choose one from 0 to 0."),
        (
            ["--point", "5,5", "--model", "absent.pth"],
            "There is no model and no file 'absent.pth'. "
            "Give bundled, spinalsam-small, vit_b, vit_l, vit_h, or the path of a checkpoint file.",
        ),
        (
            ["--point", "5,5", "--device", "cuda:99"],
            "There is no device 'cuda:99' on this machine. Use cpu, or leave the device out.",
        ),
    ],
)
def test_errors_are_one_line(command, picture, tmp_path, words, error):
    failed = command("segment", picture, *words, "-o", tmp_path / "mask.png")
    assert (failed.status, failed.out) == (1, "")
    assert failed.err == f"napari-spinalsam: {error}\n"
    assert not (tmp_path / "mask.png").exists()


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("mask.bmp", 2, "Nothing is written as mask.bmp. End the output's name in .png or .nii.gz."),
        ("absent/mask.png", 1, "There is no folder {}. Make it first."),
    ],
)
def test_outputs_that_cannot_be_written(command, picture, tmp_path, name, status, error):
    failed = command("segment", picture, "--point", "40,60", "-o", tmp_path / name)
    assert failed.status == status
    assert failed.err == f"napari-spinalsam: {error.format(tmp_path / 'absent')}\n"


def test_slices_that_show_nothing(command, tmp_path):
    iio.imwrite(tmp_path / "black.png", np.zeros((20, 20), np.uint8))
    failed = command("segment", tmp_path / "black.png", "--point", "5,5", "-o", tmp_path / "mask.png")
    assert failed.status == 1
    assert failed.err == (
        "napari-spinalsam: The slice is 0 everywhere, there is nothing to segment. Choose another slice.\n"
    )


def test_files_that_are_no_images_and_no_models(command, picture, tmp_path):
    (tmp_path / "text.nii.gz").write_text("not a scan")
    failed = command("segment", tmp_path / "text.nii.gz", "--point", "5,5", "-o", tmp_path / "mask.png")
    assert failed.status == 1
    assert failed.err.count("\n") == 1
    (tmp_path / "text.pth").write_text("no weights")
    failed = command("segment", picture, "--point", "5,5", "--model", tmp_path / "text.pth", "-o", tmp_path / "m.png")
    assert (failed.status, failed.err) == (
        1,
        "napari-spinalsam: text.pth is no checkpoint file, cut short or damaged. Download or copy it again.\n",
    )


def test_wrong_usage(command, picture):
    assert command("segment", picture, "--point", "5,5").status == 2
    assert command("segment").status == 2
