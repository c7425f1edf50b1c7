"""The tables are Markdown that lines up, and the JSON holds what they say."""

import json
import math

import pytest

from napari_spinalsam.training.evaluation import Scores, SliceResult
from napari_spinalsam.training.evaluation_report import Evaluation, as_json, markdown_report, markdown_table
from napari_spinalsam.training.evaluation_summary import by_structure, summarise


def result(method, dice, msd=1.0, filled=False, **more):
    return SliceResult(method, filled, "slice", Scores(dice, dice / (2 - dice), msd, msd), **more)


def evaluation(results, models=("a",), prompt="box", filled=False):
    return Evaluation(results, models, prompt, 2, filled, in_mm=True)


def test_the_table_is_markdown_that_lines_up():
    table = markdown_table(summarise([result("a model", 0.8), result("b", 0.5, 2.0, filled=True)]), in_mm=True)
    header, rule, first, second = table.splitlines()
    assert len({len(header), len(rule), len(first), len(second)}) == 1
    assert "MSD (mm)" in header
    assert first.split("|")[1:5] == [" a model ", " no           ", " 1      ", " 0.800 ± 0.000 "]


def test_a_table_by_structure_has_a_column_for_it():
    results = [result("a", 0.8, structures={"L1": Scores(0.8, 0.7, 1, 1)})]
    table = markdown_table(by_structure(results), in_mm=False)
    assert table.splitlines()[2].split("|")[1:4] == [" a      ", " L1 ", " no           "]


def test_nothing_found_is_said_and_has_no_number():
    results = [result("a", 0.0, math.inf), result("a", 0.9, 3.0), result("b", 0.0, math.inf)]
    table = markdown_table(summarise(results), in_mm=False)
    assert "left out of MSD and HD95: a: 1, b: 1" in table
    assert "–" in table
    record = as_json(evaluation(results), axis="axial")
    assert record["settings"] == {"prompt": "box", "clicks": 2, "fill_holes": False, "axis": "axial"}
    assert record["slices"][0]["scores"]["msd"] is None
    assert record["summary"][1]["mean"]["msd"] is None
    json.dumps(record, allow_nan=False)


def test_one_model_on_one_structure_of_one_patient_needs_one_table():
    report = markdown_report(evaluation([result("a", 0.8, patient="p", structures={"x": Scores(0.8, 0.7, 1, 1)})]))
    assert report.count("| method") == 1


def test_everything_that_has_something_to_say_gets_a_table():
    both = {"L1": Scores(0.8, 0.7, 1, 1), "L2": Scores(0.6, 0.5, 1, 1)}
    results = [
        result(model, dice, patient=patient, structures=both, part_dice=((0.8, 0.92, 0.93), (0.96,)), filled=filled)
        for model, dice in (("a", 0.8), ("b", 0.7))
        for patient in ("anna", "bert")
        for filled in (False, True)
    ] + [result("filled box", 0.5)]
    report = markdown_report(evaluation(results, ("a", "b"), "interactive", filled=True))
    main, structures, patients, clicks, comparison = (part for part in report.split("\n\n") if part.startswith("|"))
    assert "filled box" in main
    for table in (structures, patients, clicks, comparison):
        assert "filled box" not in table
    assert "L2" in structures
    assert "mean of the patients" in patients
    assert "0.50 (0)" in clicks  # one part reaches 0.90 after a click, the other with the box
    assert "1.00 (2)" in clicks  # and 0.95 not at all, on both slices, which counts as both its clicks
    assert "+0.1000" in comparison
    assert "with holes filled" in report
    assert "4 slices" not in report
    assert "Dice of 2 slices" in report


@pytest.mark.parametrize(("prompt", "needed"), [("interactive", 1.0), ("clicks", 2.0)])
def test_json_counts_clicks_of_the_models_raw_and_filled(prompt, needed):
    results = [result("a", 0.8, part_dice=((0.8, 0.92),), filled=filled) for filled in (False, True)]
    raw, filled = as_json(evaluation([*results, result("rival", 0.5)], prompt=prompt))["clicks"]
    assert (raw["filled"], filled["filled"], raw["needed"][0.9]) == (False, True, needed)
