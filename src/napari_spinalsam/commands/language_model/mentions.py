"""What a sentence names: paths, numbers, vertebral levels, grid cells and remarks.

An answer may hold nothing else as an argument. So no model output, however wrong, can read or write a path the user did
not name, or act on a number nobody said, and long arguments need not be decoded token by token.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from napari_spinalsam.commands.language_model.spelling import words_to_digits
from napari_spinalsam.vertebrae import LEVELS

#: Longer text is no command (it is dictation, or an attack on the memory).
MAX_CHARACTERS: Final = 400
_MAX_REMARK_STARTS: Final = 40
_MAX_NUMBERS: Final = 24

_EXTENSION: Final = r"\.(?:nii(?:\.gz)?|nrrd|mha|mhd|dcm|dicom|png|jpe?g|tiff?|bmp|zip|gz)"
_CHINESE: Final = r"\u4e00-\u9fff\u3000-\u303f\uff00-\uffef"
_PATH: Final = re.compile(
    rf"""
      ["'“‘「『](?P<quoted>[^"'“”‘’「」『』]*?(?:[/\\]|{_EXTENSION})[^"'“”‘’「」『』]*)["'”’」』]
    | (?P<rooted>(?<![\w.])(?:[A-Za-z]:)?[~.]{{0,2}}[/\\][^\s"'，。；]+)
    | (?P<named>[^\s"',;:/\\{_CHINESE}][^\s"',;:{_CHINESE}]*{_EXTENSION}(?![\w/]))
    | (?P<folder>[\w.-]+(?:[/\\][\w.-]*)+)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
#: Slashes that part words and numbers, not folders: "and/or", "L4/5", "120/80".
_NO_FOLDER: Final = re.compile(r"[A-Za-z]+(?:[/\\][A-Za-z]*)|[A-Za-z]?\d+(?:[/\\][A-Za-z]?\d*)*")
_REGIONS: Final = {
    **dict.fromkeys(("l", "el", "ell", "elle", "lumbar", "腰", "腰椎"), "l"),
    **dict.fromkeys(("t", "tee", "tea", "thoracic", "dorsal", "胸", "胸椎"), "t"),
    **dict.fromkeys(("c", "sea", "cee", "cervical", "颈", "颈椎"), "c"),
    **dict.fromkeys(("s", "ess", "sacral", "骶", "骶椎"), "s"),
}
_HOMOPHONES: Final = {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "tree": "3", "free": "3"}
_LETTERS: Final = {"bee": "b", "be": "b", "see": "c", "sea": "c", "dee": "d", "ee": "e", "eff": "f", "gee": "g"}
_HOMOPHONE_LEVEL: Final = re.compile(rf"\b(el|ell|elle|tea|tee) ({'|'.join(_HOMOPHONES)})\b")
_LEVEL: Final = re.compile(
    r"(?<![a-z0-9])(l|el|ell|elle|lumbar|t|tee|tea|thoracic|dorsal|c|cee|sea|cervical|s|ess|sacral)(?: vertebra)?"
    r"(?: number)?[ -]?(\d{1,2})(?![0-9a-z.]|th)"
)
_ORDINAL_LEVEL: Final = re.compile(
    r"(?:(?<=\b)(\d{1,2})(?:st|nd|rd|th)|\b(first)) (lumbar|thoracic|dorsal|cervical|sacral)"
    r"(?: vertebral body| vertebra| body| level| segment)?"
)
_CHINESE_LEVEL: Final = re.compile(
    r"(?:第(\d{1,2})[节个]?(腰椎|胸椎|颈椎|骶椎))|(?:(腰|胸|颈|骶)椎?第?(\d{1,2})(?:椎体?|节|号)?)"
)
_CELL_WORD: Final = re.compile(
    r"\b(cell|cells|grid|square|格子?|单元格?|网格) ?(bee|be|see|sea|dee|ee|eff|gee|[a-z]) ?(\d{1,2})(?!\d)"
)
_SPACED_CELL: Final = re.compile(r"(?<![a-z0-9])([b-hj-wz]) (\d{1,2})(?![0-9a-z.])")
_NAMED: Final = re.compile(r"(?<![a-z0-9])([a-z])([1-9]\d?)(?![0-9a-z])")
#: Digits that are no part of a level or a cell; "x4" is "4 times" as well as a cell, "3d" is no number.
_NUMBER: Final = re.compile(r"(?<![a-wz0-9.#])\d+(?:\.\d+)?(?!\d|d\b)", re.ASCII)
#: Coordinates said the other way round; numbers are kept with x before y.
_ROW_FIRST: Final = re.compile(
    r"(?:\brow|\by|行|纵坐标) ?(?:=|:|equals)? ?(\d+)(?:[,，]? ?(?:and )?)"
    r"(?:column|col|\bx|列|横坐标) ?(?:=|:|equals)? ?(\d+)"
)
_WORD_START: Final = re.compile(r"(?<![\w'’#-])\w|[\u4e00-\u9fff]")
_CLAUSE_END: Final = re.compile(r"[,;.，。；!！\n]|\s(?:and|then)\s|然后|并且|再|接着", re.IGNORECASE)
_REMARK_TRIM: Final = " \t\r\n\"'“”‘’「」.。,，;；:：!！"


@dataclass(frozen=True)
class Mentions:
    """What one sentence names.

    Attributes
    ----------
    shown : str
        The sentence as the model sees it; paths are ``#1``, ``#2``, …
    paths : tuple of str
        The paths, as written.
    numbers : tuple of str
        Numbers in the order in which they were said, in digits; a leading minus where one was said.
    levels : tuple of str
        Vertebral levels, or, where none is named, every level whose digit was said.
    cells : tuple of str
        Grid cells such as ``"C4"``.
    remarks : dict of str to str
        Stretches of the sentence that a review comment may consist of: as shown -> as written.
    """

    shown: str
    paths: tuple[str, ...]
    numbers: tuple[str, ...]
    levels: tuple[str, ...]
    cells: tuple[str, ...]
    remarks: dict[str, str]

    @property
    def integers(self) -> tuple[str, ...]:
        """The numbers that are whole and not negative, each once."""
        return tuple(dict.fromkeys(str(int(n)) for n in self.numbers if n.isdigit()))


def find_mentions(text: str, *, plain: bool) -> Mentions:
    """Everything that ``text`` names.

    Parameters
    ----------
    text : str
        The sentence, at most :data:`MAX_CHARACTERS` long.
    plain : bool
        Show it to the model in lower case with digits for number words (bundled model), or as written.
    """
    masked, paths = _mask_paths("".join(c if c.isprintable() else " " for c in text).strip())
    spelled = _spell_plainly(masked)
    named = list(dict.fromkeys(f"{a.upper()}{b}" for a, b in _NAMED.findall(spelled)))
    numbers = _numbers(spelled)
    show = _spell_plainly if plain else str
    return Mentions(
        shown=show(masked),
        paths=tuple(paths),
        numbers=numbers,
        levels=_levels(spelled, named, numbers),
        cells=tuple(named),
        remarks={show(remark): remark for remark in _remarks(masked) if "#" not in remark},
    )


def _mask_paths(text: str) -> tuple[str, list[str]]:
    """Put ``#1``, ``#2``, … in the place of paths; the text and the paths. Other ``#`` are left out."""
    paths: list[str] = []
    pieces: list[str] = []
    end = 0
    for match in _PATH.finditer(text):
        written = match.group() if match["quoted"] is None else match["quoted"].strip()
        if match["folder"] is not None and _NO_FOLDER.fullmatch(written):
            continue
        path = written.rstrip(".,;:!?)") or written
        if path not in paths:
            paths.append(path)
        after = written[len(path) :]
        pieces += [text[end : match.start()].replace("#", " "), f"#{paths.index(path) + 1}{after}"]
        end = match.end()
    return "".join(pieces) + text[end:].replace("#", " "), paths


def _spell_plainly(text: str) -> str:
    """Lower case; number words as digits; levels and cells as ``l3``, ``c4``; single spaces."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"\s+", " ", text.replace("−", "-").replace("’", "'")).strip()
    text = _HOMOPHONE_LEVEL.sub(lambda m: f"{m[1]} {_HOMOPHONES[m[2]]}", text)
    text = re.sub(r"\bminus (?=\d)|负(?=\d)", "-", words_to_digits(text))
    text = _CELL_WORD.sub(lambda m: f"{m[1]} {_LETTERS.get(m[2], m[2])}{m[3]}", text)
    text = _ORDINAL_LEVEL.sub(lambda m: f"{_REGIONS[m[3]]}{m[1] or 1}", text)
    text = _LEVEL.sub(lambda m: f"{_REGIONS[m[1]]}{m[2]}", text)
    text = _CHINESE_LEVEL.sub(lambda m: f"{_REGIONS[m[2] or m[3]]}{m[1] or m[4]}", text)
    return _SPACED_CELL.sub(r"\1\2", text)


def _numbers(spelled: str) -> tuple[str, ...]:
    found: list[str] = []
    spelled = _ROW_FIRST.sub(r"x \2 y \1", spelled)
    for match in _NUMBER.finditer(spelled):
        before = spelled[: match.start()]
        signed = re.search(r"(?:^|[\s(\[,:\u4e00-\u9fff])-$", before) or re.search(r"\bnegative $", before)
        number = match.group()
        number = number if "." in number else str(int(number))
        found.append(f"-{number}" if signed and before.endswith("-") else number)
        if signed and not before.endswith("-"):
            found.append(f"-{number}")
    return tuple(dict.fromkeys(found)) if len(found) > _MAX_NUMBERS else tuple(found)


def _levels(spelled: str, named: list[str], numbers: tuple[str, ...]) -> tuple[str, ...]:
    levels = [name for name in named if name in LEVELS]
    if re.search(r"sacr|骶", spelled):
        levels.append("S1")
    if re.search(r"\batlas\b|寰", spelled):
        levels.append("C1")
    if re.search(r"\baxis\b|\bdens\b|枢椎", spelled):
        levels.append("C2")
    return tuple(dict.fromkeys(levels)) or tuple(level for level in LEVELS if level[1:] in numbers)


def _remarks(text: str) -> list[str]:
    """Stretches from the start of a word to the end of a clause, longest first."""
    starts = [match.start() for match in _WORD_START.finditer(text)][1 : _MAX_REMARK_STARTS + 1]
    ends = [len(text), *(match.start() for match in _CLAUSE_END.finditer(text))]
    found = (text[start:end].strip(_REMARK_TRIM) for start in starts for end in ends if end > start)
    return list(dict.fromkeys(remark for remark in found if remark and '"' not in remark))
