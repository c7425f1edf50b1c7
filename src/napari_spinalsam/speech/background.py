"""How loud it is around an order: one that is no louder than the talk before it is part of that talk.

Among many voices at once there is always a moment that sounds like "help" or "do it". What somebody says to the machine
stands out from what went before, even in noise.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from napari_spinalsam.speech.pcm import level_db
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, UNKNOWN, Samples, Word

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
#: Other speech after an order is the background's where it is no louder than the background is at its loudest (this per
#: cent of its blocks, and some dB more), and quieter than the order.
_LOUD_PERCENTILE: Final = 90
_LOUDER_DB: Final = 2.0
_BELOW_ORDER_DB: Final = 4.0


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

    def without_talk_after(self, words: Sequence[Word]) -> list[Word]:
        """Leave out unknown words after an order that are those of others: as loud as the talk before it was.

        In a quiet room nothing is left out: whatever is heard after the order there, somebody said it who is near.
        """
        known = [word for word in words if word.text != UNKNOWN]
        if not known:
            return list(words)
        before = self._levels(words[0].start_s - _BEFORE_S, words[0].start_s)
        order = self._loudness(known[0].start_s, known[-1].end_s)
        kept = list(words)
        if before and order is not None:
            most = min(float(np.percentile(before, _LOUD_PERCENTILE)) + _LOUDER_DB, order - _BELOW_ORDER_DB)
            while kept[-1].text == UNKNOWN and (self._loudness(kept[-1].start_s, kept[-1].end_s) or 0.0) <= most:
                del kept[-1]
        return kept

    def _levels(self, start_s: float, end_s: float) -> list[float]:
        """Levels of the blocks that end within a time; none where too little of it was heard."""
        blocks = [block for block in self._blocks if start_s < block.end_s <= end_s]
        return [block.level_db for block in blocks] if blocks and end_s - blocks[0].end_s >= _LEAST_S else []

    def _loudness(self, start_s: float, end_s: float) -> float | None:
        """Level of what was heard within a time, dB; None where that was nothing."""
        power = [10 ** (block.level_db / 10) for block in self._blocks if start_s < block.end_s <= end_s]
        return float(10 * np.log10(np.mean(power))) if power else None

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
        loudness = self._loudness(start_s, end_s)
        before = self._levels(start_s - _BEFORE_S, start_s)
        if loudness is not None and before and loudness < np.percentile(before, _PERCENTILE) + _ABOVE_DB:
            return False
        self._blocks = deque(block for block in self._blocks if not start_s < block.end_s <= end_s)
        return True
