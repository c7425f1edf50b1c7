"""Text that is surely no command: negations, questions about commands, dictation, greetings.

These patterns are only asked after no rule has understood the phrase ("is the GPU in use" is a command), but for
negation, which comes first: "不要清除点" must clear nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from napari_spinalsam.commands.lexer import Token
from napari_spinalsam.commands.lexicon import mask

_NEGATION: Final = frozenset(
    [
        "不要",
        "别",
        "勿",
        "不必",
        "不用",
        "无需",
        "不可",
        "请勿",
        "不要再",
        "别再",
        "先别",
        "先不要",
        "不能",
        "不想",
        "不需要",
        "没有",
        "没",
    ]
)
_VERBS: Final = mask(
    "CLEAR SAVE ADD DRAW UNDO REDO SEGMENT OPEN PROPAGATE ZOOM IN OUT NEXT PREV APPROVE FLAG MEASURE RESTART"
)

_COMMAS: Final = frozenset(",，、")
_COMMAND_VERB: Final = (
    r"(add|place|draw|undo|redo|save|export|delete|remove|clear|erase|reset|segment|generate|accept|reject|open|load"
    r"|propagate|track|zoom|flag|approve|label|measure|evaluate|stop|move|go|change|touch|overwrite|use|switch|set|close"
    r"|write|store)"
)
_LEAD: Final = r"^(?:(?:so|and|but|ok|okay|um|uh|hey|please|just|tell me|explain) )*"
_ENGLISH: Final = (
    # negation
    rf"{_LEAD}(do not|don't|dont|never|you must not|you should not|you shouldn't) (ever |automatically |just |yet )?"
    rf"{_COMMAND_VERB}\b[^,;]*$",
    # questions about commands
    rf"{_LEAD}(how|when|why|where) (do|does|can|could|would|should|did) (i|we|you|one|it|they|people) "
    rf"{_COMMAND_VERB}\b[^,;]*$",
    rf"{_LEAD}what (does|do|would|will) (the |a |an )?[\w ]{{1,30}} (do|mean|does)$",
    rf"{_LEAD}what happens (if|when)\b",
    # dictation
    r"\b(no evidence of|history of|year old (male|female|man|woman|patient|lady|gentleman)|complains of|presents with"
    r"|the patient (has|had|is|was|reports|denies|complains|underwent|presents))\b(?!.*[,;] *(next|undo|save|go))",
    # greetings
    r"^(hello|hi|hey|good (morning|afternoon|evening|night)|bye|goodbye|thanks|thank you|cheers|nice to meet you"
    r"|how are you)( (there|everyone|all|very much|so much|a lot|again|today|doctor|computer))*$",
    # instructions to a machine that this one does not follow
    r"\b(ignore ((all|the|your|any|my|previous|prior|above|earlier|other) )+(instruction|rule|prompt|message)s?\b"
    r"|system prompt|rm -|sudo|import os|os\.system|subprocess|drop table"
    r"|__\w+__|script>)",
)
_CHINESE: Final = (
    r"^(你好|您好|早上好|下午好|晚上好|谢谢|再见|拜拜|辛苦了|大家好|嗨)[啊呀吗呢了!！。 ]*$",
    r"(是什么意思|有什么用|会怎样|会发生什么)",
    r"^(怎么|如何|怎样)(才能|可以|能)?(保存|撤销|重做|删除|清除|添加|分割|打开|导出|传播|放大|测量)[^，,]*$",
    r"^[^，,备注]*(患者|病人)[^，,]*(岁|腰痛|疼痛|主诉|病史)",
)
_PATTERNS: Final = tuple(re.compile(pattern) for pattern in (*_ENGLISH, *_CHINESE))


def negated(tokens: Sequence[Token]) -> bool:
    """Whether a Chinese negation stands before a verb: 不要清除点."""
    return any(token.text in _NEGATION and after.mask & _VERBS for token, after in itertools.pairwise(tokens))


def wholly_negated(tokens: Sequence[Token]) -> bool:
    """Whether every order in a phrase is negated: in "不要上一张，要下一张" the second is not."""
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "stop" or token.text in _COMMAS:
            clauses.append([])
        else:
            clauses[-1].append(token)
    orders = [clause for clause in clauses if any(token.mask & _VERBS for token in clause)]
    return bool(orders) and all(map(negated, orders))


def surely_no_command(text: str) -> bool:
    """Whether a phrase that no rule understood is surely no command.

    Parameters
    ----------
    text : str
        Normal form of the phrase.
    """
    return any(pattern.search(text) for pattern in _PATTERNS)
