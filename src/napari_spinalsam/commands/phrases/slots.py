"""What fills the slots of a phrase: a value for the answer and the way in which somebody says it."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from napari_spinalsam.commands.numbers import ORDINAL_WORDS, chinese_words, english_words
from napari_spinalsam.commands.phrases import anatomy
from napari_spinalsam.vertebrae import LEVELS


@dataclass(frozen=True)
class Manner:
    """How a phrase is written.

    Attributes
    ----------
    spoken : bool
        As a speech recogniser writes: lower case, no punctuation, numbers in words.
    chinese : bool
    """

    spoken: bool
    chinese: bool


#: (value in the answer, as said)
Filling = tuple[str, str]

LAYERS: Final[dict[str, tuple[str, ...]]] = {
    "image": ("image", "ct", "CT image", "scan", "picture", "image layer"),
    "mask": ("mask", "preview", "mask preview", "mask overlay", "predicted mask", "segmentation preview"),
    "labels": ("labels", "label layer", "labels layer", "label overlay", "label map", "committed labels"),
    "points": ("points", "prompt points", "point prompts", "dots", "points layer", "clicks"),
    "boxes": ("boxes", "bounding boxes", "box", "bounding box", "box prompts", "boxes layer", "rectangles"),
    "grid": ("grid", "grid lines", "lettered grid", "grid overlay", "letter grid", "coordinate grid"),
}
CHINESE_LAYERS: Final[dict[str, tuple[str, ...]]] = {
    "image": ("图像", "图片", "影像", "CT图", "原图"),
    "mask": ("掩码", "掩膜", "蒙版", "预览", "分割预览"),
    "labels": ("标签", "标签层", "标注层", "标签图"),
    "points": ("点", "提示点", "坐标点", "所有点"),
    "boxes": ("框", "边界框", "提示框", "坐标框"),
    "grid": ("网格", "格子", "坐标网格", "网格线"),
}
REMARKS: Final = (
    "old fracture",
    "looks fine",
    "check with radiologist",
    "mild wedge deformity",
    "motion artefact",
    "metal artefact",
    "possible metastasis",
    "endplate irregular",
    "haemangioma suspected",
    "mask leaks into the canal",
    "pedicle missing",
    "severe osteopenia",
    "compare with mri",
    "transitional vertebra",
    "sclerotic lesion in the body",
    "ask doctor li",
    "spinous process cut off",
    "needs a second reader",
    "burst fracture",
    "slight overlap with the rib",
    "post kyphoplasty",
    "cement visible",
    "schmorl node",
    "partial volume at the endplate",
    "segmentation too small",
    "good quality",
    "facet joint included by mistake",
    "grade 1 listhesis",
    "height loss of 20 percent",
    "boundary unclear",
    "healed fracture",
    "left pedicle sclerotic",
    "suspicious for myeloma",
    "discuss on monday",
    "same as last year",
    "new compared to 2019",
    "lytic lesion",
    "osteophytes on the right side",
    "vacuum phenomenon",
    "fusion of the endplates",
    "poor contrast",
    "sent to the tumour board",
    "patient moved",
    "screws in place",
    "cortex interrupted",
    "please recheck",
    "unsure",
    "stenosis",
    "biopsy planned",
    "no canal in the mask",
    "transverse process fractured",
    "first half only",
    "ok for now",
    "anterior wall irregular",
    "limbus vertebra",
    "mild scoliosis",
    "acute compression fracture",
    "wrong level maybe",
)
CHINESE_REMARKS: Final = (
    "陈旧性骨折",
    "轻度楔形变",
    "需要复查",
    "边界不清",
    "金属伪影",
    "运动伪影",
    "疑似转移瘤",
    "终板不规则",
    "血管瘤可能",
    "请李医生看一下",
    "骨质疏松明显",
    "分割偏小",
    "术后改变",
    "椎弓根缺失",
    "与去年相同",
    "没问题",
    "压缩性骨折",
    "骨水泥可见",
    "掩码漏到椎管",
    "左侧椎弓根硬化",
    "新鲜骨折",
    "建议做磁共振",
)
_REMARK_ENDINGS: Final = (
    "near the endplate",
    "on both sides",
    "maybe",
    "in this slice",
    "to be discussed",
    "left side",
)
_REGION_WORDS: Final = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
_SPOKEN_LETTERS: Final = {
    "C": ("c", "see", "cee"),
    "T": ("t", "tee", "tea"),
    "L": ("l", "el", "ell"),
    "S": ("s", "ess"),
}
_CHINESE_REGIONS: Final = {"C": "颈", "T": "胸", "L": "腰", "S": "骶"}
_STEMS: Final = (
    "case",
    "patient",
    "scan",
    "ct",
    "spine",
    "lumbar",
    "l3",
    "labels",
    "seg",
    "mask",
    "image",
    "sub-verse004_ct",
    "out",
    "result",
    "final",
    "test",
    "IM0001",
    "series2",
    "vertebrae",
    "Case1_01",
    "P07",
    "anon",
    "example_ct",
    "export",
)
_FOLDERS: Final = (
    "/data",
    "/home/anna/ct",
    "~/scans",
    "/mnt/pacs/2024",
    "C:\\scans",
    "D:/spine/raw",
    "./data",
    "../shared",
    "data",
    "/media/usb",
    "~/Desktop",
    "results",
    "/srv/images/verse",
    "~/out",
    "C:/Users/li/Documents",
    "/data/病例",
)
_IMAGE_SUFFIXES: Final = (".nii.gz", ".nii", ".png", ".dcm", ".nii.gz", ".mha", ".jpg")


def fill(slot: str, manner: Manner, rng: random.Random) -> Filling:
    """Choose a value for a slot and how it is said; the slot's trailing digit ("x2") only tells slots apart."""
    name = slot.rstrip("23")
    return _FILLERS[name](manner, rng)


def _say_number(value: int, manner: Manner, rng: random.Random) -> str:
    in_words = rng.random() < (0.75 if manner.spoken else 0.12)
    if not in_words:
        return str(value)
    if manner.chinese:
        words = chinese_words(value)
        return words.replace("二", "两", 1) if value == 2 else words
    if 101 <= value <= 999 and rng.random() < 0.3:
        hundreds, rest = divmod(value, 100)
        short = f"oh {english_words(rest)}" if rest < 10 else english_words(rest)
        return f"{english_words(hundreds)} {short}" if rest else english_words(value)
    words = english_words(value)
    return words if rng.random() < 0.5 else words.replace(" and ", " ")


def _count(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((1, *range(2, 11), *range(2, 7), 10, rng.randint(2, 30), rng.randint(2, 200)))
    if value == 2 and not manner.chinese and rng.random() < 0.15:
        return "2", "a couple of" if rng.random() < 0.5 else "a couple"
    return str(value), _say_number(value, manner, rng)


def _index(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((rng.randint(0, 60), rng.randint(0, 200), rng.randint(0, 600), rng.randint(0, 1200)))
    return str(value), _say_number(value, manner, rng)


def _ordinal(_manner: Manner, rng: random.Random) -> Filling:
    value = rng.randint(2, 150)
    suffix = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return str(value), f"{value}{suffix}"


def _integer(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((rng.randint(1, 28), rng.randint(1, 28), rng.randint(29, 300)))
    return str(value), _say_number(value, manner, rng)


def _age(manner: Manner, rng: random.Random) -> Filling:
    value = rng.randint(18, 95)
    return str(value), _say_number(value, manner, rng)


def _level(manner: Manner, rng: random.Random) -> Filling:
    level = rng.choice((*LEVELS, *(f"L{i}" for i in range(1, 6)), *(f"L{i}" for i in range(1, 6)), "T12", "T11", "T10"))
    letter, number = level[0], int(level[1:])
    words = chinese_words(number) if manner.chinese else english_words(number)
    if manner.chinese:
        region = _CHINESE_REGIONS[letter]
        ways: tuple[str, ...] = (
            level,
            level,
            level.lower(),
            f"{region}{words}",
            f"{region}{number}",
            f"第{words}{region}椎",
            f"{region}{words}椎体",
        )
    elif manner.spoken:
        said = rng.choice(_SPOKEN_LETTERS[letter])
        ways = (
            f"{said} {words}",
            f"{letter.lower()} {words}",
            level.lower(),
            f"{letter.lower()} {number}",
            _named_level(level, rng),
        )
    else:
        ways = (
            level,
            level,
            level,
            level.lower(),
            f"{letter} {number}",
            f"{letter}-{number}",
            _named_level(level, rng),
        )
    return level, rng.choice(ways)


def _named_level(level: str, rng: random.Random) -> str:
    region, number = _REGION_WORDS[level[0]], int(level[1:])
    ordinal = ORDINAL_WORDS[number]
    ways = (
        f"{region} {number}",
        f"{region} {english_words(number)}",
        f"the {ordinal} {region}",
        f"the {ordinal} {region} vertebra",
    )
    return rng.choice(ways)


def _cell(manner: Manner, rng: random.Random) -> Filling:
    letter, number = rng.choice("ABCDEFGH" if rng.random() < 0.8 else string.ascii_uppercase), rng.randint(1, 12)
    cell = f"{letter}{number}"
    if manner.spoken and not manner.chinese:
        return cell, rng.choice(
            (f"{letter.lower()} {english_words(number)}", f"{letter.lower()} {number}", cell.lower())
        )
    return cell, rng.choice((cell, cell, cell.lower()))


def _coordinate(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((rng.randint(0, 512), rng.randint(10, 300), 10 * rng.randint(1, 50)))
    return str(value), _say_number(value, manner, rng) if manner.spoken else str(value)


def _window_level(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((40, 50, 400, 300, -600, -500, 60, 35, 500, 10 * rng.randint(-80, 150), rng.randint(-900, 900)))
    said = _say_number(abs(value), manner, rng)
    if value >= 0:
        return str(value), said
    sign = (
        rng.choice(("负", "-"))
        if manner.chinese
        else "minus "
        if manner.spoken or not said.isdigit()
        else rng.choice(("-", "minus ", "-"))
    )
    return str(value), f"{sign}{said}"


def _window_width(manner: Manner, rng: random.Random) -> Filling:
    value = rng.choice((400, 350, 1800, 2000, 1500, 300, 80, 2500, 100 * rng.randint(1, 45), rng.randint(50, 4000)))
    return str(value), _say_number(value, manner, rng)


def _path(_manner: Manner, rng: random.Random) -> Filling:
    stem, suffix = rng.choice(_STEMS), rng.choice(_IMAGE_SUFFIXES)
    stem = f"{stem}{rng.choice(('', '', '_', '-'))}{rng.randint(1, 99)}" if rng.random() < 0.5 else stem
    folder = rng.choice(_FOLDERS) if rng.random() < 0.6 else ""
    path = f"{folder}{rng.choice('/') if folder else ''}{stem}{suffix}"
    if folder and rng.random() < 0.12:
        path = f"{folder}/{stem}"
    return path, path


def _remark(manner: Manner, rng: random.Random) -> Filling:
    remark = rng.choice(REMARKS)
    if rng.random() < 0.3:
        remark = f"{remark} {rng.choice(_REMARK_ENDINGS)}"
    if not manner.spoken and rng.random() < 0.3:
        remark = remark[0].upper() + remark[1:]
    return remark, remark


def _chinese_remark(_manner: Manner, rng: random.Random) -> Filling:
    remark = rng.choice(CHINESE_REMARKS)
    return remark, remark


def _layer(manner: Manner, rng: random.Random) -> Filling:
    names = CHINESE_LAYERS if manner.chinese else LAYERS
    layer = rng.choice(list(names))
    ways = names[layer]
    return layer, ways[0] if rng.random() < 0.4 else rng.choice(ways)


def _one_of(words: tuple[str, ...]) -> Callable[[Manner, random.Random], Filling]:
    def choose(_manner: Manner, rng: random.Random) -> Filling:
        word = rng.choice(words)
        return word, word

    return choose


_FILLERS: Final[dict[str, Callable[[Manner, random.Random], Filling]]] = {
    "n": _count,
    "m": _count,
    "i": _index,
    "ith": _ordinal,
    "int": _integer,
    "age": _age,
    "label": _level,
    "zhlabel": _level,
    "cell": _cell,
    "x": _coordinate,
    "y": _coordinate,
    "wl": _window_level,
    "ww": _window_width,
    "path": _path,
    "remark": _remark,
    "zhremark": _chinese_remark,
    "layer": _layer,
    "finding": _one_of(anatomy.FINDINGS),
    "place": _one_of(anatomy.PLACES),
    "adjective": _one_of(anatomy.ADJECTIVES),
    "state": _one_of(anatomy.STATES),
    "person": _one_of(anatomy.PEOPLE),
    "thing": _one_of(anatomy.THINGS),
    "zhfinding": _one_of(anatomy.CHINESE_FINDINGS),
}
