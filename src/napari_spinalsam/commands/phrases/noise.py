"""How people really type and speak: politeness, fillers, missing words, typing mistakes, no punctuation.

Slots (``{n}``) are left alone: noise never changes what a phrase means.
"""

from __future__ import annotations

import random
import re
from typing import Final

from napari_spinalsam.commands.phrases.slots import Manner

_PREFIXES: Final = (
    "please ",
    "please ",
    "please, ",
    "pls ",
    "could you ",
    "could you please ",
    "can you ",
    "can you please ",
    "would you ",
    "would you please ",
    "will you ",
    "now ",
    "now please ",
    "ok ",
    "ok, ",
    "okay ",
    "alright, ",
    "so ",
    "hey, ",
    "hey computer ",
    "napari, ",
    "computer, ",
    "um ",
    "uh ",
    "er ",
    "well, ",
    "let's ",
    "i want to ",
    "i'd like to ",
    "i would like to ",
    "i need to ",
    "just ",
    "go ahead and ",
    "you can ",
    "then ",
    "and now ",
    "next, ",
    "kindly ",
    "we should ",
    "can we ",
    "could we ",
    "let me ",
    "i want you to ",
    "would you mind to ",
    "try to ",
    "it's time to ",
    "quickly ",
    "hello, ",
    "good, now ",
    "perfect, now ",
    "right, ",
)
_STATEMENT_PREFIXES: Final = (
    "ok ",
    "ok, ",
    "hmm, ",
    "um ",
    "uh ",
    "well ",
    "so ",
    "hey ",
    "right, ",
    "ah, ",
    "hm ",
    "oh, ",
    "now ",
)
_SUFFIXES: Final = (
    " please",
    " please",
    " pls",
    ", please",
    " now",
    " thanks",
    ", thanks",
    " thank you",
    " for me",
    " will you",
    " ok",
    " then",
    " quickly",
    ", would you",
    " if you can",
    " again please",
)
_CHINESE_PREFIXES: Final = (
    "请",
    "请",
    "麻烦",
    "帮我",
    "请帮我",
    "麻烦你",
    "现在",
    "好，",
    "嗯，",
    "那就",
    "给我",
    "我想",
    "我要",
    "可以",
    "能不能",
    "你好，",
    "那个，",
    "接下来",
    "先",
)
_CHINESE_SUFFIXES: Final = ("吧", "一下", "，谢谢", "谢谢", "。", "！", "啊", "好吗", "可以吗", "呗", "哦", "，麻烦了")
_DROPPABLE: Final = frozenset(
    ["the", "a", "an", "to", "of", "me", "it", "is", "for", "on", "in", "please", "my", "this"]
)
_SWAPPED: Final = {
    "the": "teh",
    "please": "plz",
    "you": "u",
    "slice": "slcie",
    "and": "n",
    "next": "nxt",
    "mask": "msak",
    "points": "ponits",
}
#: Letter -> letters beside it on the keyboard.
_KEYBOARD: Final = """a=sq b=vn c=xv d=sf e=wr f=dg g=fh h=gj i=uo j=hk k=jl l=k m=n n=bm o=ip p=o q=w r=et s=ad t=ry
u=yi v=cb w=qe x=zc y=tu z=x"""
_NEIGHBOURS: Final = {pair[0]: pair[2:] for pair in _KEYBOARD.split()}


def wrap(text: str, manner: Manner, rng: random.Random, *, imperative: bool, open_end: bool) -> str:
    """Politeness, fillers and an ending around a phrase; free text with an open end takes nothing after it."""
    if manner.chinese:
        before, after = (_CHINESE_PREFIXES if imperative else ("嗯，", "那个，", "好，")), _CHINESE_SUFFIXES
        text = rng.choice(before) + text if rng.random() < 0.3 else text
        return text + rng.choice(after) if not open_end and rng.random() < 0.25 else text
    if rng.random() < 0.4:
        text = rng.choice(_PREFIXES if imperative else _STATEMENT_PREFIXES) + text
    if imperative and not open_end and rng.random() < 0.2:
        text += rng.choice(_SUFFIXES)
    return text


def disturb(text: str, manner: Manner, rng: random.Random) -> str:
    """Missing small words, typing mistakes, capitals and punctuation, outside of slots."""
    if not manner.chinese:
        words = text.split(" ")
        if rng.random() < 0.12:
            words = _drop_one(words, rng)
        if not manner.spoken:
            for _ in range(rng.choices((0, 1, 2), (82, 14, 4))[0]):
                words = _mistype_one(words, rng)
        text = " ".join(words)
    if manner.spoken:
        return re.sub(r"[,.;:!?\"“”‘’()]+|(?<=[a-z])-(?=[a-z])", " ", text.lower()).replace("  ", " ").strip()
    return _punctuate(text, manner, rng)


def _punctuate(text: str, manner: Manner, rng: random.Random) -> str:
    if not manner.chinese:
        draw = rng.random()
        if draw < 0.3 and text[:1].isalpha():
            text = text[0].upper() + text[1:]
        elif draw < 0.34:
            text = re.sub(r"[^{}]+(?![^{]*\})", lambda match: match.group().upper(), text)
    ending = rng.choices(("", ".", "!", "?", "..."), (70, 20, 5, 3, 2))[0]
    return text if text[-1:] in ".!?。！？}" else text + ending


def _drop_one(words: list[str], rng: random.Random) -> list[str]:
    places = [i for i, word in enumerate(words) if word.lower() in _DROPPABLE]
    if not places or len(words) < 3:
        return words
    i = rng.choice(places)
    return words[:i] + words[i + 1 :]


def _mistype_one(words: list[str], rng: random.Random) -> list[str]:
    places = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha() and word.isascii()]
    if not places:
        return words
    i = rng.choice(places)
    return [*words[:i], _mistype(words[i], rng), *words[i + 1 :]]


def _mistype(word: str, rng: random.Random) -> str:
    if word in _SWAPPED and rng.random() < 0.4:
        return _SWAPPED[word]
    i = rng.randrange(1, len(word))
    match rng.randrange(4):
        case 0:
            return word[:i] + word[i + 1 :]
        case 1 if i + 1 < len(word):
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        case 2:
            return word[:i] + word[i] + word[i:]
        case _:
            return word[:i] + rng.choice(_NEIGHBOURS.get(word[i].lower(), "e")) + word[i + 1 :]
