"""Phones of the acoustic model: silence, noise, and the ARPAbet of CMU's pronouncing dictionary with the schwa "ax".

Flite and festival report these phones; espeak-ng has a finer set of its own, which is folded into them here.
"""

from __future__ import annotations

from typing import Final

SILENCE: Final = "sil"
#: Babble, music and other sound that is no word; trained as a phone of its own.
NOISE: Final = "spn"
SPEECH: Final = (
    "aa", "ae", "ah", "ao", "aw", "ax", "ay", "b", "ch", "d", "dh", "eh", "er", "ey", "f", "g", "hh", "ih", "iy", "jh",
    "k", "l", "m", "n", "ng", "ow", "oy", "p", "r", "s", "sh", "t", "th", "uh", "uw", "v", "w", "y", "z", "zh",
)  # fmt: skip
#: One output of the network each, in this order.
PHONES: Final = (SILENCE, NOISE, *SPEECH)
#: Positions in the word: begin, inside, end, alone. A phone sounds the same in all of them.
POSITIONS: Final = ("B", "I", "E", "S")

_POSITION_NAMES: Final = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}
_FESTIVAL: Final = {
    "pau": SILENCE, "h#": SILENCE, "brth": SILENCE, "axr": "er", "el": "l", "em": "m", "en": "n", "nx": "n", "dx": "d",
    "hv": "hh", "ix": "ih", "ux": "uw",
}  # fmt: skip
#: Vowels that end in an r where the accent says it; elsewhere they end in what the second string says.
_ESPEAK_BEFORE_R: Final = {
    "A@": ("aa r", "aa"), "O@": ("ao r", "ao"), "o@": ("ao r", "ao"), "e@": ("eh r", "eh"), "i@": ("ih r", "ih ax"),
    "i@3": ("ih r", "ih ax"), "U@": ("uh r", "uh ax"), "aI@": ("ay er", "ay ax"), "aI3": ("ay er", "ay ax"),
    "aU@": ("aw er", "aw ax"), "3": ("er", "ax"),
}  # fmt: skip
_ESPEAK: Final = {
    "a": "ae", "aa": "ae", "a#": "ax", "A": "aa", "A:": "aa", "A#": "aa", "A~": "aa n", "E": "eh", "E2": "eh",
    "E#": "eh", "e": "eh", "e:": "ey", "eI": "ey", "I": "ih", "I2": "ih", "I#": "ih", "i": "iy", "i:": "iy",
    "i2": "iy", "IR": "er", "VR": "er", "0": "aa", "0#": "aa", "02": "aa", "O": "ao", "O:": "ao", "O2": "ao",
    "o": "ow", "o:": "ow", "oU": "ow", "OI": "oy", "U": "uh", "u": "uw", "u:": "uw", "V": "ah", "V3": "ah", "3:": "er",
    "@": "ax", "@2": "ax", "@5": "ax", "@-": "ax", "@L": "ax l", "aI": "ay", "aI2": "ay", "aU": "aw", "yu:": "y uw",
    "a:": "aa",
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "g": "g", "t#": "d", "t2": "t", "t[": "th", "d[": "dh",
    "f": "f", "v": "v", "T": "th", "D": "dh", "s": "s", "z": "z", "z/2": "z", "S": "sh", "Z": "zh", "tS": "ch",
    "dZ": "jh", "h": "hh", "m": "m", "n": "n", "N": "ng", "l": "l", "l/": "l", "l/2": "l", "l/3": "l", "r": "r",
    "r-": "r", "*": "r", "R": "r", "j": "y", "w": "w", "w#": "w", "x": "k", "?": "", ";": "", "n-": "n", "m-": "m",
    "l-": "l", "z2": "z", "d#": "d",
}  # fmt: skip


def from_festival(name: str) -> str:
    """Phone of the model for one of flite's or festival's.

    Raises
    ------
    KeyError
        If the phone is not known.
    """
    name = name.lower()
    return name if name in SPEECH else _FESTIVAL[name]


def from_espeak(mnemonic: str, *, american: bool) -> tuple[str, ...]:
    """Phones of the model for one of espeak-ng's mnemonics; a glottal stop is none.

    Parameters
    ----------
    mnemonic : str
        Such as "A@" (start), which is "aa r" in American English. In others it is "aa", and where these say the r
        espeak-ng reports that by itself.
    american : bool

    Raises
    ------
    KeyError
        If the mnemonic is not known.
    """
    plain = mnemonic.lstrip("',%=|!")
    if plain.startswith("_") or not plain:
        return (SILENCE,)
    if plain in _ESPEAK_BEFORE_R:
        return tuple(_ESPEAK_BEFORE_R[plain][0 if american else 1].split())
    return tuple(_ESPEAK[plain].split())


def phone_ids() -> dict[str, int]:
    """Kaldi's number of every phone with its position: silence 1, noise 2, then "aa_B", "aa_I" and so on."""
    names = [SILENCE, NOISE, *(f"{phone}_{position}" for phone in SPEECH for position in POSITIONS)]
    return {name: i for i, name in enumerate(names, start=1)}


def output_of(name: str) -> int:
    """Output of the network that a phone with its position shares with the same phone elsewhere."""
    return PHONES.index(name.partition("_")[0])


def word_boundaries() -> str:
    """Content of Kaldi's ``word_boundary.int``."""
    lines = []
    for name, number in phone_ids().items():
        _, _, position = name.partition("_")
        lines.append(f"{number} {_POSITION_NAMES.get(position, 'nonword')}")
    return "\n".join(lines) + "\n"
