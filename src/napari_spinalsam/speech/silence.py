"""How long it has been quiet, against the loudest of the utterance itself."""

from __future__ import annotations

from typing import Final

from napari_spinalsam.speech.pcm import level_db
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, Samples

#: This much below the loudest block of the utterance is quiet, in dB: speech in a room stands higher above its noise.
_BELOW_DB: Final = 20.0
#: Nothing louder than this was said yet, in dB of full scale.
_NOTHING_DB: Final = -100.0


class Silence:
    """Measures the quiet at the end of what was heard, in blocks of a few hundredths of a second."""

    def __init__(self) -> None:
        self._loudest = _NOTHING_DB
        self._quiet = 0

    @property
    def seconds(self) -> float:
        """For how long it has been quiet; 0 in noise that is nearly as loud as the speech."""
        return self._quiet / SAMPLE_RATE

    def hear(self, block: Samples) -> None:
        """Take in the next block."""
        level = level_db(block)
        self._loudest = max(self._loudest, level)
        self._quiet = self._quiet + len(block) if level < self._loudest - _BELOW_DB else 0

    def forget(self) -> None:
        """Begin with another utterance."""
        self._loudest, self._quiet = _NOTHING_DB, 0
