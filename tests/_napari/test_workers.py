from __future__ import annotations

import threading

import pytest

from napari_spinalsam._napari.workers import InferenceThread, Job
from napari_spinalsam.errors import ImageError


@pytest.fixture
def thread(qtbot):
    thread = InferenceThread()
    yield thread
    thread.close()


def test_jobs_run_in_one_other_thread_and_are_delivered_in_this_one(thread, qtbot):
    ran, delivered = [], []

    def deliver(_):
        delivered.append(threading.get_ident())

    for _ in range(3):
        thread.submit(Job("job", lambda: ran.append(threading.get_ident()), deliver, pytest.fail))
    assert thread.busy
    qtbot.waitUntil(lambda: not thread.busy)
    assert len(set(ran)) == 1
    assert set(ran) != {threading.get_ident()}
    assert delivered == [threading.get_ident()] * 3


def test_an_error_of_the_project_is_delivered_as_one(thread, qtbot):
    errors = []

    def fail():
        raise ImageError("Broken", "Mend it")

    thread.submit(Job("job", fail, pytest.fail, errors.append))
    qtbot.waitUntil(lambda: not thread.busy)
    assert [str(error) for error in errors] == ["Broken. Mend it."]


def test_a_stale_job_is_not_started_or_not_delivered(thread, qtbot):
    gate, started, delivered = threading.Event(), [], []
    running = Job("running", lambda: started.append("running") or gate.wait(10), delivered.append, pytest.fail)
    waiting = Job("waiting", lambda: started.append("waiting"), delivered.append, pytest.fail)
    last = Job("last", lambda: "last", delivered.append, pytest.fail)
    for job in (running, waiting, last):
        thread.submit(job)
    qtbot.waitUntil(lambda: started == ["running"])
    thread.drop(running)
    thread.drop(waiting)
    gate.set()
    qtbot.waitUntil(lambda: not thread.busy)
    assert started == ["running"]
    assert delivered == ["last"]


def test_it_tells_what_it_is_busy_with(thread, qtbot):
    titles = []
    thread.busy_changed.connect(titles.append)
    gate = threading.Event()
    thread.submit(Job("first", gate.wait, lambda _: None, pytest.fail))
    thread.submit(Job("second", gate.wait, lambda _: None, pytest.fail))
    gate.set()
    qtbot.waitUntil(lambda: not thread.busy)
    assert titles == ["first", "first", "second", ""]


def test_after_closing_nothing_is_run_or_delivered(thread, qtbot):
    gate, delivered = threading.Event(), []
    thread.submit(Job("running", gate.wait, delivered.append, delivered.append))
    thread.close()
    gate.set()
    thread.submit(Job("late", lambda: 1, delivered.append, delivered.append))
    qtbot.wait(50)
    assert delivered == []
