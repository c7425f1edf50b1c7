"""Free text in a phrase: "comment: old fracture", "flag L4: please check", 备注：陈旧骨折.

The text of a comment is the user's own and is kept as written; it is never searched for commands, but for one that
follows after "then" or a semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pydantic import ValidationError

from napari_spinalsam.commands.lexer import tokenise
from napari_spinalsam.commands.normalise import normalise
from napari_spinalsam.commands.operations import BaseOperation, Label, Review, ReviewStatus

Parser = Callable[[str], tuple[BaseOperation, ...]]

_LEVEL: Final = (
    r"(?:[CTLS]\s?-?\d{1,2}|(?:el|ell|tee|tea|see|cee|ess|[ctls])\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\s(?:cervical|thoracic|lumbar|sacral)(?:\svertebra)?"
    r"|(?:cervical|thoracic|lumbar|sacral)\s\w+"
    r"|第?[一二三四五六七八九十\d]{1,2}[颈胸腰骶]椎|[颈胸腰骶]椎?[一二三四五六七八九十\d]{1,2})"
)
_LEAD: Final = (
    r"(?:please|(?:could|can|would|will) you|(?:can|could) we|we should|you can|i (?:want|need)(?: you)? to|i'd like to"
    r"|i would like to|let's|let me|go ahead and|perfect|great|good|hey computer|computer|hello|hey|napari"
    r"|quickly|then|and|next|well|right|just|now"
    r"|uhm?|um|ah|oh|er|ok|okay|so|kindly|thanks|,|\s|请|帮我|麻烦|给|我想|我要|嗯|那个|好的|好|能不能|可以)*"
)
_SUBJECT: Final = (
    rf"(?:(?P<subject>{_LEVEL}|this level|this vertebra|the level|当前节段|这个椎体|这一节)\s*[,:：，]?\s*)?"
)
_VERB: Final = (
    r"(?:(?:add|leave|make|write(?: down)?|put|insert|enter|record|attach|set|save|create|take|give|log|dictate"
    r"|jot(?: down)?|pin|plant|type(?: in)?|stick|post"
    r"|添加|加|写|写上|写个|加上|加个|做|增加|记录|留下|加入|录入)\s*"
    r"(?:an?|the|my|this|following|一个|一条|个|条|new|review|short|quick|\s)*\s*)?"
)
_WORD: Final = r"(?P<word>comment|note|remark|memo|cmt|annotate|备注|批注|评论|注释|附注)"
_ABOUT: Final = (
    r"\s*(?:(?:on|for|to|at|about|of|in)\s+)?(?:the\s+)?(?:(?:level|vertebra)\s+)?"
    rf"(?P<label>{_LEVEL})(?:\s+vertebra|椎体)?(?![A-Za-z0-9_.])"
)
_CURRENT: Final = (
    r"\s+(?:(?:on|for|to|about|at)\s+(?:(?:this|the current|the|that)\s+)?|(?:this|the current)\s+)"
    r"(?:level|vertebra)\b"
)
_SAYING: Final = (
    r"\s*(?:[:：,，-]|\b(?:say[a-z]{2,5}|sying|saing|that says|that reads|which says|with the text|with text|text"
    r"|as follows|reads|stating)\b[:：]?|(?:内容是|内容为|为|说))?\s*"
)
_COMMENT: Final = re.compile(
    rf"^{_LEAD}{_SUBJECT}{_VERB}{_WORD}(?P<s>s?)(?![a-z])(?:{_ABOUT}|{_CURRENT})?{_SAYING}(?P<text>.*)$",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(rf"^(?P<text>.+?)\s+(?:at|on|for|to|in)\s+(?P<label>{_LEVEL})[.!。]?$", re.IGNORECASE)
_MARKED: Final = re.compile(
    rf"^{_LEAD}(?P<status>flag|approve|标记|批准)\s*(?P<label>{_LEVEL})?"
    r"(?:this level|this vertebra|the level|this|it|\s)*(?:[:：]|\s+(?:because(?: of(?: an?)?)?|due to(?: an?)?|reason"
    r"|with (?:the |a )?(?:comment|note|remark|text|reason)|saying|因为|备注|原因)[:：]?)\s*(?P<text>.+)$",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"\s*(?:;|；|,?\s*\b(?:and then|then|after that)\b|，?\s*然后"
    r"|,\s*and\s+(?=next|save|go|approve|undo|show|hide)|[.。]\s+(?=\w))\s*",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"^(?P<head>.+?)\s*(?:,|;|，|；|\band then\b|\bthen\b|\band\b|\bwith\b|然后|并且|并)\s*"
    rf"(?P<comment>(?:and\s+)?{_VERB}(?:comment|备注|批注|评论|note\s*:).*)$",
    re.IGNORECASE,
)
_IN_QUOTES: Final = re.compile(
    r"^(?:\"([^\"]+)\"|“([^”]+)”|「([^」]+)」|'([^']+)')\W*(?:ok|okay|please|pls|thanks)?\W*$"
)
_WITH: Final = re.compile(r"^with\s+", re.IGNORECASE)
_POLITE_END: Final = re.compile(
    r"(?:[,，]?\s*(?:\b(?:please|pls|plz|thanks|thank you|if you can|if possible"
    r"|(?:will|would|could) you)|谢谢|好吗|可以吗))+\s*[.!?。！？]*$",
    re.IGNORECASE,
)
#: A comment that begins so is a sentence about something else: "comment on the weather", "note that …".
_NO_TEXT: Final = re.compile(r"^(?:on|about|for|that|the\s+patient|how|what|if|s\b|ed\b|ing\b)\b", re.IGNORECASE)
_TELLTALE: Final = re.compile(
    r"comment|note|remark|memo|cmt|annotate|flag|approve|备注|批注|评论|注释|附注|标记|批准", re.IGNORECASE
)


def parse(line: str, parser: Parser) -> tuple[BaseOperation, ...] | None:
    """Operations of a phrase with free text, or None where it has none.

    Parameters
    ----------
    line : str
        One line, as written.
    parser : callable
        Parses the parts before and after the free text.
    """
    if not _TELLTALE.search(line):
        return None
    found = _whole(line, parser)
    if found is not None:
        return found
    match = _BEFORE.match(line)
    if match is None:
        return None
    before, comment = parser(match["head"]), _whole(match["comment"], parser)
    if not before or not comment or (isinstance(before[-1], Review) and _is_bare_comment(comment)):
        return None
    return (*before, *comment)


def _is_bare_comment(operations: tuple[BaseOperation, ...]) -> bool:
    """Whether a comment names no level: after "approve L3" it may belong to that."""
    return isinstance(operations[0], Review) and operations[0].label is None


def _whole(line: str, parser: Parser) -> tuple[BaseOperation, ...] | None:
    marked = _MARKED.match(line)
    if marked is not None:
        status: ReviewStatus = "approved" if marked["status"].lower() in ("approve", "批准") else "flagged"
        return _with_tail(status, _label(marked["label"]), marked["text"], parser)
    match = _COMMENT.match(line)
    if match is None or match["s"]:
        return None
    text, label = match["text"].strip(), _label(match["label"] or match["subject"])
    explicit = ":" in line or "：" in line
    if match["word"].lower() in ("note", "remark", "memo", "annotate") and not (
        explicit or label or _has_verb(line, match)
    ):
        return None
    if match["word"].lower() == "annotate" and not text:
        return None
    if not explicit and _NO_TEXT.match(text):
        return None
    return _with_tail("comment", label, text, parser, trailing=not explicit and label is None)


def _has_verb(line: str, match: re.Match[str]) -> bool:
    """Whether something like "add a" stands before the word "note"."""
    return bool(
        re.search(
            r"\b(?:add|leave|make|write|put|insert|record|attach|create|take)\b|添加|加|写",
            line[: match.start("word")],
            re.IGNORECASE,
        )
    )


def _with_tail(
    status: ReviewStatus, label: Label | None, text: str, parser: Parser, *, trailing: bool = False
) -> tuple[BaseOperation, ...] | None:
    rest: tuple[BaseOperation, ...] = ()
    for cut in _THEN.finditer(text):
        following = parser(text[cut.end() :])
        if following:
            text, rest = text[: cut.start()], following
            break
    text = _own_words(text)
    if trailing:
        end = _TRAILING.match(text)
        if end is not None and _label(end["label"]) is not None:
            text, label = end["text"], _label(end["label"])
    try:
        return (Review(status=status, label=label, text=text or None), *rest)
    except ValidationError:
        return None


def _own_words(text: str) -> str:
    """Strip a comment of quotes round it and of a "please" after it."""
    text = _WITH.sub("", text.strip())
    quoted = _IN_QUOTES.match(text)
    if quoted is not None:
        return str(next(filter(None, quoted.groups()))).strip()
    return _POLITE_END.sub("", text).strip().strip('"“”「」').strip(" ,，")


def _label(text: str | None) -> str | None:
    """Level named by a few words, or None."""
    if not text:
        return None
    codes = [token.code for token in tokenise(normalise("label " + text)) if token.code is not None]
    return f"{codes[0][0]}{codes[0][1]}" if len(codes) == 1 else None
