"""The part of the dock where prompts are drawn and masks are made, kept and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QButtonGroup, QCheckBox, QPushButton, QVBoxLayout, QWidget

from napari_spinalsam._napari.choosers import action, beside, compact, tip_and_keys, toggle
from napari_spinalsam.commands.operations import AcceptMask, ChooseMask, ClearAll, Redo, RejectMask, Undo

if TYPE_CHECKING:
    from napari_spinalsam._napari.controller import Controller

_TOOLS = {
    "navigate": ("Move", "Left drag moves the image"),
    "positive": ("Point +", "Click on what belongs to the structure; Shift+click marks what does not"),
    "negative": ("Point −", "Click on what does not belong to the structure; Shift+click marks what does"),
    "box": ("Box", "Drag a box round the structure"),
}
_CANDIDATES = 3


class PromptPanel(QWidget):
    """Prompt tools, and the buttons for the mask.

    Parameters
    ----------
    controller : Controller
    parent : QWidget, optional
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        run = controller.run
        self.tools = QButtonGroup(self)
        tools = [self._tool_button(name, text, tip) for name, (text, tip) in _TOOLS.items()]
        self.at_once = QCheckBox("at once")
        self.at_once.setToolTip("Make the mask as soon as a prompt is drawn")
        self.at_once.setChecked(controller.segment_at_once)
        self.segment = action("Segment", "Make the mask from the prompts of this slice", controller.segment)
        self.clear = action("Clear", "Remove all prompts and previews; the labels stay", lambda: run(ClearAll()))
        self.candidates = QButtonGroup(self)
        candidates = [self._candidate_button(i) for i in range(1, _CANDIDATES + 1)]
        self.accept = action(
            "Accept", "Write the mask into the labels layer under the current label", lambda: run(AcceptMask())
        )
        self.reject = action("Reject", "Drop the mask; the prompts stay", lambda: run(RejectMask()))
        self.undo = action("Undo", "", lambda: run(Undo()))
        self.redo = action("Redo", "", lambda: run(Redo()))
        layout = compact(QVBoxLayout(self))
        for row in (
            tools,
            (self.segment, self.at_once, self.clear),
            candidates,
            (self.accept, self.reject, self.undo, self.redo),
        ):
            layout.addWidget(beside(*row))
        self.tools.buttonClicked.connect(lambda button: controller.choose_tool(button.property("tool")))
        self.candidates.buttonClicked.connect(lambda button: run(ChooseMask(index=self.candidates.id(button))))
        self.at_once.toggled.connect(self._set_at_once)
        controller.gestures.tool_changed.connect(self.show_tool)
        self.show_tool(controller.gestures.tool)
        self.refresh()

    def refresh(self) -> None:
        """Show which buttons make sense now, and the candidates with their predicted IoU."""
        session = self._controller.session
        here = self._controller.stage is not None
        preview = session.preview if here else None
        self.segment.setEnabled(here and bool(session.prompts) and session.view != "3d")
        self.accept.setEnabled(preview is not None)
        self.reject.setEnabled(preview is not None)
        self.clear.setEnabled(here and bool(session.document.prompts or session.document.previews))
        for index in range(_CANDIDATES):
            button = self.candidates.button(index + 1)
            offered = preview is not None and index < len(preview.masks)
            button.setEnabled(offered)
            iou = f": {preview.predicted_iou[index]:.2f}" if preview is not None and offered else ""
            button.setText(f"Mask {index + 1}{iou}")
            button.setChecked(preview is not None and preview.chosen == index)
        self._refresh_history()

    def show_tool(self, tool: str) -> None:
        """Show which tool is taken."""
        for button in self.tools.buttons():
            button.setChecked(button.property("tool") == tool)

    def _refresh_history(self) -> None:
        history = self._controller.session.history
        for button, titles, word in (
            (self.undo, history.undo_titles, "Undo"),
            (self.redo, history.redo_titles, "Redo"),
        ):
            button.setEnabled(self._controller.stage is not None and bool(titles))
            tip_and_keys(button, f"{word}: {titles[0]}" if titles else f"Nothing to {word.lower()}")

    def _set_at_once(self, on: bool) -> None:
        self._controller.segment_at_once = on

    def _tool_button(self, name: str, text: str, tooltip: str) -> QPushButton:
        button = toggle(text, tooltip)
        button.setProperty("tool", name)
        self.tools.addButton(button)
        return button

    def _candidate_button(self, number: int) -> QPushButton:
        button = toggle(f"Mask {number}", f"Candidate {number} with the network's own estimate of its IoU")
        self.candidates.addButton(button, number)
        return button
