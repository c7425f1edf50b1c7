from __future__ import annotations

import imageio.v3 as iio
import numpy as np
import pytest

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import picture


@pytest.fixture
def grey():
    return np.random.default_rng(0).integers(0, 256, (20, 30)).astype(np.uint8)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_grey_pictures_are_read_as_they_are(tmp_path, grey, suffix):
    iio.imwrite(tmp_path / f"a{suffix}", grey)
    volume = picture.read_picture(tmp_path / f"a{suffix}")
    np.testing.assert_allclose(volume.array[0], grey, atol=1e-4)
    assert volume.array.dtype == np.float32
    assert volume.intensity == "grey"
    assert not volume.known_spacing
    assert volume.spacing_mm == (1, 1, 1)
    np.testing.assert_array_equal(volume.napari_affine, np.eye(4))


def test_a_jpeg_is_read_nearly_as_it_was(tmp_path):
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    iio.imwrite(tmp_path / "a.jpg", ramp, quality=95)
    np.testing.assert_allclose(picture.read_picture(tmp_path / "a.jpg").array[0], ramp, atol=6)


def test_sixteen_bits_are_scaled_to_the_same_range(tmp_path, grey):
    iio.imwrite(tmp_path / "deep.png", grey.astype(np.uint16) * 257)
    np.testing.assert_allclose(picture.read_picture(tmp_path / "deep.png").array[0], grey, atol=1e-3)


def test_pages_of_a_tiff_are_slices(tmp_path):
    pages = np.random.default_rng(0).integers(0, 256, (5, 20, 30)).astype(np.uint8)
    iio.imwrite(tmp_path / "stack.tif", pages)
    np.testing.assert_allclose(picture.read_picture(tmp_path / "stack.tif").array, pages, atol=1e-4)


def test_colours_become_luma(grey):
    np.testing.assert_allclose(picture.to_grey(np.stack([grey] * 3, -1)), grey, atol=1e-3)
    np.testing.assert_allclose(picture.to_grey(np.full((1, 1, 3), (255, 0, 0), np.uint8)), 76.245, atol=1e-3)


def test_transparency_shows_black(grey):
    opaque, clear = np.full_like(grey, 255), np.zeros_like(grey)
    np.testing.assert_allclose(picture.to_grey(np.stack([grey, grey, grey, opaque], -1)), grey, atol=1e-3)
    half = opaque.copy()
    half[:10] = 0
    shown = picture.to_grey(np.stack([grey, grey, grey, half], -1))
    assert (shown[:10] == 0).all()
    np.testing.assert_allclose(shown[10:], grey[10:], atol=1e-3)
    np.testing.assert_allclose(picture.to_grey(np.stack([grey, half], -1)), shown, atol=1e-3)
    # An alpha of 0 everywhere would leave nothing: an export's fault.
    np.testing.assert_allclose(picture.to_grey(np.stack([grey, grey, grey, clear], -1)), grey, atol=1e-3)


@pytest.mark.parametrize("shape", [(3,), (4, 4, 5), (2, 2, 2, 2)])
def test_what_is_no_picture_is_not_turned_grey(shape):
    with pytest.raises(ImageError, match="no picture"):
        picture.to_grey(np.zeros(shape, np.uint8))


def test_a_folder_is_read_in_natural_order(tmp_path):
    for number in (10, 2, 1):
        iio.imwrite(tmp_path / f"Slice{number}.png", np.full((4, 5), number, np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    volume = picture.read_picture_folder(tmp_path)
    assert volume.array[:, 0, 0].round().tolist() == [1, 2, 10]
    assert volume.path == tmp_path


def test_natural_order_handles_names_of_all_kinds(tmp_path):
    names = ["2.png", "10.png", "a.png", "a1b2.png", "a1b10.png", "b.png"]
    assert [p.name for p in sorted(map(tmp_path.joinpath, reversed(names)), key=picture.natural_key)] == names


def test_a_folder_of_different_sizes_is_refused(tmp_path):
    iio.imwrite(tmp_path / "1.png", np.zeros((4, 5), np.uint8))
    iio.imwrite(tmp_path / "2.png", np.zeros((4, 6), np.uint8))
    with pytest.raises(ImageError, match=r"2.png has 6 x 4 pixels, but 1.png has 5 x 4"):
        picture.read_picture_folder(tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(ImageError, match="no pictures"):
        picture.read_picture_folder(tmp_path)
    with pytest.raises(ImageError, match="no folder"):
        picture.read_picture_folder(tmp_path / "nowhere")


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
@pytest.mark.parametrize("damage", ["text", "empty", "cut", "missing", "folder"])
def test_bad_pictures_are_told_in_a_sentence(tmp_path, grey, suffix, damage):
    path = tmp_path / f"bad{suffix}"
    if damage == "text":
        path.write_text("hello " * 50)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        iio.imwrite(path, grey)
        path.write_bytes(path.read_bytes()[:150])
    elif damage == "folder":
        path.mkdir()
    with pytest.raises(ImageError) as caught:
        picture.read_picture(path)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_mask_is_written_as_0_and_255(tmp_path):
    mask = np.random.default_rng(0).random((20, 30)) > 0.5
    read = iio.imread(picture.write_mask_png(tmp_path / "mask.png", mask))
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, mask * 255)


@pytest.mark.parametrize(
    ("name", "shape"), [("m.png", (2, 3, 4)), ("m.png", (0, 3)), ("m.jpg", (3, 3)), ("nowhere/m.png", (3, 3))]
)
def test_masks_that_cannot_be_written_leave_nothing(tmp_path, name, shape):
    with pytest.raises(LabelsError):
        picture.write_mask_png(tmp_path / name, np.zeros(shape, bool))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.data
def test_real_slices_are_read_as_grey(shared_data):
    volume = picture.read_picture_folder(shared_data / "qilu_slices" / "axial" / "images")
    assert volume.shape == (40, 512, 512)
    assert 0 <= volume.array.min() < 10
    assert 200 < volume.array.max() <= 255
