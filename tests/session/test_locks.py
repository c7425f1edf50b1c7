"""Two windows on one file are told about each other; one whose process ended is not there any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import blocks_volume
from journals import journalling, paint

from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.locks import windows_in

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from blocks import blocks_volume
from journals import journalling, paint
session = journalling(Path(sys.argv[1]), blocks_volume(Path(sys.argv[2])), None)
paint(session, 22)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """A window in a process of its own, which has painted."""
    arguments = [tmp_path / "journals", tmp_path / "case.nii.gz", Path(__file__).parent]
    process = subprocess.Popen(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def session(tmp_path):
    session = journalling(tmp_path / "journals", blocks_volume(tmp_path / "case.nii.gz"), None)
    yield session
    session.close()


def test_another_process_on_the_same_file_until_it_is_killed(other_process, session):
    (window,) = session.keeping.other_windows()
    assert window.pid == other_process.pid
    assert f"process {other_process.pid} on this computer" in str(window)
    # Its work is its own as long as it lives.
    assert session.keeping.recoveries() == []
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    assert session.keeping.other_windows() == []
    (recovery,) = session.keeping.recoveries(of_this_image=True)
    assert (recovery.labels() == 22).sum() == 3 * 6 * 16


def test_a_second_window_of_the_same_process_and_its_end(session, tmp_path):
    folder = tmp_path / "journals"
    second = journalling(folder, blocks_volume(tmp_path / "case.nii.gz"), None)
    assert [window.pid for window in session.keeping.other_windows()] == [os.getpid()]
    assert len(second.keeping.other_windows()) == 1
    paint(second, 3)
    assert session.keeping.recoveries() == []
    second.close()
    assert session.keeping.other_windows() == []
    assert len(session.keeping.recoveries()) == 1


def test_a_window_on_another_file_or_on_none_is_no_matter(session, tmp_path):
    folder = tmp_path / "journals"
    others = [journalling(folder, blocks_volume(path), None) for path in (tmp_path / "other.nii.gz", None, None)]
    assert session.keeping.other_windows() == []
    assert others[1].keeping.other_windows() == []
    others[0].open_volume(blocks_volume(tmp_path / "case.nii.gz"))
    assert len(session.keeping.other_windows()) == 1
    for other in others:
        other.close()


def test_a_link_to_the_file_is_the_file(session, tmp_path):
    (tmp_path / "case.nii.gz").touch()
    (tmp_path / "link.nii.gz").symlink_to(tmp_path / "case.nii.gz")
    second = journalling(tmp_path / "journals", blocks_volume(tmp_path / "link.nii.gz"), None)
    assert len(second.keeping.other_windows()) == 1
    second.close()


def test_nothing_is_left_behind_by_windows_that_end_well_or_badly(session, tmp_path):
    folder = tmp_path / "journals"
    (folder / "dead.window.json").write_text('{"pid": 1, "host": "x", "since": "2026-01-01T00:00:00Z", "image": null}')
    (folder / "dead.lock").touch()
    assert len(windows_in(folder)) == 1
    session.close()
    assert windows_in(folder) == {}
    assert list(folder.iterdir()) == []


def test_clearing_spares_what_a_window_is_writing(session, tmp_path):
    folder = JournalFolder(tmp_path / "journals")
    paint(session, 22)
    assert folder.clear() == 0
    session.close()
    assert folder.clear() == 1
    assert folder.recoveries() == []
