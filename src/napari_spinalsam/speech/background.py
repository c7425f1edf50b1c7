"""How loud it is around an order: one that is no louder than the talk before it is part of that talk.

Among many voices at once there is always a moment that sounds like "help" or "do it". What somebody says to the machine
stands out from what went before, even in noise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from napari_spinalsam.speech.pcm import level_db
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, UNKNOWN, Samples

#: The background is what was heard for so long before the order, in seconds.
_BEFORE_S: Final = 5.0
#: With less of it than this, nothing is known of the background.
_LEAST_S: Final = 0.3
#: Utterances may be this long, in seconds.
_LONGEST_S: Final = 20.0
#: The background is as loud as this per cent of its blocks: a colleague who pauses now and then is not in the way.
_PERCENTILE: Final = 25
#: How far an order stands out, in dB. Held-out synthetic voices at 10 dB above noise stand out by 9.8 and more, in 5 dB
#: by 5.6 and more in nineteen of twenty cases, what was taken for a command in the babble of eight by 5.7 at the most.
_ABOVE_DB: Final = 5.5


@dataclass(frozen=True, slots=True)
class _Block:
    end_s: float
    level_db: float


class Background:
    """The levels of the sound so far, without the orders that were in it."""

    def __init__(self) -> None:
        self._blocks: deque[_Block] = deque()
        self._fed = 0

    def hear(self, block: Samples) -> None:
        """Take in the next block, of a few hundredths of a second."""
        self._fed += len(block)
        now = self._fed / SAMPLE_RATE
        self._blocks.append(_Block(now, level_db(block)))
        while self._blocks[0].end_s < now - _BEFORE_S - _LONGEST_S:
            self._blocks.popleft()

    def told_apart(self, text: str, start_s: float, end_s: float) -> str:
        """Text of what was said, marked as other speech (`UNKNOWN`) where it does not stand out."""
        return text if self.stands_out(start_s, end_s) else f"{UNKNOWN} {text}"

    def stands_out(self, start_s: float, end_s: float) -> bool:
        """Whether what was said is louder than the background before it; if so it is no part of it from now on.

        Parameters
        ----------
        start_s, end_s : float
            Where it begins and ends, in seconds of the sound so far.
        """
        said = [block for block in self._blocks if start_s < block.end_s <= end_s]
        before = [block for block in self._blocks if start_s - _BEFORE_S < block.end_s <= start_s]
        if said and before and start_s - before[0].end_s >= _LEAST_S:
            loudness = 10 * np.log10(np.mean([10 ** (block.level_db / 10) for block in said]))
            around = np.percentile([block.level_db for block in before], _PERCENTILE)
            if loudness < around + _ABOVE_DB:
                return False
        self._blocks = deque(block for block in self._blocks if not start_s < block.end_s <= end_s)
        return True
