"""Text that is surely no command: negations, questions about commands, dictation, greetings.

These patterns are only asked after no rule has understood the phrase ("is the GPU in use" is a command), but for
negation, which comes first: "不要清除点" must clear nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import SILENT, mask

_NEGATION: Final = frozenset(
    "不要 别 勿 不必 不用 无需 不可 请勿 不要再 别再 先别 先不要 不能 不想 不需要 没有 没".split()
)
_VERBS: Final = mask(
    "CLEAR SAVE ADD DRAW UNDO REDO SEGMENT MAKE ACCEPT OPEN PROPAGATE ZOOM IN OUT NEXT PREV GO GOTO SEE HIDE APPROVE FLAG MEASURE RESTART STOP SET"
)

_ENGLISH: Final = (
    # negation
    r"\b(do not|don't|dont|never|must not|mustn't|should not|shouldn't|cannot|can't|won't|wouldn't|without|rather not|no need to|not yet)\b",
    # questions about commands, and questions that no command answers
    r"^(so |and |but |well |ok |okay |um |uh |hey )*(how (do|does|did|can|could|would|should|to|come)|why|when|where|who|whose)\b",
    r"^(so |and |but )*what (does|do|would|happens|happened|is the (command|difference|shortcut|meaning|purpose|point|best)|should|about the patient|time|day|kind of)\b",
    r"^(is|are|does|do|did|should|has|have|was|were|am) (it|there|this|that|undo|redo|i|we|you|the patient|he|she|they)\b.*\b(possible|able|supposed|safe|patient|fracture|pain|lesion|true|normal|"
    r"undo|redo|save|delete|clear|propagate|segment|zoom)\b",
    r"\b(what's|what is) the (difference|command|shortcut|meaning|purpose|weather|time|best)\b",
    r"\bdoes .* (do|mean|work)\b|\b(explain|tell me) (what|how|why)\b|\bwondering\b|\bis there (a|any) (way|command|shortcut|evidence|fracture)\b",
    # dictation
    r"\b(patients?|findings?|impression|history of|evidence of|clinical|symptoms?|denies|complain(s|ed|ing)?|presents?|presented|year old|years old|unremarkable|radiculopathy|"
    r"stenosis|spondyl\w+|scoliosis|kyphosis|lordosis|osteopor\w+|osteophytes?|herniation|herniated|metasta\w+|degenerative|compression|wedging|foraminal|facet|disc|discs|"
    r"sclerotic|lytic|hemangioma|spinous process|pedicles?|laminectomy|fusion|follow up ct|contrast enhanced|there (is|are|was|were)|no (acute|evidence|fracture|significant)|"
    r"mild|moderate|severe|chronic|bilateral|mri|x ray|biopsy|surgery|surgeon|pain|diagnosis|doctor|nurse)\b",
    # greetings and small talk
    r"^(hello|hi|hey|good (morning|afternoon|evening|night)|bye|goodbye|thanks|thank you|cheers|welcome|nice to meet you|see you|how are you|how's it going|what's up)\b[^,;]*$",
    r"\b(coffee|lunch|dinner|breakfast|weather|weekend|tomorrow|yesterday|tonight|football|music|movie|birthday|holiday|meeting|phone|email|weekend|traffic|my (wife|husband|son|daughter|kids))\b",
    # instructions to a machine that this one does not follow
    r"\b(ignore (all|the|previous|your|any)|system prompt|rm -|sudo|import os|os\.system|subprocess|eval|exec|curl|wget|drop table|__\w+__|<script)\b",
)  # fmt: skip
_CHINESE: Final = (
    r"(不要|别|勿|不用|不必|无需|请勿|不想|不能|不需要|先不)",
    r"(怎么|如何|为什么|为何|什么意思|有什么用|干什么用|是什么意思|会怎样|会发生什么|什么时候|在哪里|谁)",
    r"(患者|病人|病史|诊断|骨折|压缩|狭窄|突出|退变|增生|侧弯|疼痛|手术|医生|护士|未见|可见|考虑|轻度|中度|重度|建议|病变|转移|密度影|骨质疏松|椎间盘|神经|复查ct|影像所见|印象)",
    r"^(你好|您好|早上好|下午好|晚上好|谢谢|再见|拜拜|辛苦了|大家好|嗨)[啊呀吗呢了!！。 ]*$",
    r"(天气|吃饭|午饭|晚饭|咖啡|周末|明天|昨天|会议|电话|足球|音乐|电影|生日|下班)",
)
_PATTERNS: Final = tuple(re.compile(pattern) for pattern in (*_ENGLISH, *_CHINESE))


def negated(tokens: Sequence[Token]) -> bool:
    """Whether a Chinese negation stands before a verb: 不要清除点."""
    for token, after in zip(tokens, tokens[1:], strict=False):
        if token.text in _NEGATION and after.mask & _VERBS:
            return True
    return False


def surely_no_command(text: str, tokens: Sequence[Token]) -> bool:
    """Whether a phrase that no rule understood is surely no command.

    Parameters
    ----------
    text : str
        Normal form of the phrase.
    tokens : sequence of Token
        Its tokens.
    """
    if not any(token.mask & ~SILENT for token in tokens if token.kind == "word") and any(
        t.kind == "unknown" for t in tokens
    ):
        return True
    return any(pattern.search(text) for pattern in _PATTERNS)
