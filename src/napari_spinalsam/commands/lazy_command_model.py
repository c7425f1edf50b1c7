"""The command model, loaded when the rules first do not know an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_spinalsam.errors import SpinalSamError

if TYPE_CHECKING:
    from napari_spinalsam.commands.interpreter import CommandModel, ModelParse


class LazyCommandModel:
    """A command model that costs nothing until it is asked.

    Parameters
    ----------
    name : str
        As `load_command_model` takes it.

    Attributes
    ----------
    problem : SpinalSamError or None
        Why there is no model: its packages are not installed, or its files are not there. The rules then answer alone.
    """

    def __init__(self, name: str = "bundled") -> None:
        self._name = name
        self._model: CommandModel | None = None
        self.problem: SpinalSamError | None = None

    def parse(self, text: str, timeout_s: float) -> ModelParse | None:
        """Ask the model; None where there is none, or it found no answer in time."""
        if self._model is None and self.problem is None:
            self._load()
        return self._model.parse(text, timeout_s) if self._model is not None else None

    def _load(self) -> None:
        # Here, since it brings torch and transformers; this runs in the thread that understands.
        from napari_spinalsam.commands.language_model import load_command_model

        try:
            self._model = load_command_model(self._name)
        except SpinalSamError as error:
            self.problem = error
