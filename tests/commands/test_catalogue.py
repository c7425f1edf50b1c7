import pytest

from napari_spinalsam.commands import catalogue
from napari_spinalsam.commands.operations import OPERATIONS
from napari_spinalsam.commands.rules import parse


def test_every_operation_has_an_entry_in_the_catalogues_order():
    assert [entry.operation for entry in catalogue.CATALOGUE] == list(OPERATIONS)


@pytest.mark.parametrize("entry", catalogue.CATALOGUE, ids=lambda entry: entry.code)
def test_entries_are_complete(entry):
    assert entry.english
    assert entry.chinese
    assert entry.meaning.endswith(".")
    assert set(entry.arguments) == set(entry.operation.model_fields) - {"op"}


@pytest.mark.parametrize(("phrase", "operation"), catalogue.examples())
def test_every_example_is_understood_as_it_says(phrase, operation):
    assert parse(phrase).operations == (operation,)


def test_help_names_every_example_and_heading():
    text = catalogue.help_text()
    for heading in catalogue.GROUPS.values():
        assert heading in text
    for phrase, _ in catalogue.examples():
        assert phrase in text


def test_completions_are_in_one_language():
    assert "bone window" in catalogue.completions()
    assert "骨窗" in catalogue.completions(chinese=True)
    assert "骨窗" not in catalogue.completions()


@pytest.mark.parametrize("entry", catalogue.CATALOGUE, ids=lambda entry: entry.code)
def test_schema_tells_every_argument(entry):
    schema = catalogue.operation_schema(entry.code)
    arguments = schema["properties"]["args"]
    assert schema["properties"]["op"] == {"const": entry.code}
    assert arguments["additionalProperties"] is False
    for name, meaning in entry.arguments.items():
        assert arguments["properties"][name]["description"] == meaning
    required = {name for name, field in entry.operation.model_fields.items() if field.is_required()}
    assert set(arguments.get("required", [])) == required


def test_plan_schema_is_bounded():
    schema = catalogue.plan_schema(5)
    assert schema["maxItems"] == 5
    assert len(schema["items"]["anyOf"]) == len(OPERATIONS)


def test_unknown_code_has_no_schema():
    with pytest.raises(KeyError):
        catalogue.operation_schema("NOTHING")
