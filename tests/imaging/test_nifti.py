from __future__ import annotations

import gzip
import shutil

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name it goes by
from affines import affines, shapes
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging import geometry, nifti
from napari_spinalsam.imaging.picture import read_picture

SHAPE = (5, 6, 7)


def save(path, array, affine=None, kind=nib.Nifti1Image):
    nib.save(kind(array, np.diag([0.5, 0.6, 2.0, 1.0]) if affine is None else affine), path)
    return path


@pytest.fixture
def hu():
    return np.random.default_rng(0).integers(-1000, 2000, SHAPE).astype(np.int16)


@pytest.fixture
def ct(tmp_path, hu):
    """An image in the RAS orientation."""
    return save(tmp_path / "ct.nii.gz", hu)


# Reading


def test_a_volume_is_read_head_to_feet_front_to_back_right_to_left(ct, hu):
    volume = nifti.read_nifti(ct)
    np.testing.assert_array_equal(volume.array, hu[::-1, ::-1, ::-1].transpose(2, 1, 0))
    assert volume.array.dtype == np.int16
    assert volume.array.flags.c_contiguous
    assert volume.spacing_mm == pytest.approx((2.0, 0.6, 0.5))
    assert volume.intensity == "hu"
    assert volume.path == ct
    assert volume.known_spacing


@given(affines(), shapes)
def test_every_voxel_keeps_its_world_position(tmp_path_factory, affine, shape):
    hu = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    path = save(tmp_path_factory.mktemp("nifti") / "a.nii", hu, affine)
    volume = nifti.read_nifti(path)
    in_file = nib.load(path)
    for index in np.ndindex(*volume.shape):
        there = geometry.world_to_index(in_file.affine, geometry.index_to_world(volume.affine, index))
        assert hu[tuple(geometry.nearest_voxel(there))] == volume.array[index]


def test_the_headers_scaling_is_applied(tmp_path):
    stored = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = nib.Nifti1Image(stored, np.eye(4))
    image.header.set_slope_inter(2.0, -1024.0)
    nib.save(image, tmp_path / "scaled.nii")
    volume = nifti.read_nifti(tmp_path / "scaled.nii")
    np.testing.assert_array_equal(volume.to_file_orientation(volume.array), stored * 2 - 1024)
    assert volume.array.dtype == np.int16


@pytest.mark.parametrize(
    ("stored", "held"), [(np.uint8, np.int16), (np.int32, np.int16), (np.float32, np.int16), (np.float64, np.int16)]
)
def test_whole_values_are_held_as_int16(tmp_path, stored, held):
    path = save(tmp_path / "a.nii.gz", np.arange(24).reshape(2, 3, 4).astype(stored))
    assert nifti.read_nifti(path).array.dtype == held


@pytest.mark.parametrize("value", [0.25, 40000])
def test_other_values_are_held_as_float32(tmp_path, value):
    array = np.zeros(SHAPE, np.float32 if value < 1 else np.int32)
    array[0, 0, 0] = value
    volume = nifti.read_nifti(save(tmp_path / "a.nii.gz", array))
    assert volume.array.dtype == np.float32
    assert volume.array.max() == value


def test_a_2d_image_is_one_slice(tmp_path):
    volume = nifti.read_nifti(save(tmp_path / "slice.nii", np.arange(6, dtype=np.int16).reshape(3, 2)))
    assert volume.shape == (1, 2, 3)
    assert volume.slice("axial", 0).tolist() == [[5, 3, 1], [4, 2, 0]]


def test_a_single_fourth_axis_is_dropped(tmp_path, hu):
    assert nifti.read_nifti(save(tmp_path / "a.nii", hu[..., None, None])).shape == SHAPE[::-1]


def test_nifti_2_is_read(tmp_path, hu):
    assert nifti.read_nifti(save(tmp_path / "two.nii", hu, kind=nib.Nifti2Image)).shape == SHAPE[::-1]


@pytest.mark.parametrize("dtype", [">i2", ">f4"])
def test_files_of_the_other_byte_order_are_read(tmp_path, dtype):
    header = nib.Nifti1Header(endianness=">")
    stored = np.arange(24).reshape(2, 3, 4).astype(dtype)
    nib.save(nib.Nifti1Image(stored, np.diag([-1.0, -1.0, -1.0, 1.0]), header), tmp_path / "big.nii")
    volume = nifti.read_nifti(tmp_path / "big.nii")
    assert volume.array.dtype == np.int16
    np.testing.assert_array_equal(volume.array, stored.T)


def test_voxels_do_not_hang_on_the_file(tmp_path):
    # Laid out in memory as on disk, they could be a window onto the file.
    path = save(tmp_path / "lpi.nii", np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.diag([-1.0, -1.0, -1.0, 1.0]))
    volume = nifti.read_nifti(path)
    path.write_bytes(bytes(path.stat().st_size))
    assert volume.array.sum() == 276


def not_nifti(path):
    path.write_text("patient,age\n1,70\n")


def cut_gz(path):
    save(path, np.random.default_rng(1).integers(-1000, 1000, (20, 20, 20)).astype(np.int16))
    path.write_bytes(path.read_bytes()[:4000])


def cut_plain(path):
    plain = path.with_suffix("")  # a.nii.gz -> a.nii
    save(plain, np.zeros((20, 20, 20), np.int16))
    content = plain.read_bytes()[:5000]
    plain.unlink()
    path.write_bytes(gzip.compress(content))


def flipped_bits(path):
    save(path, np.random.default_rng(1).integers(-1000, 1000, (20, 20, 20)).astype(np.int16))
    content = bytearray(path.read_bytes())
    content[2000:2100] = b"\xff" * 100
    path.write_bytes(content)


def four_d(path):
    save(path, np.zeros((4, 4, 4, 3), np.int16))


def empty(path):
    path.write_bytes(b"")


def no_voxels(path):
    save(path, np.zeros((4, 0, 4), np.int16))


def not_a_number(path):
    array = np.zeros(SHAPE, np.float32)
    array[1, 2, 3] = np.nan
    save(path, array)


def infinite(path):
    array = np.zeros(SHAPE, np.float32)
    array[1, 2, 3] = np.inf
    save(path, array)


def flat_affine(path):
    save(path, np.zeros(SHAPE, np.int16))
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[312:328] = bytes(16)  # srow_z
    path.write_bytes(gzip.compress(content))


def colours(path):
    save(path, np.zeros(SHAPE, dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")]))


def complex_numbers(path):
    save(path, np.zeros(SHAPE, dtype=np.complex64))


def missing(path):
    pass


def folder(path):
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (not_nifti, "no NIfTI file"),
        (cut_gz, "cut short or damaged"),
        (cut_plain, "cut short or damaged"),
        (flipped_bits, "cut short or damaged"),
        (four_d, "3 volumes"),
        (empty, "no NIfTI file"),
        (no_voxels, "no voxels"),
        (not_a_number, "1 of 210 voxels are NaN"),
        (infinite, "infinite"),
        (flat_affine, "not invertible"),
        (colours, "colours"),
        (complex_numbers, "complex"),
        (missing, "no file"),
        (folder, "no NIfTI file"),
    ],
)
def test_bad_files_are_told_in_a_sentence(tmp_path, make, says):
    path = tmp_path / "bad.nii.gz"
    make(path)
    with pytest.raises(ImageError, match=says) as caught:
        nifti.read_nifti(path)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_another_format_under_nibabels_roof_is_refused(tmp_path):
    other = tmp_path / "other.mgz"
    nib.save(nib.MGHImage(np.zeros(SHAPE, np.float32), np.eye(4)), other)
    with pytest.raises(ImageError, match="not a NIfTI file"):
        nifti.read_nifti(other)


# Labels


@given(
    affines(),
    shapes,
    st.sampled_from([(1, 1), (0, 2), (1, 0), (2, 4), (0, 0)]),
    st.sampled_from(["mm", "micron", "unknown"]),
)
def test_labels_lie_on_the_image_exactly(tmp_path_factory, affine, shape, codes, unit):
    folder = tmp_path_factory.mktemp("labels")
    image = nib.Nifti1Image(np.arange(np.prod(shape), dtype=np.int16).reshape(shape), affine)
    image.set_qform(affine, codes[0])
    image.set_sform(affine, codes[1])
    image.header.set_xyzt_units(unit, "sec")
    nib.save(image, folder / "ct.nii.gz")
    volume = nifti.read_nifti(folder / "ct.nii.gz")
    nifti.write_labels(folder / "labels.nii.gz", volume.array.astype(np.uint16), volume)

    before, after = nib.load(folder / "ct.nii.gz"), nib.load(folder / "labels.nii.gz")
    np.testing.assert_array_equal(np.asarray(after.dataobj), np.asarray(before.dataobj))
    assert after.get_data_dtype() == np.uint16
    np.testing.assert_allclose(after.affine, before.affine, rtol=1e-6, atol=2e-4)
    for form in ("get_qform", "get_sform"):
        (matrix_after, code_after), (matrix_before, code_before) = (
            getattr(i, form)(coded=True) for i in (after, before)
        )
        assert code_after == code_before
        if code_before:
            np.testing.assert_allclose(matrix_after, matrix_before, rtol=1e-6, atol=2e-4)
    assert after.header.get_xyzt_units() == before.header.get_xyzt_units()
    read, read_affine = nifti.read_labels(folder / "labels.nii.gz", volume)
    np.testing.assert_array_equal(read, volume.array)
    np.testing.assert_allclose(read_affine, volume.affine, atol=2e-4)


#: SimpleITK counts mm to the patient's left, back and head.
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def in_world(image):
    """Voxels, index -> world mm (RAS+), codes and units of an image that SimpleITK has read with its own NIfTI code."""
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    header = {key: image.GetMetaData(key) for key in ("qform_code", "sform_code", "xyzt_units")}
    return sitk.GetArrayFromImage(image).T, RAS_TO_LPS @ affine, header


@settings(max_examples=40)
@given(affines(shears=False), shapes, st.sampled_from([(1, 1), (0, 2), (1, 0), (2, 4)]))
def test_labels_lie_on_the_image_in_an_independent_reader(tmp_path_factory, affine, shape, codes):
    folder = tmp_path_factory.mktemp("labels")
    image = nib.Nifti1Image(np.arange(np.prod(shape), dtype=np.int16).reshape(shape), affine)
    image.set_qform(affine, codes[0])
    image.set_sform(affine, codes[1])
    image.header.set_xyzt_units("mm", "sec")
    nib.save(image, folder / "ct.nii.gz")
    volume = nifti.read_nifti(folder / "ct.nii.gz")
    nifti.write_labels(folder / "labels.nii.gz", volume.array.astype(np.uint16), volume)

    written = sitk.ReadImage(folder / "labels.nii.gz")
    before, there, header_before = in_world(sitk.ReadImage(folder / "ct.nii.gz"))
    after, here, header_after = in_world(written)
    np.testing.assert_array_equal(after, before)
    np.testing.assert_allclose(here, there, rtol=1e-6, atol=1e-6)  # NIfTI keeps float32
    assert header_after == header_before
    assert written.GetPixelIDTypeAsString() == "16-bit unsigned integer"
    # And both readers mean the same place by it.
    np.testing.assert_allclose(here, affine, rtol=1e-4, atol=2e-3)


def test_a_qform_that_differs_from_the_sform_is_kept(tmp_path, hu):
    image = nib.Nifti1Image(hu, np.eye(4))
    image.set_qform(np.diag([1.0, 1.0, 1.0, 1.0]), 1)
    shifted = np.eye(4)
    shifted[:3, 3] = 50
    image.set_sform(shifted, 4)
    nib.save(image, tmp_path / "ct.nii.gz")
    volume = nifti.read_nifti(tmp_path / "ct.nii.gz")
    after = nib.load(nifti.write_labels(tmp_path / "l.nii", np.zeros(volume.shape, np.uint16), volume))
    np.testing.assert_allclose(after.get_qform(coded=True)[0], np.eye(4))
    np.testing.assert_allclose(after.get_sform(coded=True)[0], shifted)


def test_labels_of_a_picture_are_columns_rows_slices(tmp_path):
    import imageio.v3 as iio

    iio.imwrite(tmp_path / "a.png", np.zeros((4, 6), np.uint8))
    volume = read_picture(tmp_path / "a.png")
    labels = np.zeros((1, 4, 6), np.uint16)
    labels[0, 3, 5] = 300
    written = nib.load(nifti.write_labels(tmp_path / "a.nii.gz", labels, volume))
    assert written.shape == (6, 4, 1)
    assert np.asarray(written.dataobj)[5, 3, 0] == 300
    np.testing.assert_allclose(written.header.get_zooms(), 1)
    np.testing.assert_array_equal(nifti.read_labels(tmp_path / "a.nii.gz", volume)[0], labels)


def test_labels_of_the_sample_survive(tmp_path, sample):
    volume, labels = sample
    nifti.write_labels(tmp_path / "sample.nii.gz", labels, volume)
    np.testing.assert_array_equal(nifti.read_labels(tmp_path / "sample.nii.gz", volume)[0], labels)


def test_labels_in_another_orientation_fit_all_the_same(tmp_path, ct, hu):
    volume = nifti.read_nifti(ct)
    truth = (hu > 0).astype(np.uint8)
    turned, affine = geometry.reorient(truth, nib.load(ct).affine, ("A", "S", "R"))
    read, _ = nifti.read_labels(save(tmp_path / "turned.nii", turned.astype(np.float32), affine), volume)
    np.testing.assert_array_equal(read, volume.array > 0)


@pytest.mark.parametrize(
    ("shape", "affine"), [((5, 6, 8), np.diag([0.5, 0.6, 2.0, 1.0])), (SHAPE, np.diag([0.5, 0.6, 2.5, 1.0]))]
)
def test_labels_on_another_grid_are_refused(tmp_path, ct, shape, affine):
    path = save(tmp_path / "other.nii", np.zeros(shape, np.uint8), affine)
    with pytest.raises(LabelsError, match="grid"):
        nifti.read_labels(path, nifti.read_nifti(ct))


@pytest.mark.parametrize("value", [0.5, -1, 70000, np.nan])
def test_values_that_are_no_labels_are_refused(tmp_path, ct, value):
    array = np.zeros(SHAPE, np.float32)
    array[0, 0, 0] = value
    with pytest.raises(LabelsError):
        nifti.read_labels(save(tmp_path / "l.nii", array))
    volume = nifti.read_nifti(ct)
    with pytest.raises(LabelsError):
        nifti.write_labels(tmp_path / "out.nii", array[::-1, ::-1, ::-1].transpose(2, 1, 0), volume)
    assert not (tmp_path / "out.nii").exists()


@pytest.fixture
def saved(tmp_path, ct):
    """An image, and labels that were saved before."""
    volume = nifti.read_nifti(ct)
    path = nifti.write_labels(tmp_path / "labels.nii.gz", np.ones(volume.shape, np.uint16), volume)
    return volume, path, path.read_bytes()


def test_labels_of_another_shape_leave_the_old_file(saved):
    volume, path, old = saved
    with pytest.raises(LabelsError, match="do not fit"):
        nifti.write_labels(path, np.zeros((2, 2, 2), np.uint16), volume)
    assert path.read_bytes() == old


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(saved):
    resource = pytest.importorskip("resource", reason="file sizes can only be limited on Unix")
    volume, path, old = saved
    noise = np.random.default_rng(0).integers(0, 60000, volume.shape).astype(np.uint16)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))  # writing more fails as on a full disk
    try:
        with pytest.raises(LabelsError, match="cannot be written") as caught:
            nifti.write_labels(path, noise, volume)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.hint
    assert path.read_bytes() == old
    assert sorted(f.name for f in path.parent.iterdir()) == ["ct.nii.gz", "labels.nii.gz"]


def test_a_folder_that_is_not_there_is_told(saved, tmp_path):
    volume = saved[0]
    with pytest.raises(LabelsError, match="cannot be written"):
        nifti.write_labels(tmp_path / "nowhere" / "l.nii.gz", np.zeros(volume.shape, np.uint16), volume)


def test_another_suffix_is_refused(saved, tmp_path):
    volume = saved[0]
    with pytest.raises(LabelsError, match=r"labels\.txt"):
        nifti.write_labels(tmp_path / "labels.txt", np.zeros(volume.shape, np.uint16), volume)


def test_the_same_labels_give_the_same_bytes(saved, tmp_path):
    volume, _, old = saved
    again = nifti.write_labels(tmp_path / "again.nii.gz", np.ones(volume.shape, np.uint16), volume)
    assert again.read_bytes() == old


def test_labels_without_their_image_bring_their_grid(saved):
    volume, path, _ = saved
    labels, grid = nifti.read_labels_volume(path)
    assert labels.sum() == volume.array.size
    np.testing.assert_allclose(grid.affine, volume.affine)
    assert grid.frame.orientation == volume.frame.orientation


def test_label_files_are_told_by_header_or_name(saved, tmp_path):
    volume, path, _ = saved
    plain = tmp_path / "result.nii.gz"
    shutil.copy(path, plain)
    assert nifti.says_labels(plain)  # by the intent that write_labels sets
    assert not nifti.says_labels(volume.path)
    assert nifti.says_labels("sub-verse004_seg-vert_msk.nii.gz")
    assert not nifti.says_labels(tmp_path / "segovia.nii.gz")


@pytest.mark.data
def test_real_labels_fit_their_real_image(shared_data):
    folder = shared_data / "totalsegmentator"
    volume = nifti.read_nifti(folder / "example_ct.nii.gz")
    labels, _ = nifti.read_labels(folder / "example_ct_vertebrae.nii.gz", volume)
    assert volume.shape == (112, 101, 122)
    heights = [np.argwhere(labels == value)[:, 0].mean() for value in range(33, 25, -1)]  # T11 down to S1
    assert heights == sorted(heights)
    assert 150 < volume.array[labels > 0].mean() < 500
