import json

import pytest
from hypothesis import given
from operation_strategies import operations
from pydantic import ValidationError

from napari_spinalsam.commands import operations as ops


@given(operations)
def test_json_round_trip(operation):
    written = json.loads(json.dumps(operation.to_json()))
    assert ops.from_json(written) == operation
    assert set(written) == {"op", "args"}


@given(operations)
def test_operations_are_values(operation):
    twin = ops.from_json(operation.to_json())
    assert hash(twin) == hash(operation)
    with pytest.raises(ValidationError):
        operation.op = "OTHER"


def test_defaults_are_left_out():
    assert ops.AddPoints().to_json() == {"op": "ADD_POINTS", "args": {}}
    assert ops.AddPoints(count=3).to_json() == {"op": "ADD_POINTS", "args": {"count": 3}}


def test_the_reference_operations_come_first():
    codes = [cls.model_fields["op"].default for cls in ops.OPERATIONS]
    assert codes[:3] == ["OPEN_IMAGE", "ADD_POINTS", "ADD_BOX"]
    assert len(codes) == len(set(codes)) == 38
    assert list(ops.BY_CODE) == codes


@pytest.mark.parametrize(
    "data",
    [
        {"op": "FORMAT_DISK"},
        {"op": "UNDO", "args": {"count": 0}},
        {"op": "UNDO", "args": {"count": 10_000}},
        {"op": "UNDO", "args": {"count": True}},
        {"op": "UNDO", "args": {"times": 2}},
        {"op": "SET_LABEL", "args": {}},
        {"op": "SET_LABEL", "args": {"label": "L9"}},
        {"op": "SET_LABEL", "args": {"label": 0}},
        {"op": "CHOOSE_MASK", "args": {"index": 4}},
        {"op": "SET_WINDOW", "args": {"level": 40}},
        {"op": "ZOOM"},
        {"op": "ADD_POINTS", "args": {"at": []}},
        {"op": "ADD_POINTS", "args": {"at": [[-1, 5]]}},
        {"op": "ADD_POINTS", "args": {"cell": "4C"}},
        {"op": "OPEN_IMAGE", "args": {"path": ""}},
    ],
)
def test_what_is_no_operation(data):
    with pytest.raises(ValidationError):
        ops.from_json(data)


def test_only_saving_cannot_be_undone():
    assert [cls for cls in ops.OPERATIONS if cls.irreversible] == [ops.SaveLabels]
