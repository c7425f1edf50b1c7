"""A microphone comes and goes, and is listened to when it can be."""

from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam._napari import microphone as module
from played_sound import Plug


@pytest.fixture
def plug():
    return Plug()


@pytest.fixture
def microphone(plug, qtbot, monkeypatch):
    monkeypatch.setattr(module, "RETRY_MS", 20)
    monkeypatch.setattr(module, "PATIENCE_MS", 60)
    microphone = plug.microphone()
    microphone.told = []
    microphone.lost.connect(lambda error: microphone.told.append(error.message))
    yield microphone
    microphone.close()


SOUND = np.ones(480, np.int16)


def test_sound_comes_while_it_is_open_and_not_afterwards(microphone, plug):
    heard = []
    microphone.heard.connect(lambda rate, frames: heard.append((rate, len(frames))))
    microphone.open()
    plug.play(SOUND)
    source = plug.source
    microphone.close()
    assert plug.source is None
    source.heard.emit(SOUND[:, None])
    assert heard == [(16000, 480)]
    assert not microphone.is_open


def test_no_microphone_is_told_once_and_one_that_comes_is_used(microphone, plug, qtbot):
    plug.there = False
    microphone.open()
    qtbot.wait(100)
    assert microphone.told == ["There is no microphone"]
    plug.there = True
    with qtbot.waitSignal(microphone.ready):
        qtbot.waitUntil(lambda: plug.source is not None)
        plug.play(SOUND)


def test_a_busy_microphone_is_tried_again(microphone, plug, qtbot):
    plug.busy = True
    microphone.open()
    assert microphone.told == ["The microphone cannot be opened"]
    plug.busy = False
    qtbot.waitUntil(lambda: plug.source is not None)


def test_one_that_is_unplugged_is_listened_to_again_when_it_is_back(microphone, plug, qtbot):
    microphone.open()
    plug.play(SOUND)
    plug.pull()
    assert microphone.told == ["The microphone has stopped", "There is no microphone"][: len(microphone.told)]
    assert plug.source is None
    plug.there = True
    with qtbot.waitSignal(microphone.ready):
        qtbot.waitUntil(lambda: plug.source is not None)
        plug.play(SOUND)


def test_one_that_falls_silent_without_a_word_is_noticed(microphone, plug, qtbot):
    microphone.open()
    plug.play(SOUND)
    qtbot.waitUntil(lambda: "No sound comes from the microphone" in microphone.told)
    assert microphone.is_open


def test_closing_ends_the_search(microphone, plug, qtbot):
    plug.there = False
    microphone.open()
    microphone.close()
    plug.there = True
    qtbot.wait(100)
    assert plug.source is None
