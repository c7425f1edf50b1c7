import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from napari_spinalsam.cli import app

FIELDS = ["text", "operations", "source", "confidence", "elapsed_ms", "suggestions"]


def _run(*arguments, text=None):
    result = CliRunner().invoke(app, ["parse", *arguments], input=text)
    return result, [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_a_command_prints_its_operations():
    result, (written,) = _run("add three points and generate the mask", "--parser", "rules")
    assert result.exit_code == 0
    assert list(written) == FIELDS
    assert written["operations"] == [{"op": "ADD_POINTS", "args": {"count": 3}}, {"op": "SEGMENT_POINTS", "args": {}}]
    assert written["source"] == "rules"


def test_a_phrase_that_is_no_command_exits_1_and_prints_all_the_same():
    result, (written,) = _run("the weather is nice", "--parser", "rules")
    assert result.exit_code == 1
    assert written["operations"] == []
    assert written["source"] is None


def test_a_file_gives_a_line_each(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("undo\nhello\n\n下一张\n", encoding="utf-8")
    result, written = _run("--file", str(path), "--parser", "rules")
    assert result.exit_code == 0
    assert [line["text"] for line in written] == ["undo", "hello", "", "下一张"]
    assert [len(line["operations"]) for line in written] == [1, 0, 0, 1]


def test_standard_input_is_a_file_too():
    result, written = _run("--file", "-", "--parser", "rules", text="undo\nredo\n")
    assert result.exit_code == 0
    assert [line["operations"][0]["op"] for line in written] == ["UNDO", "REDO"]


@pytest.mark.parametrize("arguments", [[], ["undo", "--file", "x.txt"], ["undo", "--parser", "magic"]])
def test_wrong_usage_exits_2(arguments):
    assert _run(*arguments)[0].exit_code == 2


def test_a_missing_file_is_an_error_of_ours(tmp_path):
    result, _ = _run("--file", str(tmp_path / "none.txt"), "--parser", "rules")
    assert "cannot be read" in str(result.exception)


def test_a_missing_model_is_an_error_where_it_was_asked_for(tmp_path):
    result, _ = _run("undo", "--parser", "lm", "--model", str(tmp_path / "no model"))
    assert result.exit_code == 1
    assert result.exception is not None


def test_what_the_rules_know_loads_no_model():
    code = (
        "import sys\n"
        "from napari_spinalsam.cli import app\n"
        "app(['parse', 'next slice'], standalone_mode=False)\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'llguidance')))"
    )
    result = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert (result.returncode, json.loads(result.stdout)["source"]) == (0, "rules")
