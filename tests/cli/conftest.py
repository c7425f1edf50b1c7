"""Running the command line in this process, as a shell would see it."""

import sys
from dataclasses import dataclass

import pytest

from napari_spinalsam.cli import main


@dataclass(frozen=True)
class Finished:
    status: int
    out: str
    err: str


@pytest.fixture
def command(monkeypatch, capsys):
    """Call it with the words after ``napari-spinalsam``; it returns the exit status and what was written."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["napari-spinalsam", *map(str, words)])
        with pytest.raises(SystemExit) as finished:
            main()
        captured = capsys.readouterr()
        return Finished(finished.value.code or 0, captured.out, captured.err)

    return run
