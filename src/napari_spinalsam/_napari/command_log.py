"""The log of the dock: heard → understood → did, with suggestions to click."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from qtpy.QtCore import QUrl, Signal
from qtpy.QtWidgets import QTextBrowser, QWidget

if TYPE_CHECKING:
    from napari_spinalsam.commands.operations import BaseOperation
    from napari_spinalsam.session.phrase import Entry

#: Readable on napari's dark and on its light background.
_RED, _AMBER, _GREEN, _GREY, _BLUE = "#e5484d", "#c98a00", "#2f9e5b", "#8a8f98", "#3b8eea"
_MARKS = {"done": (_GREEN, "✓"), "waiting": (_AMBER, "…"), "asking": (_AMBER, "?"), "nothing": (_GREY, "–")}
_REFUSED = (_RED, "✗")

#: Entries kept; older ones are dropped.
_MOST_BLOCKS = 2000


class CommandLog(QTextBrowser):
    """What was heard, what was understood, and what was done.

    Parameters
    ----------
    parent : QWidget, optional
    """

    #: The text of a suggestion that was clicked.
    suggested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setToolTip("What was heard → what was understood → what was done")
        self.document().setMaximumBlockCount(_MOST_BLOCKS)
        self.anchorClicked.connect(self._offer_clicked)
        # The newest entry stays in sight, also when the text is laid out anew.
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, bottom: bar.setValue(bottom))

    def _offer_clicked(self, url: QUrl) -> None:
        self.suggested.emit(url.toString(QUrl.ComponentFormattingOption.FullyDecoded))

    def tell(self, entry: Entry) -> None:
        """Log a phrase: what was heard (empty for the mouse and the buttons), understood and done."""
        if not entry.understood:
            self._write([_bold(entry.heard)], _REFUSED, "Not understood, nothing was done", entry.suggestions)
            return
        understood = ", ".join(describe(operation) for operation in entry.understood)
        parts = [_bold(entry.heard), _grey(understood)] if entry.heard else [_grey(understood)]
        mark = _REFUSED if entry.error is not None else _MARKS[entry.did[-1].status if entry.did else "nothing"]
        self._write(parts, mark, entry.message)

    def tell_done(self, message: str) -> None:
        """Log what was done by hand in the viewer."""
        self._write([], _MARKS["done"], message)

    def tell_refused(self, message: str) -> None:
        """Log what was not possible."""
        self._write([], _REFUSED, message)

    def _write(self, parts: list[str], mark: tuple[str, str], message: str, offers: tuple[str, ...] = ()) -> None:
        colour, sign = mark
        did = html.escape(message).replace("\n", "<br>")
        entry = " → ".join([*parts, f'<span style="color:{colour}">{sign}</span> {did}'])
        if offers:
            links = " · ".join(_link(offer) for offer in offers)
            entry += f"<br>Did you mean {links}?"
        self.append(entry)


def _bold(text: str) -> str:
    return f"<b>{html.escape(text)}</b>"


def _link(text: str) -> str:
    return f'<a href="{html.escape(text)}" style="color:{_BLUE}">{html.escape(text)}</a>'


def _grey(text: str) -> str:
    return f'<span style="color:{_GREY}">{html.escape(text)}</span>'


def describe(operation: BaseOperation) -> str:
    """Write an operation in one short line, e.g. ``"SET_LABEL label=L3"``."""
    arguments = operation.to_json()["args"]
    return " ".join([operation.code, *(f"{name}={_brief(value)}" for name, value in arguments.items())])


def _brief(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_brief(item) for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
