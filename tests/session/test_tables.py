from __future__ import annotations

import csv

import numpy as np
import pytest

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.session.comparison import compare_labels
from napari_spinalsam.session.measurement import measure_label, measure_labels
from napari_spinalsam.session.tables import agreement_table, measurement_table, write_csv


@pytest.fixture
def labels(volume):
    labels = np.zeros(volume.shape, dtype=np.uint16)
    labels[3:9, 8:20, 8:22] = 20
    return labels


def test_a_csv_has_every_digit_and_its_units(tmp_path, volume, labels):
    measured = measure_label(volume, labels, 20)
    path = write_csv(tmp_path / "numbers.csv", measurement_table([measured]))
    with path.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["label"] == "L1"
    assert int(row["voxels"]) == measured.voxels == 6 * 12 * 14
    assert float(row["volume (mm³)"]) == measured.volume
    assert [float(row[f"{side} (mm)"]) for side in ("height", "depth", "width")] == list(measured.extent)
    assert float(row["mean (HU)"]) == measured.mean
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.csv"]


def test_every_label_is_measured_in_the_order_of_their_values(volume, labels):
    labels[4:10, 22:34, 26:40] = 3
    assert measure_labels(volume, labels) == [measure_label(volume, labels, 3), measure_label(volume, labels, 20)]
    assert measure_labels(volume, np.zeros_like(labels)) == []


def test_what_is_shown_is_rounded(volume, labels):
    table = agreement_table(compare_labels(labels, np.roll(labels, 1, axis=0), volume.spacing_mm), "mm")
    assert table.columns[-2:] == ("MSD (mm)", "HD95 (mm)")
    (cells,) = table.cells()
    assert cells[:3] == ["L1", "20", f"{10 / 12:.3f}"]


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be written"):
        write_csv(tmp_path / "nowhere" / "numbers.csv", measurement_table([]))
