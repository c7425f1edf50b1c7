"""The part of the dock that listens: talk, listen, how loud it is, and the settings of microphone and voice model."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QMainWindow,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_spinalsam._napari.candidates import NumberedCandidates
from napari_spinalsam._napari.captions import Captions, badge_of
from napari_spinalsam._napari.chime import Chime
from napari_spinalsam._napari.choosers import action, beside, chooser, compact, toggle
from napari_spinalsam._napari.push_to_talk import KEY_NAME, PushToTalk
from napari_spinalsam._napari.voice import Voice
from napari_spinalsam.commands.operations import StartListening
from napari_spinalsam.speech.vosk_recogniser import ENDPOINT_S, load_recogniser
from napari_spinalsam.weights import REGISTRY, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QShowEvent

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.session.phrase import Entry
    from napari_spinalsam.speech.recogniser import Recogniser

#: What the level meter shows, in dB of full scale.
_QUIETEST: Final = -60
#: Quieter than this in a test, the microphone is most likely muted.
_MUTED_DB: Final = -55.0
_DEFAULT = "System's default"
_OTHER = "Model folder…"


class VoicePanel(QWidget):
    """Buttons, level meter and settings of voice.

    Parameters
    ----------
    controller : Controller
    understand : callable
        Takes a text as if it had been typed.
    parent : QWidget, optional

    Attributes
    ----------
    voice : Voice
    captions : Captions or None
        Badge and subtitles over the canvas, once the panel is in a window.
    """

    def __init__(
        self,
        controller: Controller,
        understand: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self.voice = voice = Voice(controller, understand, load_recogniser, self)
        self.captions: Captions | None = None
        self._chime = Chime(self)
        self._key = PushToTalk(self)
        self.candidates = NumberedCandidates(controller, voice, self)
        self.talk = QPushButton(f"Hold to talk ({KEY_NAME})")
        self.talk.setToolTip(f"The microphone is open while this button or {KEY_NAME} is held")
        self.listen = toggle("Listen", "Listen until told to stop; “stop listening” sends it to sleep")
        self.more = toggle("⚙", "Microphone, voice model and other settings of voice")
        self.more.setMaximumWidth(32)
        self.meter = QProgressBar()
        self.meter.setToolTip("How loud the microphone hears you; nothing of it is stored")
        self.meter.setRange(_QUIETEST, 0)
        self.meter.setTextVisible(False)
        self.meter.setMaximumHeight(8)
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.device = chooser("The microphone to listen to")
        self.test = action("Test", "Listen for four seconds without executing anything", voice.test, wide=False)
        self.model = chooser("The voice model; the bundled one knows the commands alone, and no real voices")
        self.pause = QDoubleSpinBox()
        self.pause.setToolTip("Silence after which an utterance has ended: longer for slow speakers")
        self.pause.setRange(0.2, 2.0)
        self.pause.setSingleStep(0.1)
        self.pause.setSuffix(" s")
        self.pause.setValue(ENDPOINT_S)
        self.sleep = QCheckBox("“stop listening” sleeps")
        self.sleep.setToolTip("Asleep, the microphone stays open for the wake phrase; otherwise it is closed")
        self.sleep.setChecked(voice.sleeps)
        self.sound = QCheckBox("sound")
        self.sound.setToolTip("Play a short sound when a spoken command was done, and another when it was not possible")
        self._settings = QWidget()
        self._lay_out()
        self._fill_models()
        self._connect()
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Lay badge and subtitles over the canvas, which is in the middle of the window that the dock is in."""
        super().showEvent(event)
        window = self.window()
        if self.captions is None and isinstance(window, QMainWindow) and window.centralWidget() is not None:
            self.captions = Captions(self.voice, window.centralWidget())
            self._controller.answered.connect(self.captions.tell)

    def close_down(self) -> None:
        """Let go of microphone, key and canvas."""
        self._key.stop()
        self.voice.close()
        captions, self.captions = self.captions, None
        if captions is not None:
            self._controller.answered.disconnect(captions.tell)
            captions.deleteLater()

    def refresh(self) -> None:
        """Show whether it listens."""
        with QSignalBlocker(self.listen):
            self.listen.setChecked(self.voice.mode == "listening")
        self.test.setEnabled(self.voice.mode == "off")
        text, colour = badge_of(self.voice)
        self.status.setText(text)
        self.status.setStyleSheet(f"font-weight: bold; color: white; background: {colour}; padding: 3px 8px;")
        self.status.setVisible(bool(text))
        self.meter.setVisible(self.voice.in_use)

    def refresh_devices(self) -> None:
        """Show the microphones there are now; asking the system for them takes a moment, so only when they are seen."""
        with QSignalBlocker(self.device):
            self.device.clear()
            self.device.addItem(_DEFAULT, None)
            for device in self.voice.microphone.devices:
                self.device.addItem(device.name, device)
            index = self.device.findData(self.voice.microphone.chosen)
            self.device.setCurrentIndex(max(index, 0))

    def _lay_out(self) -> None:
        form = compact(QFormLayout(self._settings))
        form.addRow("Microphone", beside(self.device, self.test))
        form.addRow("Voice model", self.model)
        form.addRow("Pause", beside(self.pause, self.sleep, self.sound))
        self._settings.hide()
        layout = compact(QVBoxLayout(self))
        layout.addWidget(self.status)
        layout.addWidget(self.meter)
        layout.addWidget(beside(self.talk, self.listen, self.more))
        layout.addWidget(self._settings)

    def _fill_models(self) -> None:
        self.model.addItem("bundled", "bundled")
        for model in REGISTRY:
            if model.kind == "speech" and model.base_url is not None:
                there = "" if state(model) == "downloaded" else " (not downloaded)"
                self.model.addItem(f"{model.name}{there}", model.name)
        self.model.addItem(_OTHER, None)
        self._chosen = 0

    def _connect(self) -> None:
        voice = self.voice
        self._key.pressed.connect(voice.press)
        self._key.released.connect(voice.release)
        self.talk.pressed.connect(voice.press)
        self.talk.released.connect(voice.release)
        self.listen.toggled.connect(self._switch)
        self.more.toggled.connect(self._show_settings)
        self.device.activated.connect(lambda _: voice.microphone.choose(self.device.currentData()))
        self.model.activated.connect(self._choose_model)
        self.pause.valueChanged.connect(lambda _: voice.use_recogniser(self.load()))
        self.sleep.toggled.connect(lambda on: setattr(voice, "sleeps", on))
        self.sound.toggled.connect(lambda on: setattr(self._chime, "is_on", on))
        voice.changed.connect(self.refresh)
        voice.level.connect(lambda level: self.meter.setValue(max(round(level), _QUIETEST)))
        voice.tested.connect(self._tell_test)
        self._controller.answered.connect(self._sound)

    def load(self) -> Callable[[], Recogniser]:
        """Give what loads the chosen model; it is called in the thread that hears."""
        return partial(load_recogniser, self.model.itemData(self._chosen), self.pause.value())

    def use_folder(self, folder: Path) -> None:
        """Add a folder with a Vosk model to the chooser, and hear with it."""
        self.model.insertItem(self.model.count() - 1, folder.name, str(folder))
        self.model.setCurrentIndex(self.model.count() - 2)
        self._use_model()

    def _choose_model(self, _index: int) -> None:
        if self.model.currentData() is not None:
            self._use_model()
            return
        with QSignalBlocker(self.model):
            self.model.setCurrentIndex(self._chosen)
        folder = QFileDialog.getExistingDirectory(self, "Choose the folder of a Vosk model")
        if folder:
            self.use_folder(Path(folder))

    def _use_model(self) -> None:
        self._chosen = self.model.currentIndex()
        self.voice.use_recogniser(self.load())

    def _switch(self, on: bool) -> None:
        if on:
            self._controller.run(StartListening())
        else:
            # The button means the microphone itself; only by voice is there a sleep to wake up from.
            self.voice.switch_off()

    def _show_settings(self, on: bool) -> None:
        if on:
            self.refresh_devices()
        self._settings.setVisible(on)

    def _sound(self, entry: Entry) -> None:
        """Acknowledge what was said; who uses the mouse sees what it does."""
        if entry.heard and self.voice.in_use:
            self._chime.play(done=bool(entry.did) and entry.error is None)

    def _tell_test(self, loudest: float, heard: str) -> None:
        text = f"Loudest {loudest:.0f} dB. " + (f"Heard “{heard}”" if heard else "Heard no words")
        if loudest < _MUTED_DB:
            text = f"Only silence ({loudest:.0f} dB): is the microphone muted?"
        self.status.setText(text)
        self.status.show()
