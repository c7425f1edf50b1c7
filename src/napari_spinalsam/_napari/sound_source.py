"""Where sound comes from: Qt's own audio, or PortAudio (sounddevice) where Qt was built without.

A source is opened and closed in the main thread, hands its frames over there, and tells by `lost` when it has none any
more. It knows nothing of speech, and keeps no sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_spinalsam._napari.qt_sound import mono_format, qt_multimedia
from napari_spinalsam.errors import SpeechError
from napari_spinalsam.speech.recogniser import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Sound that a source keeps for a viewer that is busy, in seconds; what is older is lost.
BUFFER_S: Final = 2.0
#: PortAudio hands its sound over this often, in seconds.
_BLOCK_S: Final = 0.04

Backend = Literal["qt", "portaudio"]


@dataclass(frozen=True)
class InputDevice:
    """A microphone.

    Parameters
    ----------
    name : str
        As the system calls it.
    backend : {"qt", "portaudio"}
    identity : bytes or int
        What the backend knows it by.
    """

    name: str
    backend: Backend
    identity: bytes | int


class SoundSource(QObject):
    """An open microphone.

    Attributes
    ----------
    rate : int
        Samples a second, known once it is open.
    """

    #: (n, channels) array: the next frames.
    heard = Signal(object)
    #: str: why no more frames come.
    lost = Signal(str)
    #: str: some frames were lost, others go on coming.
    dropped = Signal(str)

    rate = SAMPLE_RATE

    def open(self) -> None:
        """Begin to hand over frames.

        Raises
        ------
        SpeechError
            If the device is gone or busy.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the device."""
        raise NotImplementedError


def input_devices() -> list[InputDevice]:
    """Microphones there are now, the system's default first."""
    multimedia = qt_multimedia()
    if multimedia is None:
        return _portaudio_devices()
    default = multimedia.QMediaDevices.defaultAudioInput().id().data()
    devices = [
        InputDevice(device.description(), "qt", device.id().data()) for device in multimedia.QMediaDevices.audioInputs()
    ]
    return sorted(devices, key=lambda device: device.identity != default)


def make_source(device: InputDevice, parent: QObject) -> SoundSource:
    """Make the source for a microphone; it is not open yet."""
    return QtSource(device, parent) if device.backend == "qt" else PortAudioSource(device, parent)


class QtSource(SoundSource):
    """A microphone through Qt's own audio.

    Parameters
    ----------
    device : InputDevice
    parent : QObject
    """

    def __init__(self, device: InputDevice, parent: QObject) -> None:
        super().__init__(parent)
        self._device = device
        self._audio: Any = None
        self._stream: Any = None
        self._dtype: np.dtype[Any] = np.dtype(np.int16)
        self._channels = 1
        self._rest = b""

    def open(self) -> None:
        """Begin to hand over frames; see `SoundSource.open`."""
        multimedia = qt_multimedia()
        inputs = multimedia.QMediaDevices.audioInputs() if multimedia is not None else []
        device = next((each for each in inputs if each.id().data() == self._device.identity), None)
        if device is None:
            raise SpeechError(f"The microphone {self._device.name} is not there", "Plug it in, or choose another")
        wanted = mono_format(multimedia, SAMPLE_RATE)
        sound = wanted if device.isFormatSupported(wanted) else device.preferredFormat()
        self.rate, self._channels = sound.sampleRate(), sound.channelCount()
        self._dtype = _DTYPES[sound.sampleFormat().name]
        self._audio = multimedia.QAudioSource(device, sound, self)
        self._audio.setBufferSize(sound.bytesForDuration(int(BUFFER_S * 1e6)))
        self._audio.stateChanged.connect(self._on_state)
        self._stream = self._audio.start()
        if self._audio is None or self._stream is None or self._audio.error().name not in _WORKING:
            self.close()
            raise SpeechError(
                f"The microphone {self._device.name} cannot be opened",
                "Close the program that uses it, or allow napari to use it in the system's settings",
            )
        self._stream.readyRead.connect(self._read)

    def close(self) -> None:
        """Let go of the device."""
        audio, self._audio, self._stream, self._rest = self._audio, None, None, b""
        if audio is not None:
            audio.stateChanged.disconnect(self._on_state)
            audio.stop()
            audio.deleteLater()

    def _read(self) -> None:
        if self._stream is None:
            return
        data = self._rest + self._stream.readAll().data()
        whole = len(data) - len(data) % (self._dtype.itemsize * self._channels)
        self._rest = data[whole:]
        if whole:
            self.heard.emit(np.frombuffer(data[:whole], self._dtype).reshape(-1, self._channels))

    def _on_state(self, state: Any) -> None:
        error = self._audio.error().name if self._audio is not None else "NoError"
        if state.name == "StoppedState" and error not in _WORKING:
            self.lost.emit(f"The microphone {self._device.name} has stopped ({error})")


class PortAudioSource(SoundSource):
    """A microphone through PortAudio.

    Parameters
    ----------
    device : InputDevice
    parent : QObject
    """

    _came = Signal(object, bool)

    def __init__(self, device: InputDevice, parent: QObject) -> None:
        super().__init__(parent)
        self._device = device
        self._stream: Any = None
        # PortAudio calls from a thread of its own; the signal brings the frames into the main thread.
        self._came.connect(self._hand_over)

    def open(self) -> None:
        """Begin to hand over frames; see `SoundSource.open`."""
        import sounddevice

        try:
            self.rate = int(sounddevice.query_devices(self._device.identity)["default_samplerate"])
            self._stream = sounddevice.InputStream(
                samplerate=self.rate,
                blocksize=int(self.rate * _BLOCK_S),
                device=self._device.identity,
                channels=1,
                dtype="int16",
                callback=self._call_back,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise SpeechError(
                f"The microphone {self._device.name} cannot be opened ({error})", "Close the program that uses it"
            ) from error

    def close(self) -> None:
        """Let go of the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _call_back(self, frames: NDArray[np.int16], _count: int, _time: object, status: Any) -> None:
        self._came.emit(frames.copy(), bool(status.input_overflow))

    def _hand_over(self, frames: NDArray[np.int16], overflow: bool) -> None:
        if overflow:
            self.dropped.emit("Some sound was lost: this computer could not keep up")
        if self._stream is not None:
            self.heard.emit(frames)


#: Names of Qt's sample formats and of the errors under which sound goes on.
_DTYPES: Final = {
    "UInt8": np.dtype(np.uint8),
    "Int16": np.dtype(np.int16),
    "Int32": np.dtype(np.int32),
    "Float": np.dtype(np.float32),
}
_WORKING: Final = ("NoError", "UnderrunError")


def _portaudio_devices() -> list[InputDevice]:
    try:
        import sounddevice
    except (ImportError, OSError):  # OSError: the package is there, the library is not
        return []
    devices = [(i, device) for i, device in enumerate(sounddevice.query_devices()) if device["max_input_channels"] > 0]
    default = sounddevice.default.device[0]
    return [InputDevice(d["name"], "portaudio", i) for i, d in sorted(devices, key=lambda each: each[0] != default)]
