"""The plugin's keys: none of napari's, shown, changeable, and they do what they say when they are pressed."""

from __future__ import annotations

import json

import pytest
from napari.settings import get_settings
from qtpy.QtGui import QKeySequence
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam._napari.shortcut_settings import DEFAULTS, SHORTCUTS, load_keys, save_keys, settings_path
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.segmentation.prompts import Box

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


@pytest.fixture
def shown(open_dock, ct, qtbot):
    """The dock in a window that has the focus."""
    dock = open_dock(layer_data.image_layer(ct, "scan"), show=True)
    window = dock.controller.viewer.window._qt_window
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=20_000)
    return dock


def press(dock, keys: str) -> None:
    """Press keys on the canvas, where the user's focus is most of the time."""
    combination = QKeySequence(keys)[0]
    canvas = dock.controller.viewer.window._qt_window.centralWidget()
    QTest.keyClick(canvas, combination.key(), combination.keyboardModifiers())
    wait_until_idle(dock)


def test_none_of_the_defaults_is_used_by_napari_or_twice(dock):
    assert dock.shortcuts.collisions() == {}
    assert len(set(DEFAULTS.values())) == len(SHORTCUTS)


def test_keys_of_napari_are_found(dock):
    assert "undo" in dock.shortcuts.owner_of("Ctrl+Z")
    assert "napari" in dock.shortcuts.owner_of("Ctrl+R")
    assert "File" in dock.shortcuts.owner_of("Alt+F")
    assert dock.shortcuts.owner_of("Alt+A") == "Accept the mask"
    assert dock.shortcuts.owner_of("Ctrl+Alt+F9") is None


def test_pressing_keys_works_through_a_slice(shown):
    session = shown.controller.session
    press(shown, "Alt+N")
    assert session.current_label == "L2"
    before = session.index
    press(shown, "Alt+PgDown")
    press(shown, "Alt+PgDown")
    press(shown, "Alt+PgUp")
    assert session.index == before + 1
    press(shown, "Alt+B")
    assert shown.controller.gestures.tool == "box"
    draw_box(shown, ROUND_THE_BLOCK)
    press(shown, "Alt+2")
    assert session.preview.chosen == 1
    press(shown, "Alt+1")
    press(shown, "Alt+A")
    assert (session.labels == 21).any()
    press(shown, "Alt+Z")
    assert not session.labels.any()
    press(shown, "Alt+Shift+Z")
    assert session.labels.any()
    press(shown, "Alt+X")
    assert session.reviews[21].status == "flagged"


def test_other_keys_are_taken_at_once_and_kept(shown, open_dock, ct):
    shown.shortcuts.change("next level", "Ctrl+Alt+F9")
    press(shown, "Alt+N")
    assert shown.controller.session.current_label == "L1"
    press(shown, "Ctrl+Alt+F9")
    assert shown.controller.session.current_label == "L2"
    assert "(Ctrl+Alt+F9)" in shown.labels.below.toolTip()
    assert json.loads(settings_path().read_text()) == {"next level": "Ctrl+Alt+F9"}
    assert load_keys() == {**DEFAULTS, "next level": "Ctrl+Alt+F9"}


def test_keys_of_napari_or_of_another_shortcut_are_refused(dock):
    for keys, owner in (("Ctrl+Z", "undo"), ("Alt+A", "Accept the mask"), ("Alt+V", "View")):
        with pytest.raises(ConfigError, match=owner):
            dock.shortcuts.change("flag", keys)
    assert dock.shortcuts.keys == DEFAULTS
    assert not settings_path().exists()


def test_keys_that_napari_was_given_later_are_told(dock):
    get_settings().shortcuts.shortcuts = {**get_settings().shortcuts.shortcuts, "napari:reset_view": ["Alt+A"]}
    assert "reset view" in dock.shortcuts.collisions()["accept"]
    dialog = dock.show_shortcuts()
    assert "Alt+A (Accept the mask) is also reset view" in dialog.message.text()
    dialog.close()


def test_the_dock_shows_the_keys(dock):
    assert "(Alt+A)" in dock.prompts.accept.toolTip()
    assert "(Alt+Z)" in dock.prompts.undo.toolTip()
    say(dock, "label L4")
    assert dock.prompts.undo.toolTip() == "Undo: Accepted masks are now L4 (Alt+Z)"
    dialog = dock.show_shortcuts()
    assert {name: editor.keySequence().toString() for name, editor in dialog.editors.items()} == DEFAULTS
    dialog.close()


def test_keys_are_changed_in_the_list(dock):
    dialog = dock.show_shortcuts()
    editor = dialog.editors["flag"]
    editor.setKeySequence(QKeySequence("Alt+A"))
    editor.editingFinished.emit()
    assert "taken" in dialog.message.text()
    assert editor.keySequence().toString() == DEFAULTS["flag"]
    editor.setKeySequence(QKeySequence("Alt+J"))
    editor.editingFinished.emit()
    assert dock.shortcuts.keys["flag"] == "Alt+J"
    editor.setKeySequence(QKeySequence())
    editor.editingFinished.emit()
    assert dock.shortcuts.keys["flag"] == ""
    dialog.defaults.click()
    assert dock.shortcuts.keys == DEFAULTS
    assert editor.keySequence().toString() == DEFAULTS["flag"]
    dialog.close()


@pytest.mark.parametrize("content", ["no json", "[1]", '{"undo": 3}'])
def test_a_damaged_file_is_told_and_the_defaults_work(open_dock, ct, warnings_shown, content):
    settings_path().write_text(content)
    dock = open_dock(layer_data.image_layer(ct, "scan"))
    assert "the defaults are used" in warnings_shown[0].message
    assert dock.shortcuts.keys == DEFAULTS
    assert settings_path().read_text() == content


def test_names_of_another_version_do_no_harm():
    settings_path().write_text('{"undo": "Ctrl+F2", "of another version": "Alt+Q"}')
    assert load_keys() == {**DEFAULTS, "undo": "Ctrl+F2"}


def test_keys_that_cannot_be_kept_change_nothing(dock, monkeypatch):
    settings_path().mkdir()
    with pytest.raises(ConfigError, match="cannot be kept"):
        dock.shortcuts.change("undo", "Ctrl+F2")
    assert dock.shortcuts.keys == DEFAULTS
    with pytest.raises(ConfigError):
        save_keys(DEFAULTS)
