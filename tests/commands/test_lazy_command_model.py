from __future__ import annotations

from napari_spinalsam.commands.interpreter import Interpreter, ModelParse
from napari_spinalsam.commands.lazy_command_model import LazyCommandModel
from napari_spinalsam.commands.operations import SetLabel
from napari_spinalsam.errors import WeightsError


class _Model:
    def parse(self, text, timeout_s):
        return ModelParse((SetLabel(label="L3"),), 0.99)


def test_the_model_is_loaded_once_and_only_when_the_rules_do_not_know(monkeypatch):
    loaded = []

    def load(name):
        loaded.append(name)
        return _Model()

    monkeypatch.setattr("napari_spinalsam.commands.language_model.load_command_model", load)
    interpreter = Interpreter(LazyCommandModel())
    assert interpreter.interpret("label L4").source == "rules"
    assert loaded == []
    for _ in range(2):
        assert interpreter.interpret("qwertz frobnicate the third one of the lumbars").source == "language-model"
    assert loaded == ["bundled"]


def test_without_a_model_the_rules_answer_alone(monkeypatch):
    tries = []

    def load(name):
        tries.append(name)
        raise WeightsError("It is not there", "Install it")

    monkeypatch.setattr("napari_spinalsam.commands.language_model.load_command_model", load)
    model = LazyCommandModel()
    for _ in range(2):
        assert not Interpreter(model).interpret("qwertz frobnicate the third one of the lumbars").operations
    assert tries == ["bundled"]
    assert model.problem.message == "It is not there"
