"""From raw text to plain lower-case text: width, case, punctuation, paths set aside.

Paths and quoted names keep their letters as they were written: each is replaced by one private-use character and handed
back beside the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

#: First of the private-use characters that stand for paths.
PATH_MARK: Final = 0xE000
#: No sentence names more paths than this.
MAX_PATHS: Final = 16

_EXTENSION: Final = r"\.(?:nii\.gz|nii|dcm|png|jpe?g|tiff?|bmp|nrrd|mha|mhd)(?![A-Za-z0-9])"
_STOP: Final = r"\s\"'<>|*?,;，。；、“”「」"
_QUOTED: Final = r"\"([^\"\n]+)\"|“([^”\n]+)”|「([^」\n]+)」|《([^》\n]+)》|(?<!\S)'([^'\n]+)'(?!\w)|‘([^’\n]+)’"
_ROOT: Final = r"(?:[A-Za-z]:[\\/]|~[\\/]|\.{1,2}[\\/]|/|\\\\)"
_PATH: Final = re.compile(
    rf"{_QUOTED}"
    rf"|((?<![A-Za-z0-9_/.]){_ROOT}[^{_STOP}]*?{_EXTENSION}|(?<![A-Za-z0-9_/.]){_ROOT}[^{_STOP}]+)"
    rf"|((?<![A-Za-z0-9_.\\/-])[A-Za-z0-9_][A-Za-z0-9_.\\/-]*?{_EXTENSION}|(?<=\s)[^{_STOP}]+?{_EXTENSION})",
    re.IGNORECASE,
)
#: What is quoted is a file only where it looks like one.
_NAME: Final = re.compile(r"[./\\]")
_SPOKEN_EXTENSION: Final = re.compile(
    r"\s*(?:\bdot|\bpoint|点)\s*(nii|n i i|nifti|png|jpe?g|tiff?)(?:\s*(?:dot|point|点)\s*(gz|g z|gee zee|g zee))?\b",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ue000-\uf8ff]+")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")

_TRANSLATE: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "−": "-", "–": "-", "—": ",", "…": ".", "•": ","}
)
_TIMES: Final = re.compile(r"(?<=\d)\s*[x×*]\s*(?=\d)")
_LIST_COMMA: Final = re.compile(r"(?<=\d)\s*,\s*(?=-?\d)")
_HYPHEN: Final = re.compile(r"(?<=[a-z0-9])-(?=[a-z0-9])|(?<=[a-z])-(?=\s|$)")
_MINUS: Final = re.compile(r"\b(wl|wc|level|center|centre)\s*-(?=\d)|\b(l)-(?=\d{2})")
_COLON: Final = re.compile(r"(?<=[a-z]):\s*(?=-?\d)")
#: "+3" is three ahead.
_PLUS: Final = re.compile(r"(?<![\w+])\+=?\s*(?=\d+(?![\d,.]))")
_BRACKET: Final = re.compile(r"[()\[\]<>=*|#]|\bnumber:")
_NO_DONT: Final = re.compile(r"^(no|nope)\s*,\s*(?=don'?t\b|do not\b)")
_SPACE: Final = re.compile(r"\s+")


class Normal(NamedTuple):
    """Plain text and what was set aside: ``paths[k]`` stands where the text has ``chr(PATH_MARK + k)``."""

    text: str
    paths: tuple[str, ...]
    question: bool


def strip_control(text: str) -> str:
    """Text on one line: control, format and private-use characters become spaces."""
    return _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()


def has_url(text: str) -> bool:
    """Whether the text names an address with a scheme; nothing here opens one."""
    return bool(_URL.search(text))


def _spoken_file_name(text: str) -> str:
    """Join a file name that was spoken: "l three dot nii dot gz" becomes "l3.nii.gz"."""

    def written(match: re.Match[str]) -> str:
        stem = match.group(1).replace(" ", "").lower()
        stem = "nii" if stem == "nifti" else stem
        return f".{stem}" + (".gz" if match.group(2) else "")

    return _SPOKEN_EXTENSION.sub(written, text)


def normalise(text: str) -> Normal:
    """Return the normal form of one phrase, already stripped of control characters."""
    paths: list[str] = []

    def aside(match: re.Match[str]) -> str:
        quoted = next((group for group in match.groups()[:6] if group), None)
        path = quoted.strip() if quoted else match.group(0).rstrip(".!?:)。！？")
        if quoted and not _NAME.search(path):
            return match.group(0).replace("'", '"')
        if not path or len(paths) >= MAX_PATHS:
            return match.group(0)
        paths.append(path)
        return f" {chr(PATH_MARK + len(paths) - 1)} "

    text = _PATH.sub(aside, _spoken_file_name(text))
    text = unicodedata.normalize("NFKC", text).translate(_TRANSLATE).lower()
    question = text.rstrip().endswith(("?", "吗"))
    text = _TIMES.sub(" , ", text)
    text = _LIST_COMMA.sub(" ", text)
    text = _MINUS.sub(lambda match: f"{match.group(1) or match.group(2)} -", text)
    text = _HYPHEN.sub(" ", text)
    text = _COLON.sub(" ", text)
    text = _PLUS.sub(" forward ", text)
    text = _BRACKET.sub(" ", text)
    text = _NO_DONT.sub(r"\1 ", text)
    return Normal(_SPACE.sub(" ", text).strip(), tuple(paths), question)
