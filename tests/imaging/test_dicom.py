from __future__ import annotations

import shutil

import nibabel as nib
import numpy as np
import pydicom
import pytest
from affines import affines
from dicom_series import write_series
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import JPEGLSLossless, RLELossless
from scipy.spatial.transform import Rotation

from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.dicom import holds_dicom, is_dicom_file, read_dicom
from napari_spinalsam.imaging.nifti import read_nifti, write_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.imaging.slice_stack import UnevenSpacingWarning
from napari_spinalsam.imaging.volume import oriented


def make_volume(affine=None, shape=(5, 6, 7), seed=0):
    array = np.random.default_rng(seed).integers(-1000, 2000, shape).astype(np.int16)
    if affine is None:
        affine = np.eye(4)
        affine[:3, :3] = Rotation.from_euler("xyz", (20, -15, 10), degrees=True).as_matrix() * (0.7, 0.8, 2.5)
        affine[:3, 3] = (-40, 12.5, 300)
    return oriented(array, affine, "hu")


@pytest.fixture
def series(tmp_path):
    volume = make_volume()
    return volume, write_series(volume, tmp_path / "series")


def edit(file, **tags):
    dataset = pydicom.dcmread(file)
    for tag, value in tags.items():
        setattr(dataset, tag, value)
    dataset.save_as(file)


def moved(volume, k, mm, across=0.0):
    """Image Position of slice `k`, moved along the stack and along its rows."""
    step = volume.affine[:3, 0] / volume.spacing_mm[0]
    aside = volume.affine[:3, 2] / volume.spacing_mm[2]
    place = (volume.affine[:3] @ [k, 0, 0, 1] + step * mm + aside * across) * (-1, -1, 1)
    return [f"{value:.8g}" for value in place]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(affines(), st.integers(0, 100))
def test_a_series_of_any_orientation_comes_back_as_it_was(tmp_path_factory, affine, seed):
    # DICOM's rows and columns are at right angles.
    size = np.linalg.norm(affine[:3, :3], axis=0)
    affine[:3, :3] = np.linalg.qr(affine[:3, :3] / size)[0] * size
    volume = make_volume(affine, (2 + seed % 3, 3, 4), seed)
    folder = tmp_path_factory.mktemp("series")
    write_series(volume, folder)
    back = read_dicom(folder)
    np.testing.assert_array_equal(back.array, volume.array)
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-5)
    assert (back.intensity, back.array.dtype, back.path) == ("hu", np.int16, folder)


def test_any_file_opens_its_series_whatever_the_names(series):
    volume, files = series
    bare = files[2].rename(files[2].with_name("without ending"))
    for file in (files[0], bare):
        np.testing.assert_array_equal(read_volume(file).array, volume.array)
    np.testing.assert_array_equal(read_volume(bare.parent).array, volume.array)
    assert holds_dicom(bare.parent)
    assert is_dicom_file(bare)


def test_rescale_is_applied_slice_by_slice(tmp_path):
    volume = make_volume()
    even = oriented(volume.array // 4 * 4, volume.affine, "hu")
    write_series(even, tmp_path / "a", slope=4, intercept=-2000)
    back = read_dicom(tmp_path / "a").array
    np.testing.assert_array_equal(back, even.array)
    assert back.dtype == np.int16
    write_series(volume, tmp_path / "b", RescaleSlope=0.5, RescaleIntercept=lambda k: -k)
    half = read_dicom(tmp_path / "b").array
    k = np.arange(volume.shape[0])[:, None, None]
    np.testing.assert_allclose(half, 0.5 * (volume.array + 8192.0) - k)


def test_files_that_are_no_image_and_copies_and_scout_views_are_passed_over(series):
    volume, files = series
    folder = files[0].parent
    (folder / "README.txt").write_text("DICM")
    (folder / "sub").mkdir()
    shutil.copy(files[0], folder / "copy of it.dcm")
    report = pydicom.dcmread(files[0])
    del report.Rows, report.Columns, report.PixelData
    report.SOPInstanceUID = "1.2.3"
    report.save_as(folder / "report.dcm")
    scout = pydicom.dcmread(files[0])
    scout.SOPInstanceUID, scout.ImageType = "1.2.4", ["ORIGINAL", "PRIMARY", "LOCALIZER"]
    scout.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    scout.save_as(folder / "scout.dcm")
    np.testing.assert_array_equal(read_dicom(folder).array, volume.array)


def test_of_several_series_one_has_to_be_chosen(series):
    volume, files = series
    other = make_volume(seed=1)
    added = write_series(other, files[0].parent / "b", SeriesNumber=7, SeriesDescription="Soft tissue")
    for file in added:
        file.rename(files[0].parent / f"b{file.name}")
    folder = files[0].parent
    with pytest.raises(ImageError, match=r"2 series: .*number 4 \(CT Spine\), 7 images.*number 7 \(CT Soft tissue\)"):
        read_dicom(folder)
    np.testing.assert_array_equal(read_dicom(files[0]).array, volume.array)
    np.testing.assert_array_equal(read_dicom(folder, "7").array, other.array)
    uid = str(pydicom.dcmread(files[0]).SeriesInstanceUID)
    np.testing.assert_array_equal(read_dicom(folder, uid).array, volume.array)
    with pytest.raises(ImageError, match="2 series"):
        read_dicom(folder, "5")


def test_a_missing_slice_is_told_with_its_place(series):
    volume, files = series
    files[2].unlink()
    heights = [float(np.dot(volume.affine[:3, 0], volume.affine[:3] @ [k, 0, 0, 1])) / 2.5 for k in (1, 3)]
    with pytest.raises(ImageError, match=r"about 1, where others are 2\.50 mm apart") as caught:
        read_dicom(files[0])
    places = [f"{abs(height):.2f}" for height in heights]
    assert all(place in str(caught.value) for place in places)


def test_small_irregularities_are_told_and_larger_ones_refused(series):
    volume, files = series
    edit(files[2], ImagePositionPatient=moved(volume, 2, 0.005))
    np.testing.assert_allclose(read_dicom(files[0]).affine, volume.affine, atol=1e-5)
    edit(files[2], ImagePositionPatient=moved(volume, 2, 0.1))
    with pytest.warns(UnevenSpacingWarning, match=r"2\.400 to 2\.600 mm"):
        back = read_dicom(files[0])
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-5)
    edit(files[2], ImagePositionPatient=moved(volume, 2, 0.8))
    with pytest.raises(ImageError, match="unevenly spaced"):
        read_dicom(files[0])
    edit(files[2], ImagePositionPatient=moved(volume, 1, 0))
    with pytest.raises(ImageError, match="lie where another one does"):
        read_dicom(files[0])
    edit(files[2], ImagePositionPatient=moved(volume, 2, 0, across=3))
    with pytest.raises(ImageError, match="straight line"):
        read_dicom(files[0])


def test_a_tilted_gantry_gives_a_sheared_affine(tmp_path):
    affine = np.diag([0.8, 0.8, 2.0, 1.0])
    affine[1, 2] = 0.3  # every slice 0.3 mm further to the front
    volume = make_volume(affine)
    write_series(volume, tmp_path)
    back = read_dicom(tmp_path)
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-5)
    np.testing.assert_array_equal(back.array, volume.array)


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"NumberOfFrames": 12}, "multi-frame file of 12 images"),
        ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "colour picture"),
        ({"PhotometricInterpretation": "MONOCHROME1"}, "high values as black"),
        ({"ImagePositionPatient": None}, "does not tell where its slice lies"),
        ({"PixelSpacing": None}, "does not tell where its slice lies"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "not parallel"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "right angle"),
        ({"PixelSpacing": [3, 3]}, "differ in pixel spacing"),
        ({"Rows": 3}, "5 x 3 pixels, but"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(series, tags, message):
    _, files = series
    edit(files[3], **tags)
    with pytest.raises(ImageError, match=message) as caught:
        read_dicom(files[0])
    assert caught.value.hint


def test_compression_without_a_decoder_is_told_by_name(series, monkeypatch):
    _, files = series
    dataset = pydicom.dcmread(files[1])
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    dataset.PixelData = pydicom.encaps.encapsulate([dataset.PixelData])
    dataset["PixelData"].VR = "OB"
    dataset.save_as(files[1])
    with pytest.raises(ImageError, match=r"compressed in a way that is not read here .*JPEG-LS"):
        read_dicom(files[0])


def test_run_length_encoding_is_read(series):
    volume, files = series
    for file in files:
        dataset = pydicom.dcmread(file)
        dataset.compress(RLELossless, generate_instance_uid=False)
        dataset.save_as(file)
    np.testing.assert_array_equal(read_dicom(files[0]).array, volume.array)


def test_damaged_files_are_refused(series, tmp_path):
    _, files = series
    content = files[1].read_bytes()
    for length in (200, 700, len(content) - 10):
        files[1].write_bytes(content[:length])
        with pytest.raises(ImageError):
            read_dicom(files[0].parent)
    (tmp_path / "other.dcm").write_bytes(b"no DICOM at all")
    with pytest.raises(ImageError, match="no DICOM file"):
        read_volume(tmp_path / "other.dcm")
    (tmp_path / "other.dcm").unlink()
    with pytest.raises(ImageError, match="no DICOM image"):
        read_dicom(tmp_path)


def test_one_slice_is_a_volume_as_thick_as_the_slice(tmp_path):
    volume = make_volume(shape=(1, 6, 7))
    thin = oriented(volume.array[:1], volume.affine, "hu")
    (file, *rest) = write_series(thin, tmp_path)
    for each in rest:
        each.unlink()
    back = read_dicom(file)
    assert back.shape[0] == 1
    np.testing.assert_allclose(back.spacing_mm, thin.spacing_mm, rtol=1e-6)


def test_other_modalities_are_grey(tmp_path):
    write_series(make_volume(), tmp_path, Modality="MR")
    back = read_dicom(tmp_path)
    assert back.intensity == "grey"
    np.testing.assert_allclose((back.array.min(), back.array.max()), (0, 255), rtol=1e-6)


def test_labels_made_on_a_series_overlay_it_in_another_reader(series, tmp_path):
    volume, files = series
    back = read_dicom(files[0])
    labels = (back.array > 500).astype(np.uint16) * 22
    image = nib.load(write_labels(tmp_path / "labels.nii.gz", labels, back))
    place = nib.affines.apply_affine(image.affine, np.argwhere(np.asarray(image.dataobj) == 22))
    wanted = nib.affines.apply_affine(volume.affine, np.argwhere(volume.array > 500))
    np.testing.assert_allclose(np.sort(place, axis=0), np.sort(wanted, axis=0), atol=1e-3)


@pytest.mark.data
def test_a_series_made_of_a_real_ct_loads_to_the_same_array(shared_data, tmp_path):
    volume = read_nifti(shared_data / "totalsegmentator" / "example_ct.nii.gz")
    write_series(volume, tmp_path)
    back = read_volume(tmp_path)
    np.testing.assert_array_equal(back.array, volume.array)
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-4)
