"""The errors of this project.

Every one says what went wrong in a sentence and carries a hint on what to do next; the command line prints both on one
line, the widget shows them as a notification. Code outside raises these and nothing else for input that is bad.
"""

from __future__ import annotations


class SpinalSamError(Exception):
    """Something the user can act upon.

    Parameters
    ----------
    message : str
        What is wrong, one sentence without a full stop.
    hint : str
        What to do about it, one sentence without a full stop.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}."


class ImageError(SpinalSamError):
    """An image that cannot be read or cannot be segmented."""


class PromptError(SpinalSamError):
    """A point or box that makes no sense on this slice."""


class WeightsError(SpinalSamError):
    """A checkpoint that is missing, damaged or of another network."""


class LabelsError(SpinalSamError):
    """Labels that do not fit the image, or cannot be written."""


class JournalError(SpinalSamError):
    """Work that cannot be put into the journal, or cannot be read from it again."""


class OperationError(SpinalSamError):
    """An operation that is understood but not possible now."""


class SpeechError(SpinalSamError):
    """Sound that cannot be recorded, read or recognised."""


class ConfigError(SpinalSamError):
    """A setting or an option that cannot be used."""


class TrainingError(SpinalSamError):
    """A training run that cannot go on."""


class UsageError(SpinalSamError):
    """A command line that is not written as its help says."""
