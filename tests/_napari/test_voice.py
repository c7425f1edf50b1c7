"""Voice in the viewer: what was heard is done, asleep it is not, and who speaks sees what came of it."""

from __future__ import annotations

import numpy as np
import pytest
from napari.utils.notifications import notification_manager
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QApplication

from napari_spinalsam._napari import layer_data, voice_panel
from napari_spinalsam._napari.candidates import number_place, outlines
from napari_spinalsam._napari.demo import say, wait_until_idle
from napari_spinalsam._napari.push_to_talk import KEY
from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.recogniser import Utterance
from napari_spinalsam.speech.vosk_recogniser import load_recogniser
from played_sound import Plug

SOUND = np.full(480, 1000, np.int16)


class Prompter:
    """A recogniser that hears what it is told to: one line for each block of sound."""

    def __init__(self):
        self.lines = []
        self.expected = []
        self.partial = ""
        self.missing = frozenset()

    def expect(self, expecting, *, grid=True):
        self.expected.append((expecting, grid))

    def hear(self, samples):
        self.partial = "as far as" if len(samples) else ""
        return tuple(Utterance(line, 0, 1) for line in [self.lines.pop(0)] if line) if self.lines else ()

    def finish(self):
        return tuple(Utterance(line, 0, 1) for line in [self.lines.pop(0)]) if self.lines else ()


@pytest.fixture
def prompter(monkeypatch):
    prompter = Prompter()
    monkeypatch.setattr(voice_panel, "load_recogniser", lambda *_: prompter)
    return prompter


@pytest.fixture
def plug():
    return Plug()


@pytest.fixture
def dock(open_dock, ct, prompter, plug):
    dock = open_dock(layer_data.image_layer(ct, "scan"))
    dock.voice.voice.use_microphone(plug.microphone())
    return dock


def settle(dock):
    while dock.voice.voice.busy:
        QApplication.processEvents()
    wait_until_idle(dock)


def hear(dock, plug, prompter, *lines):
    for line in lines:
        prompter.lines.append(line)
        plug.play(SOUND)
        settle(dock)


def test_listening_does_what_it_hears(dock, plug, prompter):
    say(dock, "start listening")
    assert dock.voice.voice.mode == "listening"
    hear(dock, plug, prompter, "go to slice five", "next slice", "next [unk] slice", "the weather is nice")
    assert dock.controller.session.index == 6
    assert [entry.heard for entry in dock.controller.session.log][-3:] == [
        "go to slice five",
        "next slice",
        "the weather is nice",
    ]


def test_asleep_nothing_is_done_or_logged_until_it_is_woken(dock, plug, prompter):
    say(dock, "start listening")
    hear(dock, plug, prompter, "go to slice five", "stop listening")
    voice = dock.voice.voice
    assert voice.mode == "asleep"
    seen, entries = [], len(dock.controller.session.log)
    voice.judged.connect(seen.append)
    voice.partial.connect(seen.append)
    hear(dock, plug, prompter, "next slice", "our patient is late", "wake")
    assert (seen, len(dock.controller.session.log), dock.controller.session.index) == ([], entries, 5)
    hear(dock, plug, prompter, "wake up", "next slice")
    assert voice.mode == "listening"
    assert dock.controller.session.index == 6


def test_the_wake_phrase_alone_is_listened_for_in_sleep_and_answers_to_questions(dock, plug, prompter, tmp_path):
    (tmp_path / "there.nii.gz").write_bytes(b"")
    say(dock, "start listening")
    say(dock, f"save to {tmp_path / 'there.nii.gz'}")
    settle(dock)
    hear(dock, plug, prompter, "no", "show grid", "stop listening")
    assert prompter.expected == [
        ("commands", False),
        ("answer", False),
        ("commands", False),
        ("commands", True),
        ("wake", True),
    ]


def test_the_key_is_held_to_talk(dock, plug, prompter, monkeypatch):
    panel, voice = dock.voice, dock.voice.voice
    monkeypatch.setattr(QApplication, "activeWindow", staticmethod(dock.window))
    prompter.lines = ["", "go to slice seven"]
    QApplication.sendEvent(dock, QKeyEvent(QEvent.Type.KeyPress, KEY, Qt.KeyboardModifier.NoModifier))
    assert voice.held
    plug.play(SOUND)
    settle(dock)
    assert panel.meter.isVisibleTo(panel)
    QApplication.sendEvent(dock, QKeyEvent(QEvent.Type.KeyRelease, KEY, Qt.KeyboardModifier.NoModifier))
    settle(dock)
    assert not voice.held
    assert plug.source is None
    assert dock.controller.session.index == 7


def test_the_button_closes_the_microphone_and_the_voice_only_sleeps(dock, plug):
    panel = dock.voice
    panel.listen.click()
    settle(dock)
    assert plug.source is not None
    panel.listen.click()
    assert panel.voice.mode == "off"
    assert plug.source is None
    panel.sleep.setChecked(False)
    panel.listen.click()
    say(dock, "stop listening")
    assert plug.source is None
    assert not panel.listen.isChecked()


def test_the_badge_and_the_subtitles_tell_what_is_going_on(open_dock, ct, plug, prompter):
    dock = open_dock(layer_data.image_layer(ct, "scan"), show=True)
    dock.voice.voice.use_microphone(plug.microphone())
    captions = dock.voice.captions
    assert not captions.badge.isVisibleTo(captions)
    say(dock, "start listening")
    assert "opening" in captions.badge.text()
    hear(dock, plug, prompter, "", "go to slice five")
    assert "LISTENING" in captions.badge.text()
    assert "go to slice five" in captions.caption.text()
    assert "GO_TO_SLICE index=5" in captions.caption.text()
    hear(dock, plug, prompter, "next [unk]")
    assert "say it again" in captions.caption.text()
    hear(dock, plug, prompter, "what can i say")
    assert "next image" in captions.caption.text()
    hear(dock, plug, prompter, "go to sleep")
    assert "ASLEEP" in captions.badge.text()
    plug.pull()
    assert "stopped" in captions.badge.text()


def test_a_lost_microphone_is_told_and_listening_goes_on_when_it_is_back(dock, plug, prompter, warnings_shown, qtbot):
    say(dock, "start listening")
    hear(dock, plug, prompter, "go to slice five")
    plug.pull()
    assert "has stopped" in warnings_shown[-1].message
    say(dock, "next slice")
    plug.there = True
    qtbot.waitUntil(lambda: plug.source is not None)
    hear(dock, plug, prompter, "next slice")
    assert dock.controller.session.index == 7


def test_a_model_that_cannot_be_loaded_is_told(dock, plug, warnings_shown, monkeypatch):
    def refuse():
        raise SpeechError("There is no voice", "Get one")

    dock.voice.voice.use_recogniser(refuse)
    say(dock, "start listening")
    settle(dock)
    assert "There is no voice" in warnings_shown[-1].message
    assert dock.voice.voice.mode == "off"


def test_a_test_of_the_microphone_executes_nothing(dock, plug, prompter, monkeypatch):
    monkeypatch.setattr("napari_spinalsam._napari.voice.TEST_MS", 50)
    before = dock.controller.session.index
    dock.voice.test.click()
    hear(dock, plug, prompter, "next slice")
    while dock.voice.voice.mode == "testing":
        QApplication.processEvents()
    assert "Heard “next slice”" in dock.voice.status.text()
    assert dock.controller.session.index == before


def test_mimic_takes_text_as_if_it_had_been_heard(dock):
    voice = dock.voice.voice
    voice.mimic("go to slice five")
    voice.mimic("next [unk]")
    wait_until_idle(dock)
    assert dock.controller.session.index == 5


def test_candidates_are_numbered_on_the_image_while_voice_is_in_use(dock, plug, prompter):
    say(dock, "go to slice five")
    say(dock, "box from 13 8 to 37 27 and generate the box mask")
    assert dock.voice.candidates.layer is None
    say(dock, "start listening")
    layer = dock.voice.candidates.layer
    assert layer in dock.controller.viewer.layers
    assert [number for number in layer.features["number"] if number] == ["1", "2", "3"]
    hear(dock, plug, prompter, "take the second mask")
    assert dock.controller.session.preview.chosen == 1
    hear(dock, plug, prompter, "accept")
    assert dock.voice.candidates.layer is None
    assert layer not in dock.controller.viewer.layers


def test_numbers_of_nested_masks_lie_apart():
    rows, columns = np.indices((40, 40))
    masks = [np.hypot(rows - 20, columns - 20) < radius for radius in (8, 10, 12)]
    places = [number_place(outlines(mask), i / 3) for i, mask in enumerate(masks)]
    distances = [np.linalg.norm(places[i] - places[j]) for i in range(3) for j in range(i)]
    assert min(distances) > 8


def test_a_voice_model_folder_of_the_users_own(dock, tmp_path, warnings_shown, monkeypatch):
    monkeypatch.setattr(voice_panel, "load_recogniser", load_recogniser)
    dock.voice.use_folder(tmp_path)
    assert dock.voice.model.currentText() == tmp_path.name
    say(dock, "start listening")
    settle(dock)
    assert dock.voice.voice.mode == "off"
    assert "holds no Vosk model" in warnings_shown[-1].message


def test_sound_that_cannot_be_heard_in_time_is_told_once(dock, plug, prompter, warnings_shown, monkeypatch):
    monkeypatch.setattr("napari_spinalsam._napari.voice._MOST_WAITING", 2)
    say(dock, "start listening")
    plug.play(np.tile(SOUND, 20))
    assert [shown.message for shown in warnings_shown if "cannot keep up" in shown.message] == [
        warnings_shown[-1].message
    ]
    settle(dock)
    hear(dock, plug, prompter, "go to slice five")
    assert dock.controller.session.index == 5


def test_what_was_said_before_the_microphone_was_closed_is_not_done_afterwards(dock, plug, prompter):
    say(dock, "start listening")
    before = dock.controller.session.index
    prompter.lines.append("next slice")
    plug.play(SOUND)
    dock.voice.voice.switch_off()
    settle(dock)
    assert dock.controller.session.index == before


def test_words_that_the_model_does_not_know_are_told_once(dock, plug, prompter):
    told = []
    dock.voice.voice.lacking.connect(told.append)
    prompter.missing = frozenset({"sagittal"})
    dock.voice.voice.start_listening()
    settle(dock)
    dock.voice.voice.stop_listening()
    settle(dock)
    assert told == [frozenset({"sagittal"})]
    assert "sagittal" in notification_manager.records[-1].message
