"""Kill the program at any moment: every mask that it reported as kept is there at the next start, bit for bit."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from blocks import blocks_volume
from journals import in_memory, journalling
from kill_script import STEPS, fingerprint
from region_growing import RegionGrowing

from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.session import Session

KILLS = 200

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Fingerprints of the session before the script and after each of its steps."""
    session = journalling(tmp_path_factory.mktemp("quiet"), blocks_volume(), RegionGrowing())
    fingerprints = [fingerprint(session)]
    for step in STEPS:
        step(session)
        fingerprints.append(fingerprint(session))
    session.close()
    return fingerprints


@pytest.fixture
def folders():
    """A quick place for many journals; a kill does not take back what the system was given, disk or not."""
    with in_memory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("kill_server.py"), tmp_path_factory.mktemp("warm_up")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def run(server, folder: Path, n_reports: int, delay: float) -> list[str]:
    """Let the script run in a folder and kill it so long after so many reports; returns all that it reported."""
    server.stdin.write(f"{folder}\n")
    server.stdin.flush()
    pid = int(server.stdout.readline())
    reports = [server.stdout.readline().strip() for _ in range(n_reports)]
    time.sleep(delay)
    os.kill(pid, signal.SIGKILL)
    while (line := server.stdout.readline()) != "ended\n":
        reports.append(line.strip())
    return reports


@pytest.fixture(scope="module")
def step_s(server, expected, tmp_path_factory):
    """How long a step of the script takes here, in seconds."""
    run(server, tmp_path_factory.mktemp("first"), 0, 0)  # with this the server is surely through with its imports
    begun = time.perf_counter()
    assert run(server, tmp_path_factory.mktemp("whole"), len(STEPS), 0) == expected[1:]
    return (time.perf_counter() - begun) / len(STEPS)


def brought_back(folder: Path) -> tuple[str, bool]:
    """Fingerprint of what the next start offers, and whether there was anything."""
    recoveries = JournalFolder(folder).recoveries()
    assert len(recoveries) <= 1
    if recoveries:
        assert recoveries[0].losses in ((), ("The last record is torn or damaged and is left out",))
        return fingerprint(recoveries[0]), True
    session = Session()
    session.open_volume(blocks_volume())
    return fingerprint(session), False


def test_what_was_reported_as_kept_is_there_after_a_kill_at_any_moment(server, expected, step_s, folders):
    moments = random.Random(0)  # noqa: S311 - no secret
    n_reported = set()
    for number in range(KILLS):
        folder = folders / str(number)
        reports = run(server, folder, moments.randrange(len(STEPS)), moments.uniform(0, 1.5 * step_s))
        assert reports == expected[1 : len(reports) + 1]
        n_reported.add(len(reports))
        # The change under way may be on the disk already, not reported yet; nothing else.
        assert brought_back(folder)[0] in expected[len(reports) : len(reports) + 2]
    assert len(n_reported) > len(STEPS) // 2


def test_the_next_session_goes_on_where_the_killed_one_was(server, step_s, folders):
    for number in range(len(STEPS)):
        folder = folders / str(number)
        run(server, folder, number, step_s / 2)
        before, anything = brought_back(folder)
        session = journalling(folder, blocks_volume(), RegionGrowing())
        assert session.keeping.other_windows() == []
        recoveries = session.keeping.recoveries(of_this_image=True)
        assert bool(recoveries) == anything
        for recovery in recoveries:
            session.recover(recovery)
        assert fingerprint(session) == before
        session.close()
        assert brought_back(folder) == (before, anything)
