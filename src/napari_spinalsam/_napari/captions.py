"""What cannot be overlooked: over the canvas, whether the microphone is on, and subtitles of what it heard.

A badge at the top tells the mode; at the bottom stand the words so far in grey, then heard → understood → did.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from qtpy.QtCore import QEvent, QObject, Qt, QTimer
from qtpy.QtWidgets import QLabel, QWidget

from napari_spinalsam._napari.command_log import describe
from napari_spinalsam.commands.catalogue import CATALOGUE
from napari_spinalsam.commands.operations import Help

if TYPE_CHECKING:
    from napari_spinalsam._napari.voice import Voice
    from napari_spinalsam.session.phrase import Entry
    from napari_spinalsam.speech.attention import Judgement

#: How long a subtitle stays, in ms; longer for help, which is much to read.
STAYS_MS, HELP_STAYS_MS = 6000, 20000

_BADGE: Final = (
    "border-radius: 12px; padding: 5px 16px; font-weight: bold; font-size: 14px; color: white; background: {};"
)
_CAPTION: Final = (
    "border-radius: 8px; padding: 8px 14px; font-size: 14px; color: white; background: rgba(0, 0, 0, 200);"
)
#: In pixels, and as a share of the canvas's width.
_MARGIN, _ABOVE_SLIDER, _WIDEST = 8, 56, 0.9
_RED, _BLUE, _AMBER = "#d6293e", "#3557a5", "#a86400"
_GREY, _GREEN = "#b8bec8", "#6ee7a0"


def badge_of(voice: Voice) -> tuple[str, str]:
    """Text and colour that tell whether anybody is listening; no text where the microphone is off."""
    if not voice.in_use:
        return "", ""
    if voice.problem:
        return f"⚠ {voice.problem}", _AMBER
    if not voice.hears:
        return "… opening the microphone", _AMBER
    if voice.is_asleep:
        return "☾ ASLEEP · say “wake up”", _BLUE
    if voice.mode == "testing":
        return "● MICROPHONE TEST · say something", _RED
    return ("● TALK" if voice.held else "● LISTENING"), _RED


class Captions(QWidget):
    """Badge and subtitles over another widget; the mouse goes through them.

    Parameters
    ----------
    voice : Voice
    over : QWidget
        What they lie over.
    """

    def __init__(self, voice: Voice, over: QWidget) -> None:
        super().__init__(over)
        self._voice = voice
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.badge = _label(self)
        self.caption = _label(self)
        self.caption.setStyleSheet(_CAPTION)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(lambda: self._say(""))
        voice.changed.connect(self.refresh)
        voice.partial.connect(self._on_partial)
        voice.judged.connect(self._on_judged)
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay as large as what they lie over."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(watched.rect())
            self._place()
        return False

    def refresh(self) -> None:
        """Show the badge, or nothing where the microphone is off and there is nothing to say."""
        text, colour = badge_of(self._voice)
        self.badge.setText(text)
        self.badge.setStyleSheet(_BADGE.format(colour))
        self.badge.setVisible(bool(text))
        self._show_or_hide()

    def tell(self, entry: Entry) -> None:
        """Show what came of a phrase, while voice is in use."""
        if not self._voice.in_use:
            return
        if any(isinstance(operation, Help) for operation in entry.understood):
            self._say(f"<b>You can say</b> {html.escape(_sayings())}", HELP_STAYS_MS)
            return
        parts = [_bold(entry.heard)] if entry.heard else []
        if entry.understood:
            parts.append(_grey(", ".join(describe(operation) for operation in entry.understood)))
        colour = _AMBER if entry.error is not None or not entry.understood else _GREEN
        did = html.escape(entry.message.partition("\n")[0])
        self._say(" → ".join([*parts, f'<span style="color:{colour}">{did}</span>']), STAYS_MS)

    def _on_partial(self, text: str) -> None:
        if text:
            self._say(f"<i>{_grey(text)}</i>", STAYS_MS)

    def _on_judged(self, judgement: Judgement) -> None:
        if judgement.verdict == "unclear":
            self._say(f"{_grey(judgement.text)} → not heard in full, nothing done: say it again", STAYS_MS)
        else:
            self._say(_bold(judgement.text), STAYS_MS)

    def _say(self, text: str, stays_ms: int = 0) -> None:
        self._fade.stop()
        self.caption.setText(text)
        self.caption.setVisible(bool(text))
        self._show_or_hide()
        if text:
            self._fade.start(stays_ms)

    def _show_or_hide(self) -> None:
        self.setVisible(bool(self.badge.text() or self.caption.text()))
        self._place()
        self.raise_()

    def _place(self) -> None:
        """Put the badge at the top and the subtitle above the slider, as wide as its text up to most of the width."""
        self.badge.adjustSize()
        self.badge.move((self.width() - self.badge.width()) // 2, _MARGIN)
        self.caption.setWordWrap(False)
        width = min(self.caption.sizeHint().width(), int(self.width() * _WIDEST))
        self.caption.setWordWrap(True)
        self.caption.resize(width, self.caption.heightForWidth(width))
        bottom = self.height() - _ABOVE_SLIDER
        self.caption.move((self.width() - width) // 2, max(bottom - self.caption.height(), _MARGIN))


def _sayings() -> str:
    """One thing to say for every operation."""
    return " · ".join(next(iter(entry.english)) for entry in CATALOGUE)


def _label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.hide()
    return label


def _bold(text: str) -> str:
    return f"<b>{html.escape(text)}</b>"


def _grey(text: str) -> str:
    return f'<span style="color:{_GREY}">{html.escape(text)}</span>'
