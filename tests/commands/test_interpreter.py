import json

import pytest

from napari_spinalsam.commands.interpreter import Interpreter, ModelParse
from napari_spinalsam.commands.operations import NextSlice, Undo
from napari_spinalsam.commands.rules import MAX_OPERATIONS


class FakeModel:
    """A model that gives one answer to everything and remembers what it was asked."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def parse(self, text, timeout_s):
        self.asked.append(text)
        return self.answer


UNCLEAR = "could it perhaps be taken one further"


def test_rules_answer_first():
    model = FakeModel(ModelParse((Undo(),), 1.0))
    result = Interpreter(model).interpret("next slice")
    assert (result.operations, result.source) == ((NextSlice(),), "rules")
    assert model.asked == []


def test_the_model_is_asked_where_rules_are_not_decided():
    model = FakeModel(ModelParse((NextSlice(),), 0.995))
    result = Interpreter(model).interpret(UNCLEAR)
    assert (result.operations, result.source, result.confidence) == ((NextSlice(),), "language-model", 0.995)
    assert model.asked == [UNCLEAR]


def test_the_model_is_not_asked_about_what_is_surely_no_command():
    model = FakeModel(ModelParse((Undo(),), 1.0))
    assert Interpreter(model).interpret("don't undo anything").operations == ()
    assert model.asked == []


def test_a_model_that_is_unsure_is_not_obeyed():
    result = Interpreter(FakeModel(ModelParse((NextSlice(),), 0.3))).interpret(UNCLEAR)
    assert result.operations == ()
    assert result.source is None
    assert result.suggestions[0] == "next image"


@pytest.mark.parametrize("answer", [None, ModelParse((), 0.99), ModelParse((Undo(),) * (MAX_OPERATIONS + 1), 1.0)])
def test_no_answer_or_too_long_a_plan_is_suggested_about(answer):
    result = Interpreter(FakeModel(answer)).interpret(UNCLEAR)
    assert result.operations == ()
    assert result.source is None


def test_mode_lm_asks_the_model_alone():
    model = FakeModel(ModelParse((Undo(),), 0.995))
    assert Interpreter(model, "lm").interpret("next slice").operations == (Undo(),)


def test_mode_rules_never_asks():
    model = FakeModel(ModelParse((Undo(),), 1.0))
    assert Interpreter(model, "rules").interpret(UNCLEAR).operations == ()
    assert model.asked == []


def test_mode_lm_needs_a_model():
    with pytest.raises(ValueError, match="needs a model"):
        Interpreter(mode="lm")


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_the_model_is_not_asked_about_nothing_or_too_much(text):
    model = FakeModel(ModelParse((Undo(),), 1.0))
    assert Interpreter(model, "lm").interpret(text).operations == ()
    assert model.asked == []


def test_json_form():
    written = json.loads(json.dumps(Interpreter().interpret("undo twice").to_json()))
    assert list(written) == ["text", "operations", "source", "confidence", "elapsed_ms", "suggestions"]
    assert written["operations"] == [{"op": "UNDO", "args": {"count": 2}}]
    assert written["source"] == "rules"
