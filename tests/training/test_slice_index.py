"""Cases are indexed once, and again only when a file was changed."""

import numpy as np
import pytest

from lab import patient, pictures, save_volume, verse
from napari_spinalsam.errors import ImageError
from napari_spinalsam.imaging.volume import AXES
from napari_spinalsam.training.case_reading import read_case
from napari_spinalsam.training.cases import find_cases
from napari_spinalsam.training.slice_index import MIN_PIXELS, index_cases


@pytest.mark.parametrize("axis", AXES)
def test_it_says_which_slices_show_what(tmp_path, axis):
    cases = find_cases(verse(tmp_path, n=2, levels=(20, 21)))
    for case, index in zip(cases, index_cases(cases, axis, "each"), strict=True):
        volume, labels = read_case(case, "each")
        assert index.n_slices == volume.n_slices(axis)
        for number in range(index.n_slices):
            truth = np.take(labels, number, AXES.index(axis))
            counts = np.bincount(truth.ravel(), minlength=22)[1:]
            assert index.structures.get(number, []) == (np.flatnonzero(counts >= MIN_PIXELS) + 1).tolist()
        assert index.voxels == {20: (labels == 20).sum(), 21: (labels == 21).sum()}
        assert index.spacing_mm[1:] == volume.slice_spacing_mm(axis)
        assert index.percentiles_inside[2] == np.median(volume.array[labels > 0])


def test_a_cached_index_is_read_again_only_where_a_file_was_changed(tmp_path):
    cases, cache = find_cases(verse(tmp_path / "data")), tmp_path / "deep" / "index.json"
    read = []
    first = index_cases(cases, "axial", "binary", cache, read.append)
    assert read == cases
    assert index_cases(cases, "axial", "binary", cache, read.append) == first
    assert read == cases
    save_volume(cases[1].mask, patient(9)[1])
    again = index_cases(cases, "axial", "binary", cache, read.append)
    assert read == [*cases, cases[1]]
    assert again[1] != first[1]
    assert again[::2] == first[::2]
    index_cases(cases, "coronal", "binary", cache, read.append)
    assert len(read) == 7


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": {"n_slices": "many"}}'])
def test_a_damaged_cache_is_made_again(tmp_path, content):
    cases, cache = find_cases(verse(tmp_path / "data", n=1)), tmp_path / "index.json"
    cache.write_text(content)
    assert index_cases(cases, cache=cache) == index_cases(cases)
    read = []
    index_cases(cases, cache=cache, on_read=read.append)
    assert not read


def test_a_cache_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImageError, match="cannot be written"):
        index_cases(find_cases(verse(tmp_path / "data", n=1)), cache=tmp_path / "file" / "index.json")


def test_pictures_are_slices_whatever_the_axis(tmp_path):
    cases = find_cases(*pictures(tmp_path))
    for index in index_cases(cases, "sagittal"):
        assert index.n_slices == 1
        assert not index.known_spacing
