"""Nothing is lost: work that was never saved is offered, and other windows on the same file are told of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari.utils.notifications import show_warning
from qtpy.QtCore import QFileSystemWatcher, QObject, QTimer

from napari_spinalsam._napari.recovery_dialog import RecoveryDialog
from napari_spinalsam.commands.operations import OpenImage
from napari_spinalsam.errors import ImageError, SpinalSamError
from napari_spinalsam.session.recovery import delete

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_spinalsam._napari.controller import Controller
    from napari_spinalsam.imaging.volume import Volume
    from napari_spinalsam.session.recovery import Recovery


class Safety(QObject):
    """Watches which image comes under work, and who else works on it.

    Parameters
    ----------
    controller : Controller
    window : QWidget
        What the offer is shown over.
    """

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._volume: Volume | None = None
        self._told: set[int] = set()
        self._closed = False
        #: The offer, while it is shown.
        self.dialog: RecoveryDialog | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _: self._tell_of_others())
        controller.image_changed.connect(self._on_image)
        # Not before the window is there, over which the offer is shown.
        self._start = QTimer(self)
        self._start.setSingleShot(True)
        self._start.timeout.connect(self._begin)
        self._start.start()

    def offer(self, *, of_this_image: bool = False) -> bool:
        """Show work that was never saved; False if there is none."""
        recoveries = self._controller.session.keeping.recoveries(of_this_image=of_this_image)
        if not recoveries:
            return False
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = RecoveryDialog(recoveries, self._window)
        self.dialog.wanted.connect(self.bring_back)
        self.dialog.unwanted.connect(self._delete)
        self.dialog.finished.connect(self._forget_dialog)
        self.dialog.show()
        return True

    def bring_back(self, recovery: Recovery) -> None:
        """Put work into the labels of its image, which is opened if it is not."""
        try:
            self._open_image_of(recovery)
            self._recover(recovery)
        except SpinalSamError as error:
            if self.dialog is not None:
                self.dialog.say(str(error))
            self._controller.failed.emit(error)
            return
        self._done_with(recovery)

    def close(self) -> None:
        """Watch nothing any longer; napari takes a dock away more than once."""
        if self._closed:
            return
        self._closed = True
        self._start.stop()
        if self.dialog is not None:
            self.dialog.close()
        self._controller.image_changed.disconnect(self._on_image)
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())

    def _begin(self) -> None:
        self._volume = self._controller.session.volume
        self._watch()
        self.offer()
        self._tell_of_others()

    def _on_image(self) -> None:
        volume = self._controller.session.volume
        if volume is self._volume or self._start.isActive():
            return
        self._volume = volume
        self._told.clear()
        self._watch()
        if self.dialog is None:
            self.offer(of_this_image=True)
        self._tell_of_others()

    def _watch(self) -> None:
        folder = self._controller.session.keeping.folder
        if folder is not None and folder.is_dir() and not self._watcher.directories():
            self._watcher.addPath(str(folder))

    def _tell_of_others(self) -> None:
        """Tell once of each other window on the same file."""
        windows = self._controller.session.keeping.other_windows()
        new = [window for window in windows if window.pid not in self._told]
        self._told = {window.pid for window in windows}
        for window in new:
            show_warning(
                f"Another window works on {Path(window.image or '').name} too ({window}). Its labels are not these:"
                " whoever saves last overwrites the other's file. Save under another name, or close one of them."
            )

    def _open_image_of(self, recovery: Recovery) -> None:
        session = self._controller.session
        if session.volume is not None and recovery.image.fits(session.volume) and self._controller.stage is not None:
            return
        if recovery.image.path is None:
            raise ImageError(
                "That work was done on an image without a file", "Open that image, and it is offered again"
            )
        self._controller.run(OpenImage(path=recovery.image.path))
        if session.question is not None:
            raise ImageError("The labels of the open image are not saved", "Save them first, or answer the question")

    def _recover(self, recovery: Recovery) -> None:
        session, stage = self._controller.session, self._controller.stage
        if stage is None:
            raise ImageError(f"{recovery.image.name} could not be opened", "Open it, and the work is offered again")
        stage.check_label_fits(int(recovery.labels().max()))
        before = session.display
        outcome = session.recover(recovery)
        stage.draw(outcome, before)
        self._controller.done.emit(outcome)

    def _delete(self, recovery: Recovery) -> None:
        try:
            delete(recovery.path)
        except SpinalSamError as error:
            self._controller.failed.emit(error)
        else:
            self._done_with(recovery)

    def _done_with(self, recovery: Recovery) -> None:
        if self.dialog is not None:
            self.dialog.remove(recovery)

    def _forget_dialog(self) -> None:
        self.dialog = None
