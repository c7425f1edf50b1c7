"""Numbers in the dock: measurements, comparison with another labels layer, CSV and report."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from napari.layers import Labels
from qtpy.QtWidgets import QFileDialog

from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam.metrics import dice

L1, L2 = np.s_[2:5, 10:20, 15:30], np.s_[6:10, 10:20, 15:30]


@pytest.fixture
def labelled(dock):
    session = dock.controller.session
    labels = np.zeros(session.volume.shape, dtype=np.uint16)
    labels[L1], labels[L2] = 20, 21
    outcome = session.edit_labels(labels)
    dock.controller.stage.draw(outcome, session.display)
    return dock


def add_reference(dock):
    truth = np.roll(dock.controller.session.labels, 1, axis=1).astype(np.uint16)
    return dock.controller.viewer.add_layer(Labels(truth, name="truth", **dock.controller.stage.frame.transform))


def column(table, j):
    return [table.item(i, j).text() for i in range(table.rowCount())]


def test_every_label_is_measured(labelled):
    numbers = labelled.numbers
    numbers.measure.click()
    assert column(numbers.table, 0) == ["L1", "L2"]
    assert column(numbers.table, 2) == [str(3 * 10 * 15), str(4 * 10 * 15)]
    assert not numbers.table.isHidden()
    assert numbers.plot.isHidden()


def test_nothing_to_measure_is_told(dock, warnings_shown):
    dock.numbers.measure.click()
    assert "no labels to measure" in str(warnings_shown[-1].message)


def test_the_chosen_layer_is_compared_with(labelled, warnings_shown):
    numbers = labelled.numbers
    assert not numbers.evaluate.isEnabled()
    layer = add_reference(labelled)
    assert numbers.evaluate.isEnabled()
    numbers.evaluate.click()
    assert "No reference is chosen" in str(warnings_shown[-1].message)
    numbers.reference.setCurrentText("truth")
    numbers.evaluate.click()
    wait_until_idle(labelled)
    labels = labelled.controller.session.labels
    expected = [dice(labels == value, layer.data == value) for value in (20, 21)]
    assert column(numbers.table, 2) == [f"{value:.3f}" for value in expected]
    assert [bar[0] for bar in numbers.plot.bars] == ["L1", "L2"]
    assert [bar[1] for bar in numbers.plot.bars] == pytest.approx(expected)
    assert not numbers.plot.isHidden()
    assert not numbers.plot.grab().toImage().isNull()


def test_typed_it_is_shown_too(labelled):
    add_reference(labelled)
    labelled.controller.session.set_reference(labelled.controller.session.labels)
    say(labelled, "compare with ground truth")
    assert column(labelled.numbers.table, 2) == ["1.0", "1.0"]


def test_a_layer_of_another_shape_is_refused(labelled, warnings_shown):
    labelled.controller.viewer.add_layer(Labels(np.zeros((3, 4, 5), dtype=np.uint16), name="other"))
    labelled.numbers.reference.setCurrentText("other")
    labelled.numbers.evaluate.click()
    assert "does not lie on the image" in str(warnings_shown[-1].message)


def test_table_and_report_are_saved(labelled, monkeypatch, tmp_path):
    numbers = labelled.numbers
    assert not numbers.csv.isEnabled()
    numbers.measure.click()
    for button, name in ((numbers.csv, "numbers.csv"), (numbers.report, "report.html")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        button.click()
    with (tmp_path / "numbers.csv").open(newline="", encoding="utf-8") as file:
        assert [row["label"] for row in csv.DictReader(file)] == ["L1", "L2"]
    assert "data:image/png" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_is_missing_is_told(labelled, monkeypatch, tmp_path, warnings_shown):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "report.html"), ""))
    labelled.numbers.report.click()
    assert "cannot be written" in str(warnings_shown[-1].message)
