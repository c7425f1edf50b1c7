"""A data set is described in figures that can be checked by hand."""

import imageio.v3 as iio
import pytest

from lab import pictures, verse
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.cases import find_cases
from napari_spinalsam.training.description import Description, plot_description
from napari_spinalsam.training.slice_index import index_cases


def test_volumes(tmp_path):
    cases = find_cases(verse(tmp_path, levels=(20, 21)))
    indices = index_cases(cases, "axial", "each")
    description = Description(cases, indices, frozenset({"sub-verse001"}), named=True)
    full = [len(index.structures) for index in indices]
    assert description.levels() == {"L1": 3, "L2": 3}
    assert description.slices_of_patients()["sub-verse001"] == (full[1], 6 - full[1])
    assert description.share_empty == pytest.approx(1 - sum(full) / 18)
    text = str(description)
    assert "3: 2 to train on, 1 held out" in text
    assert f"{full[0] + full[2]} with a structure to train on, {full[1]} held out" in text
    assert "between slices 3.00 to 3.00 mm, median 3.00; rows 1.50" in text
    assert "HU           in structures: 1 %" in text


def test_pictures_have_grey_levels_and_no_spacing(tmp_path):
    cases = find_cases(*pictures(tmp_path))
    text = str(Description(cases, index_cases(cases)))
    assert "unknown for 6 pictures" in text
    assert "grey level   everywhere" in text
    assert "HU" not in text


def test_the_plot(tmp_path):
    for i, cases in enumerate((find_cases(verse(tmp_path / "v")), find_cases(*pictures(tmp_path / "p")))):
        path = plot_description(Description(cases, index_cases(cases)), tmp_path / f"{i}.png")
        picture = iio.imread(path)
        assert picture[..., :3].std() > 20
    with pytest.raises(ConfigError, match="cannot be written"):
        plot_description(Description(cases, index_cases(cases)), tmp_path / "absent" / "plot.png")
