import pytest

from napari_spinalsam.commands.interpreter import Interpreter, ModelParse
from napari_spinalsam.commands.operations import SetWindow, Undo, from_json
from napari_spinalsam.commands.pieces import split_sentence


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("undo", ("undo",)),
        ("undo, then save a.nii.gz. Label L3", ("undo", "save a.nii.gz", "Label L3")),
        ("point at 10,20 and undo", ("point at 10,20", "undo")),
        ("撤销，然后保存并且下一张", ("撤销", "保存", "下一张")),
        ("a, b, c, d, e, f, g", ()),
        ("", ()),
    ],
)
def test_a_sentence_is_cut_at_its_joints(text, pieces):
    assert split_sentence(text) == pieces


class Model:
    """Knows one odd wording, and is unsure of everything else."""

    def parse(self, text, timeout_s):
        if text == "make the skeleton pop":
            return ModelParse((SetWindow(preset="bone"),), 0.995)
        return ModelParse((Undo(),), 0.2)


def test_rules_and_model_each_understand_their_piece():
    interpretation = Interpreter(Model()).interpret("next slice, make the skeleton pop")
    assert [operation.code for operation in interpretation.operations] == ["NEXT_SLICE", "SET_WINDOW"]
    assert interpretation.source == "language-model"
    assert interpretation.confidence == 0.995


@pytest.mark.parametrize(
    "text", ["next slice, wobble the gizmo", "make the skeleton pop", "hello there, next slice of cake"]
)
def test_one_piece_that_is_not_understood_spoils_it(text):
    operations = Interpreter(Model()).interpret(text).operations
    assert [operation.code for operation in operations] in ([], ["SET_WINDOW"])


def test_the_model_alone_does_not_piece():
    assert Interpreter(Model(), "lm").interpret("next slice, make the skeleton pop").operations == ()


def test_pieces_are_operations_of_the_catalogue():
    for operation in Interpreter(Model()).interpret("undo, make the skeleton pop").operations:
        assert from_json(operation.to_json()) == operation


def test_numbers_of_a_place_stay_together():
    assert split_sentence("point at 12, 40, then undo") == ("point at 12, 40", "undo")
    assert split_sentence("slice plus one plus undo") == ("slice plus one", "undo")
