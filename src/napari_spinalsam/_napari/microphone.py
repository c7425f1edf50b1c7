"""The microphone that is listened to: it comes and goes, and listening resumes when it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qtpy.QtCore import QObject, QTimer, Signal

from napari_spinalsam._napari.sound_source import input_devices, make_source
from napari_spinalsam.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from napari_spinalsam._napari.sound_source import InputDevice, SoundSource

#: How often a microphone that is not there is looked for again, and how long one may be silent, in ms.
RETRY_MS: Final = 1000
PATIENCE_MS: Final = 3000


class Microphone(QObject):
    """One microphone at a time, chosen by the user or the system's default.

    Parameters
    ----------
    parent : QObject, optional
    devices : callable
        Lists the microphones there are, the default first.
    make : callable
        Makes the source of one.
    """

    #: (int, array): rate, and the next (n, channels) frames.
    heard = Signal(int, object)
    #: Frames come, for the first time since it was opened or lost.
    ready = Signal()
    #: SpeechError: there are no frames now. It is looked for again until `close`.
    lost = Signal(object)
    #: str: some frames were lost.
    dropped = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        devices: Callable[[], list[InputDevice]] = input_devices,
        make: Callable[[InputDevice, QObject], SoundSource] = make_source,
    ) -> None:
        super().__init__(parent)
        self._devices = devices
        self._make = make
        self._source: SoundSource | None = None
        self._told = ""
        self._hears = False
        self._misses = 0
        #: The microphone that the user chose; None is the system's default.
        self.chosen: InputDevice | None = None
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try)
        # A microphone that was unplugged may just fall silent without a word about it.
        self._watch = QTimer(self)
        self._watch.setSingleShot(True)
        self._watch.setInterval(PATIENCE_MS // 2)
        self._watch.timeout.connect(self._on_quiet)

    @property
    def devices(self) -> list[InputDevice]:
        """Microphones there are now, the system's default first."""
        return self._devices()

    @property
    def is_open(self) -> bool:
        """Whether it is listened to, or looked for."""
        return self._source is not None or self._retry.isActive()

    def choose(self, device: InputDevice | None) -> None:
        """Listen to another microphone from now on; None is the system's default."""
        self.chosen = device
        if self.is_open:
            self.close()
            self.open()

    def open(self) -> None:
        """Listen, or look for a microphone until there is one."""
        if not self.is_open:
            self._told = ""
            self._try()

    def close(self) -> None:
        """Stop listening."""
        self._retry.stop()
        self._watch.stop()
        self._drop_source()

    def _try(self) -> None:
        there = self.devices
        device = self.chosen or next(iter(there), None)
        try:
            if device is None:
                raise SpeechError("There is no microphone", "Plug one in; listening begins as soon as it is there")
            source = self._make(device, self)
            source.heard.connect(self._on_heard)
            source.lost.connect(self._lose)
            source.dropped.connect(self.dropped)
            self._source = source
            source.open()
        except SpeechError as error:
            self._drop_source()
            self._retry.start()
            self._tell(error)
            return
        self._retry.stop()
        self._misses = 0
        self._watch.start()

    def _on_heard(self, frames: NDArray) -> None:
        if self._source is None:
            return
        self._misses = 0
        self._watch.start()
        if not self._hears:
            self._hears, self._told = True, ""
            self.ready.emit()
        self.heard.emit(self._source.rate, frames)

    def _on_quiet(self) -> None:
        """Give it up when no sound has come twice in a row: once may be the viewer, which was busy and read none."""
        self._misses += 1
        if self._misses < 2:
            self._watch.start()
        else:
            self._lose("No sound comes from the microphone")

    def _lose(self, reason: str) -> None:
        self._watch.stop()
        self._drop_source()
        self._retry.start()
        self._tell(SpeechError(reason, "Listening goes on as soon as it is back"))

    def _tell(self, error: SpeechError) -> None:
        """Tell what is wrong once, and not again with every try."""
        if str(error) != self._told:
            self._told = str(error)
            self.lost.emit(error)

    def _drop_source(self) -> None:
        source, self._source, self._hears = self._source, None, False
        if source is not None:
            source.blockSignals(True)
            source.close()
            source.deleteLater()
