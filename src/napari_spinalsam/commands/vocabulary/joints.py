"""What stands between commands and before or instead of numbers: joints, quantities, homophones, short forms.

Data only, for the lexer. A "stop" always ends a command, a "join" may also stand in a list.
"""

from __future__ import annotations

from typing import Final

JOINS: Final = {
    "stop": (
        "then", "and then", "after that", "and after that", "afterwards", "and afterwards", "followed by",
        "then after that", "and finally", "finally", "after which", "subsequently",
        "and subsequently", "before you", "thereafter",
    ),
    "join": ("and", "plus", "also", "and also", "as well as", "along with", "together with"),
}  # fmt: skip
CHINESE_JOINS: Final = {
    "stop": (
        "然后",
        "接着",
        "之后",
        "以后",
        "完后",
        "完以后",
        "完之后",
        "随后",
        "再",
        "然后再",
        "接着再",
        "最后再",
        "之后再",
        "并且再",
        "紧接着",
        "完了",
        "完成后",
        "后再",
        "而后",
    ),
    "join": ("并", "并且", "和", "与", "以及", "及", "同时", "跟", "还有", "而且", "另外", "并再", "且"),
}
QUANTITIES: Final = {
    ("a", "couple", "of"): 2, ("a", "couple"): 2, ("couple", "of"): 2, ("couple",): 2,
    ("a", "pair", "of"): 2, ("pair", "of"): 2,
    ("a", "dozen"): 12, ("dozen",): 12, ("half", "a", "dozen"): 6, ("two", "dozen"): 24,
    ("twice",): 2, ("thrice",): 3, ("once",): 1, ("one", "time"): 1, ("one", "more", "time"): 1,
}  # fmt: skip
CHINESE_QUANTITIES: Final = {"俩": 2, "仨": 3, "一打": 12}
SHORT_FORMS: Final = {
    "nxt": "next",
    "prev": "previous",
    "fwd": "forward",
    "bk": "back",
    "thru": "through",
    "w/": "with",
}
#: Said before a homophone of a number: "add for points", "skip to slices".
BEFORE_COUNT: Final = frozenset(
    [
        "add",
        "put",
        "place",
        "insert",
        "skip",
        "back",
        "forward",
        "ahead",
        "advance",
        "undo",
        "redo",
        "next",
        "previous",
        "go",
        "draw",
        "drop",
        "last",
        "by",
        "propagate",
        "another",
    ]
)
COUNTED: Final = frozenset(
    [
        "points",
        "point",
        "slices",
        "images",
        "frames",
        "pictures",
        "times",
        "steps",
        "dots",
        "clicks",
        "seeds",
        "changes",
        "edits",
        "actions",
    ]
)
HOMOPHONES: Final = {
    "for": 4,
    "to": 2,
    "too": 2,
    "won": 1,
    "ate": 8,
    "fore": 4,
    "tree": 3,
    "sex": 6,
    "nein": 9,
    "tin": 10,
}
