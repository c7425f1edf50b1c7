"""The synthetic voices: those that the model is trained on, and those that it is only judged with.

A held-out voice shares neither its speaker nor, for flite and festival, its recordings with a voice of the training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of a synthesiser, by the name it has there; the pitches are those flite is asked for, in Hz."""

    synthesiser: Literal["espeak", "flite", "festival", "pico"]
    name: str
    lowest_hz: float = 0.0
    highest_hz: float = 0.0

    def __str__(self) -> str:
        return f"{self.synthesiser} {self.name}"


#: English as espeak-ng pronounces it in several places; the American one more often.
ACCENTS: Final = (
    "gmw/en-US",
    "gmw/en-US-nyc",
    "gmw/en",
    "gmw/en-GB-x-rp",
    "gmw/en-GB-scotland",
    "gmw/en-GB-x-gbclan",
    "gmw/en-GB-x-gbcwmd",
    "gmw/en-029",
)
#: espeak-ng's ways of speaking that are trained on; "" is its own.
_VARIANTS: Final = (
    "", "f1", "f2", "f3", "f5", "m1", "m2", "m3", "m4", "m6", "m7", "m8", "Alex", "Alicia", "Andy", "Denis", "Diogo",
    "Gene", "Henrique", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Mike", "Storm", "adam", "anika", "antonio", "aunty",
    "belinda", "benjamin", "boris", "caleb", "david", "ed", "grandma", "iven", "john", "kaukovalta", "klatt", "klatt2",
    "klatt4", "klatt6", "linda", "marcelo", "max", "michael", "miguel", "norbert", "pablo", "paul", "pedro", "quincy",
    "rob", "robert", "sandro", "shelby", "steph", "steph3", "travis", "victor", "zac",
)  # fmt: skip


def _espeak_voices() -> tuple[Voice, ...]:
    """Every variant in American English and in two other accents."""
    names = (
        f"{accent}+{variant}".rstrip("+")
        for i, variant in enumerate(_VARIANTS)
        for accent in (ACCENTS[0], ACCENTS[1 + 2 * i % 7], ACCENTS[1 + (2 * i + 1) % 7])
    )
    return tuple(Voice("espeak", name) for name in dict.fromkeys(names))


ESPEAK_TRAINING: Final = _espeak_voices()
FLITE_TRAINING: Final = (
    Voice("flite", "slt", 140, 230),
    Voice("flite", "awb", 95, 170),
    Voice("flite", "kal16", 80, 150),
)
FESTIVAL_TRAINING: Final = (Voice("festival", "cmu_us_slt_arctic_hts"), Voice("festival", "kal_diphone"))
PICO_TRAINING: Final = (Voice("pico", "en-US"), Voice("pico", "en-GB"))

HELD_OUT: Final = (
    Voice("espeak", "gmw/en-US+f4"),
    Voice("espeak", "gmw/en-US+m5"),
    Voice("espeak", "gmw/en+Annie"),
    Voice("espeak", "gmw/en-GB-x-rp+edward"),
    Voice("espeak", "gmw/en-US+Andrea"),
    Voice("espeak", "gmw/en-GB-scotland+Michel"),
    Voice("espeak", "gmw/en-US+klatt3"),
    Voice("flite", "rms", 70, 130),
    Voice("festival", "ked_diphone"),
)
