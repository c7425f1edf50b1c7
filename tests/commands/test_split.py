import pytest

from napari_spinalsam.commands.rules import parse


def _codes(text):
    return [operation.code for operation in parse(text).operations]


@pytest.mark.parametrize(
    "joint", [" and ", " then ", ", ", "; ", ". ", " and then ", ", and then ", " after that ", " plus "]
)
def test_english_joints(joint):
    assert _codes(f"undo{joint}zoom in{joint}bone window") == ["UNDO", "ZOOM", "SET_WINDOW"]


@pytest.mark.parametrize("joint", ["，", "然后", "，再", "并", "；", "。", "、", "，接着"])
def test_chinese_joints(joint):
    assert _codes(f"撤销{joint}放大{joint}骨窗") == ["UNDO", "ZOOM", "SET_WINDOW"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("clear points and boxes", ["CLEAR_POINTS", "CLEAR_BOXES"]),
        ("hide the points, the boxes and the grid", ["HIDE", "HIDE", "HIDE"]),
        ("window level 40 and width 400", ["SET_WINDOW"]),
        ("points at 10 20 and 30 40", ["ADD_POINTS"]),
        ("approve L3 and L4", ["REVIEW", "REVIEW"]),
    ],
)
def test_lists_are_not_cut(text, codes):
    assert _codes(text) == codes


def test_without_joints_a_new_verb_begins_a_new_command():
    assert _codes("add three points generate the mask") == ["ADD_POINTS", "SEGMENT_POINTS"]
    assert _codes("keep it next slice") == ["ACCEPT_MASK", "NEXT_SLICE"]


def test_one_part_that_is_not_understood_stops_all_of_it():
    assert _codes("undo and water the plants") == []
    assert _codes("undo, water the plants, next slice") == []


def test_remarks_between_commands_say_nothing():
    assert _codes("oops, undo, good, next slice") == ["UNDO", "NEXT_SLICE"]
    assert _codes("next, segment the points") == ["SEGMENT_POINTS"]


def test_an_answer_said_twice_is_one_answer():
    assert _codes("yes, do it") == ["CONFIRM"]
    assert _codes("no, cancel that") == ["CANCEL"]
    assert _codes("looks good, keep it") == ["ACCEPT_MASK"]


def test_an_answer_beside_a_command_is_unclear():
    assert _codes("cancel that and save") == []


def test_segment_it_follows_the_prompt_before():
    assert _codes("draw a box and segment it") == ["ADD_BOX", "SEGMENT_BOX"]
    assert _codes("add a point, next slice, segment it") == ["ADD_POINTS", "NEXT_SLICE", "SEGMENT_POINTS"]
    assert _codes("next slice and segment it") == []


def test_a_bare_direction_goes_on_propagating():
    plan = parse("propagate two slices forward and nine backward").operations
    assert [(op.code, op.direction, op.count) for op in plan] == [
        ("PROPAGATE", "forward", 2),
        ("PROPAGATE", "backward", 9),
    ]
