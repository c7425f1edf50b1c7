import json

import pytest

from napari_spinalsam.commands.harness import Case, measure, read_cases, table
from napari_spinalsam.commands.operations import NextSlice, Undo
from napari_spinalsam.errors import ConfigError

CASES = [
    Case("undo", (Undo(),), "history"),
    Case("undo two", (Undo(count=2),), "history"),
    Case("next", (NextSlice(),), "slices"),
    Case("hello", (), "negative"),
    Case("good morning", (), "negative"),
]


def test_every_rate_is_counted():
    answers = {"undo": (Undo(),), "undo two": (Undo(),), "next": (), "hello": (Undo(),), "good morning": ()}
    scores = measure(answers.__getitem__, CASES)
    assert list(scores) == ["history", "negative", "slices", "all"]
    total = scores["all"].to_json()
    assert total["cases"] == 5
    assert total["exact"] == 2 / 5
    assert total["same_operations"] == 3 / 5
    assert total["wrong_executions"] == 1 / 3
    assert total["false_alarms"] == 1 / 2
    assert [case.text for case, _ in scores["all"].mistakes] == ["undo two", "next", "hello"]


def test_percentiles():
    score = measure(lambda _: (), CASES)["all"]
    score.elapsed_ms = [float(i) for i in range(100)]
    assert score.percentile_ms(50) == 50
    assert score.percentile_ms(95) == 95


def test_table_has_a_row_a_kind():
    rows = table(measure(lambda _: (), CASES)).splitlines()
    assert len(rows) == 2 + 4
    assert rows[-1].startswith("| all | 5 | 40.0% |")


def test_cases_are_read_from_json_lines(tmp_path):
    path = tmp_path / "cases.jsonl"
    lines = [
        {"text": "撤销", "operations": [{"op": "UNDO", "args": {}}], "kind": "history", "language": "zh"},
        {"text": "hi", "operations": []},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    assert read_cases(path) == [Case("撤销", (Undo(),), "history", "zh"), Case("hi", (), "negative", "en")]


@pytest.mark.parametrize(
    "line", ["not json", "[]", '{"text": "x"}', '{"text": "x", "operations": [{"op": "NOTHING"}]}']
)
def test_bad_lines_are_told_with_their_number(tmp_path, line):
    path = tmp_path / "cases.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match="Line 1"):
        read_cases(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")
