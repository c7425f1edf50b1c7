"""Between the session and the viewer: operations go in, what they changed is drawn.

The session is the single truth. Layers, sliders and the dock are drawn from it, and what the user does to them becomes
an operation first. Nothing here decides what an operation means.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari.layers import Image, Labels
from qtpy.QtCore import QObject, QTimer, Signal

from napari_spinalsam._napari.gestures import Gestures
from napari_spinalsam._napari.image_source import volume_of_layer
from napari_spinalsam._napari.layer_data import image_layer
from napari_spinalsam._napari.look_ahead import LookAhead
from napari_spinalsam._napari.painting import Painting
from napari_spinalsam._napari.phrase_queue import PhraseQueue, load
from napari_spinalsam._napari.prompt_operations import mask_operation
from napari_spinalsam._napari.stage import Stage
from napari_spinalsam._napari.workers import InferenceThread, Job
from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, PromptError, SpinalSamError
from napari_spinalsam.segmentation.prompts import Prompts
from napari_spinalsam.session.document import NO_REVIEWS
from napari_spinalsam.session.phrase import Phrase
from napari_spinalsam.session.review_file import read_reviews
from napari_spinalsam.session.session import Session

if TYPE_CHECKING:
    import napari
    from napari.layers import Layer
    from napari.utils.events import Event

    from napari_spinalsam._napari.gestures import Tool
    from napari_spinalsam.commands.interpreter import Interpretation
    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.session.journal_folder import JournalFolder
    from napari_spinalsam.session.outcome import Outcome
    from napari_spinalsam.session.segmenter import Segmenter

#: Pause in scrolling after which the slice on display is embedded ahead, in ms.
PREFETCH_AFTER_MS = 250

#: Operations that read the labels or write to them, and so must see what was painted by hand.
_ABOUT_LABELS = (ops.AcceptMask, ops.Propagate, ops.Undo, ops.Redo, ops.SaveLabels, ops.Measure, ops.Evaluate)

#: Operations that make sense with no image on display.
_WITHOUT_IMAGE = (
    ops.OpenImage,
    ops.Help,
    ops.CheckDevice,
    ops.CheckModel,
    ops.StartListening,
    ops.StopListening,
    ops.Repeat,
    ops.Stop,
    ops.Confirm,
    ops.Cancel,
)


class Controller(QObject):
    """Drives one session in one viewer.

    Parameters
    ----------
    viewer : napari.Viewer
    segmenter : Segmenter, optional
        The bundled model if none is given; loaded in the background.
    parent : QObject, optional
    journals : JournalFolder, optional
        Where the session journals its work; nowhere if not given.
    """

    #: Outcome: something was done, as a step of a phrase or by hand in the viewer.
    done = Signal(object)
    #: Entry: a phrase was executed as far as possible.
    answered = Signal(object)
    #: SpinalSamError: something that is no phrase was refused.
    failed = Signal(object)
    #: Another image layer is under work, or none; or another labels layer is the target.
    image_changed = Signal()
    #: OPEN_IMAGE without a path: show a file dialog.
    path_wanted = Signal()

    def __init__(
        self,
        viewer: napari.Viewer,
        segmenter: Segmenter | None = None,
        parent: QObject | None = None,
        journals: JournalFolder | None = None,
    ) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self.session = Session(segmenter, journals)
        self.inference = InferenceThread(self)
        self.gestures = Gestures(viewer, self.session, self)
        self.painting = Painting(self.session, self)
        self.queue = PhraseQueue(self.session, self._step, self.inference, self)
        #: Whether a mask is made at once when a prompt was drawn with the mouse.
        self.segment_at_once = True
        self.stage: Stage | None = None
        self._look_ahead = LookAhead(self.session, self.inference)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PREFETCH_AFTER_MS)
        self._pause.timeout.connect(self._embed_ahead)
        self._connect()
        self.use_model(self.session.segmenter)

    @property
    def image(self) -> Image | None:
        """The image layer under work."""
        return self.stage.image if self.stage is not None else None

    @property
    def labels(self) -> Labels | None:
        """The labels layer that masks are written to, None before the first one if it will be a new layer."""
        return self.stage.layers.get("labels") if self.stage is not None else None

    # --- operations in ------------------------------------------------------------------------------------------------

    def run(self, *operations: ops.BaseOperation) -> None:
        """Execute operations of the mouse or a button: at once, as far as they do not need the network."""
        self.queue.run_now(Phrase(self.session, operations))

    def run_interpretation(self, interpretation: Interpretation) -> None:
        """Execute what was typed or spoken, after what was typed before."""
        self.queue.put(Phrase.of(self.session, interpretation))

    def segment(self) -> None:
        """Mask from whatever prompts are on the slice."""
        self.run(ops.SegmentBox() if self.session.boxes else ops.SegmentPoints())

    def _step(self, phrase: Phrase) -> None:
        """Execute the next step of a phrase and draw what it changed."""
        try:
            self._check_for_layers(phrase.next)
            if isinstance(phrase.next, _ABOUT_LABELS):
                self.painting.take_over(must_be_kept=not isinstance(phrase.next, ops.SaveLabels))
        except SpinalSamError as error:
            phrase.fail(error)
            return
        before = self.session.display
        outcome = phrase.step()
        if outcome is None:
            return
        if "image" in outcome.changed:
            self._show_opened_image()
        elif self.stage is not None:
            self.stage.draw(outcome, before)
        self._after(outcome)

    def choose_tool(self, tool: Tool) -> None:
        """Choose what the left mouse button does from now on."""
        refused: SpinalSamError | None = None
        if self.stage is None:
            refused = ImageError("No image is open", "Open one, or choose an image layer in the dock")
        elif self.session.view == "3d":
            refused = PromptError("A prompt needs a slice, and this is 3D", "Choose the axial or the sagittal view")
        if refused is not None and tool != "navigate":
            self.gestures.tool_changed.emit(self.gestures.tool)
            self.failed.emit(refused)
            return
        self.gestures.choose(tool)

    # --- images, labels, models ---------------------------------------------------------------------------------------

    def use_image(self, layer: Image | None) -> None:
        """Work on an image layer; the one before is let go of, its labels layer stays."""
        if layer is self.image:
            return
        volume = None
        try:
            volume = volume_of_layer(layer) if layer is not None else None
        except SpinalSamError as error:
            self.failed.emit(error)
        if volume is not None and layer is not None:
            self._detach()
            self.session.open_with_saved_work(volume)
            self._attach(layer, volume)
        elif layer is None:
            self._detach()
        self.image_changed.emit()

    def use_labels(self, layer: Labels | None) -> None:
        """Write masks into a labels layer of the user, or with None into a new one.

        The layer's labels become the session's, and a new history begins: an undo must not write the labels of one
        layer into another. Review marks stay, and those in the file of the layer come to them.
        """
        stage, volume = self.stage, self.session.volume
        if stage is None or volume is None or layer is self.labels:
            return
        view, prompts = self.session.display, self.session.prompts
        try:
            if layer is not None:
                stage.layers.check_target(layer)
            path = layer.source.path if layer is not None else None
            reviews = self.session.reviews | dict(read_reviews(Path(path)) if path else NO_REVIEWS)
            labels = None if layer is None else layer.data.reshape(volume.shape)
            self.session.open_volume(volume, labels, reviews)
        except SpinalSamError as error:
            self.failed.emit(error)
        else:
            self.queue.clear()
            stage.adopt(layer)
            self.painting.hear(layer)
            self.session.execute(ops.SetView(axis=view.axis))
            self.session.execute(ops.GoToSlice(index=view.key.index))
            self.session.replace_prompts(prompts)
            stage.draw_all()
        self.image_changed.emit()

    def use_model(self, segmenter: Segmenter) -> None:
        """Work with another model, loaded in the background."""
        self.queue.clear()
        self.session.segmenter = segmenter
        ready, failed = lambda _: self._embed_ahead(), self.failed.emit
        self.inference.submit(Job("Loading the model", lambda: load(segmenter), ready, failed))

    def close(self) -> None:
        """Let go of the viewer for good; the labels layer stays."""
        if self._on_mouse_move not in self.viewer.mouse_move_callbacks:
            return
        self.viewer.mouse_move_callbacks.remove(self._on_mouse_move)
        for event, slot in self._connections():
            event.disconnect(slot)
        self._detach()
        self.gestures.stop()
        self.inference.close()
        self.session.close()

    def _attach(self, layer: Image, volume: Volume) -> None:
        """Draw the session, whose volume was just opened, over its layer, at the slice on display."""
        self.stage = Stage(self.viewer, layer, volume, self.session, self._on_layer_made)
        self.gestures.watch(self.stage.layers)
        self.painting.watch(self.stage)
        self._follow_viewer()
        self.stage.draw_all()
        self.stage.draw_saved_labels()
        self._pause.start()

    def _detach(self) -> None:
        self.queue.clear()
        self._pause.stop()
        self.gestures.choose("navigate")
        self.gestures.watch(None)
        self.painting.watch(None)
        stage, self.stage = self.stage, None
        if stage is not None:
            stage.layers.close()

    def _show_opened_image(self) -> None:
        """Add a layer for the volume that OPEN_IMAGE has opened in the session."""
        volume = self.session.volume
        if volume is None:
            return
        self._detach()
        data, attributes, _ = image_layer(volume, volume.path.name.partition(".")[0] if volume.path else "CT")
        layer = Image(data, **attributes)
        self.stage = Stage(self.viewer, layer, volume, self.session, self._on_layer_made)
        self.viewer.add_layer(layer)
        self.gestures.watch(self.stage.layers)
        self.painting.watch(self.stage)
        self.stage.draw_all()
        self.stage.draw_saved_labels()
        self.stage.display.fit()
        self._pause.start()
        self.image_changed.emit()

    # --- what the user does in the viewer -----------------------------------------------------------------------------

    def _connect(self) -> None:
        self.gestures.drawn.connect(self._on_drawn)
        self.gestures.edited.connect(self._on_edited)
        self.gestures.refused.connect(self._on_refused)
        self.painting.done.connect(self.done)
        self.painting.failed.connect(self.failed)
        self.queue.finished.connect(self.answered)
        for event, slot in self._connections():
            event.connect(slot)
        self.viewer.mouse_move_callbacks.append(self._on_mouse_move)

    def _connections(self) -> list[tuple[Any, Any]]:
        layers, dims = self.viewer.layers.events, self.viewer.dims.events
        return [
            (layers.inserted, self._on_inserted),
            (layers.removed, self._on_removed),
            (dims.point, self._follow_viewer),
            (dims.order, self._follow_viewer),
            (dims.ndisplay, self._follow_viewer),
        ]

    def _on_drawn(self, drawn: list[ops.BaseOperation]) -> None:
        """Execute prompts that were drawn, and make the mask at once unless more are to come."""
        dialogue = self.session.scene().dialogue
        more = dialogue.awaiting is not None and dialogue.awaiting.count > len(drawn)
        at_once = self.segment_at_once and not more and not dialogue.then and not self.queue.mask_is_coming
        mask = mask_operation(self.session.prompts, drawn) if at_once else None
        self.run(*drawn, *([mask] if mask is not None else []))
        if self.stage is not None:
            # The layer shows the prompt as napari drew it; the session may have refused or clipped it.
            self.stage.draw_prompts_again()

    def _on_edited(self, prompts: Prompts) -> None:
        """Take over that points or boxes were moved or removed by hand."""
        before = self.session.display
        try:
            outcome = self.session.replace_prompts(prompts)
        except SpinalSamError as error:
            self._on_refused(error)
            return
        if outcome is not None and self.stage is not None:
            self.stage.draw(outcome, before)
            self.done.emit(outcome)
            mask = mask_operation(prompts)
            if self.segment_at_once and self.session.preview is not None and mask is not None:
                self.run(mask)

    def _on_refused(self, error: SpinalSamError) -> None:
        if self.stage is not None:
            self.stage.draw_prompts_again()
        self.failed.emit(error)

    def _on_layer_made(self, kind: str, layer: Layer) -> None:
        self.gestures.hear(kind, layer)
        if kind == "labels":
            self.painting.hear(layer)
            self.image_changed.emit()

    def _on_inserted(self, event: Event) -> None:
        if self.stage is None and isinstance(event.value, Image):
            # napari goes on placing the layer (dims, camera) after this event.
            QTimer.singleShot(0, lambda: self._use_if_free(event.value))
        self.image_changed.emit()

    def _use_if_free(self, layer: Image) -> None:
        if self.stage is None and layer in self.viewer.layers:
            self.use_image(layer)

    def _on_removed(self, event: Event) -> None:
        if self.stage is not None:
            if event.value is self.stage.image:
                self._detach()
            elif self.stage.layers.forget(event.value) in ("points", "boxes"):
                self.gestures.choose("navigate")
        self.image_changed.emit()

    def _follow_viewer(self) -> None:
        """Let the session follow when the user scrolled, rolled the axes or went to 3D."""
        if self.stage is None:
            return
        for operation in self.stage.display.moved(self.session):
            before = self.session.display
            outcome = self.session.execute(operation)
            self.stage.draw(outcome, before)
            self._after(outcome)

    def _on_mouse_move(self, _viewer: napari.Viewer, event: Event) -> None:
        if self.stage is not None and self.session.view != "3d":
            self.session.cursor = self.stage.pixel_at(event.position)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _check_for_layers(self, operation: ops.BaseOperation | None) -> None:
        """Refuse what the session could do but the viewer could not show."""
        if self.stage is None:
            if self.session.volume is not None and not isinstance(operation, _WITHOUT_IMAGE):
                raise ImageError("No image is open", "Open one, or choose an image layer in the dock")
            return
        if isinstance(operation, ops.SetWindow):
            self.stage.check_window()
        if isinstance(operation, ops.AcceptMask):
            self.stage.check_label_fits(self.session.label_value)

    def _after(self, outcome: Outcome) -> None:
        awaiting = self.session.awaiting
        if awaiting is not None and outcome.status == "waiting":
            self.gestures.choose("box" if awaiting.kind == "box" else awaiting.polarity)
        if outcome.changed & {"slice", "view", "image"}:
            self._pause.start()
        if outcome.data.get("dialog") == "open":
            self.path_wanted.emit()
        self.done.emit(outcome)

    def _embed_ahead(self) -> None:
        if self.stage is not None:
            self._look_ahead.look()
