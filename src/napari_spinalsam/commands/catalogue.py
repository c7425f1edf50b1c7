"""The operation catalogue: meaning, arguments and examples of every operation, in English and Chinese.

Help, completion, suggestions, documentation and the tests' table of named cases are all made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from napari_spinalsam.commands import operations as ops

Group = Literal["image", "prompts", "mask", "slices", "view", "labels", "review", "jobs", "figures", "history", "talk"]

#: Groups in the order in which help shows them, with their headings.
GROUPS: Final[dict[Group, str]] = {
    "image": "Images and files",
    "prompts": "Points and boxes",
    "mask": "Masks",
    "slices": "Walking through slices",
    "view": "View and window",
    "labels": "Vertebral levels",
    "review": "Review",
    "jobs": "Propagation",
    "figures": "Figures",
    "history": "Undo and redo",
    "talk": "Talking",
}

#: Examples: phrase -> arguments other than the defaults.
Examples = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation of the catalogue.

    Attributes
    ----------
    operation : type of BaseOperation
        Its class.
    group : str
        Where help lists it.
    english, chinese : dict of str to dict
        Examples: what can be said, and the arguments that it means.
    arguments : dict of str to str
        What each argument is.
    """

    operation: type[ops.BaseOperation]
    group: Group
    english: Examples
    chinese: Examples
    arguments: dict[str, str]

    @property
    def code(self) -> str:
        """Operation code."""
        return str(self.operation.model_fields["op"].default)

    @property
    def meaning(self) -> str:
        """What the operation does, in one line."""
        return (self.operation.__doc__ or "").strip().splitlines()[0]


def _entry(
    operation: type[ops.BaseOperation], group: Group, english: Examples, chinese: Examples, **arguments: str
) -> Entry:
    return Entry(operation, group, english, chinese, arguments)


_LABEL: Final = "vertebral level C1-C7, T1-T13, L1-L6, S1, or an integer"

CATALOGUE: Final[tuple[Entry, ...]] = (
    _entry(
        ops.OpenImage,
        "image",
        {"open image": {}, "open /data/case1.nii.gz": {"path": "/data/case1.nii.gz"}},
        {"打开图片": {}, "打开 /data/case1.nii.gz": {"path": "/data/case1.nii.gz"}},
        path="file or folder; without it a dialog asks",
    ),
    _entry(
        ops.AddPoints,
        "prompts",
        {
            "add a point": {},
            "add three points": {"count": 3},
            "add a negative point at 120 200": {"polarity": "negative", "at": [[120, 200]]},
            "point here": {"here": True},
            "background point at cell C4": {"polarity": "negative", "cell": "C4"},
        },
        {
            "添加3个坐标点": {"count": 3},
            "在120 200处添加一个负点": {"polarity": "negative", "at": [[120, 200]]},
            "在这里加一个点": {"here": True},
            "在单元格C4添加背景点": {"polarity": "negative", "cell": "C4"},
        },
        count="how many clicks to wait for",
        polarity="positive: inside the structure; negative: outside",
        at="pixels x y",
        cell="grid cell",
        here="under the cursor",
    ),
    _entry(
        ops.AddBox,
        "prompts",
        {
            "add bounding box": {},
            "box from 40 60 to 200 260": {"at": [40, 60, 200, 260]},
            "box from cell B2 to E5": {"cells": ["B2", "E5"]},
        },
        {"添加坐标框": {}, "从40 60到200 260画框": {"at": [40, 60, 200, 260]}, "从B2到E5画框": {"cells": ["B2", "E5"]}},
        at="pixels x0 y0 x1 y1",
        cells="two grid cells",
    ),
    _entry(ops.SegmentPoints, "mask", {"generate point mask": {}, "segment the points": {}}, {"生成点掩码": {}}),
    _entry(ops.SegmentBox, "mask", {"generate box mask": {}, "segment the box": {}}, {"生成框掩码": {}}),
    _entry(ops.ClearPoints, "prompts", {"clear points": {}}, {"清除点": {}}),
    _entry(ops.ClearBoxes, "prompts", {"clear bounding boxes": {}}, {"清除框": {}}),
    _entry(ops.ClearAll, "prompts", {"clear everything": {}, "reset": {}}, {"清空": {}}),
    _entry(
        ops.PreviousSlice,
        "slices",
        {"previous slice": {}, "back five slices": {"count": 5}, "go back two": {"count": 2}},
        {"上一张": {}, "后退五张": {"count": 5}},
        count="how many slices",
    ),
    _entry(
        ops.NextSlice,
        "slices",
        {"next image": {}, "next slice": {}, "skip ahead 10 slices": {"count": 10}},
        {"下一张": {}, "前进十张": {"count": 10}},
        count="how many slices",
    ),
    _entry(ops.CheckDevice, "talk", {"GPU status": {}, "is the GPU in use": {}}, {"GPU状态": {}}),
    _entry(ops.CheckModel, "talk", {"verify parameters": {}, "which weights are loaded": {}}, {"验证参数": {}}),
    _entry(ops.Help, "talk", {"help": {}, "what can I say": {}}, {"帮助": {}, "我能说什么": {}}),
    _entry(
        ops.Undo,
        "history",
        {"undo": {}, "undo the last three": {"count": 3}},
        {"撤销": {}, "撤销三步": {"count": 3}},
        count="how many changes",
    ),
    _entry(
        ops.Redo,
        "history",
        {"redo": {}, "redo two steps": {"count": 2}},
        {"重做": {}, "重做两步": {"count": 2}},
        count="how many changes",
    ),
    _entry(ops.AcceptMask, "mask", {"accept": {}, "looks good, keep it": {}}, {"接受": {}, "保留掩码": {}}),
    _entry(ops.RejectMask, "mask", {"reject": {}, "discard this mask": {}}, {"拒绝": {}, "丢弃掩码": {}}),
    _entry(
        ops.ChooseMask,
        "mask",
        {"use the second mask": {"index": 2}, "mask 3": {"index": 3}},
        {"使用第二个掩码": {"index": 2}},
        index="1 to 3",
    ),
    _entry(
        ops.SetLabel,
        "labels",
        {"label L3": {"label": "L3"}, "switch to T twelve": {"label": "T12"}, "label number 7": {"label": 7}},
        {"标签L3": {"label": "L3"}, "切换到胸十二": {"label": "T12"}, "标签7": {"label": 7}},
        label=_LABEL,
    ),
    _entry(
        ops.GoToSlice,
        "slices",
        {"go to slice 42": {"index": 42}, "last slice": {"index": "last"}, "middle slice": {"index": "middle"}},
        {"跳到第42张": {"index": 42}, "最后一张": {"index": "last"}, "第一张": {"index": "first"}},
        index="from 0, or first, middle, last",
    ),
    _entry(
        ops.SetView,
        "view",
        {"sagittal view": {"axis": "sagittal"}, "show it in 3D": {"axis": "3d"}},
        {"矢状面视图": {"axis": "sagittal"}, "三维显示": {"axis": "3d"}},
        axis="axial, coronal, sagittal or 3d",
    ),
    _entry(
        ops.SetWindow,
        "view",
        {
            "bone window": {"preset": "bone"},
            "soft tissue window": {"preset": "soft_tissue"},
            "window level 40 width 400": {"level": 40, "width": 400},
        },
        {"骨窗": {"preset": "bone"}, "窗位40 窗宽400": {"level": 40, "width": 400}},
        preset="bone, soft_tissue, lung or full",
        level="centre in HU",
        width="width in HU",
    ),
    _entry(
        ops.Show,
        "view",
        {"show grid": {"target": "grid"}, "show the labels": {"target": "labels"}},
        {"显示网格": {"target": "grid"}, "显示标签": {"target": "labels"}},
        target="image, mask, labels, points, boxes or grid",
    ),
    _entry(
        ops.Hide,
        "view",
        {"hide the mask": {"target": "mask"}, "hide the points": {"target": "points"}},
        {"隐藏掩码": {"target": "mask"}},
        target="image, mask, labels, points, boxes or grid",
    ),
    _entry(
        ops.Zoom,
        "view",
        {
            "zoom in": {"direction": "in"},
            "zoom out": {"direction": "out"},
            "fit to window": {"direction": "reset"},
            "zoom to C4": {"cell": "C4"},
        },
        {
            "放大": {"direction": "in"},
            "缩小": {"direction": "out"},
            "适应窗口": {"direction": "reset"},
            "放大到C4": {"cell": "C4"},
        },
        direction="in, out or reset",
        cell="grid cell",
    ),
    _entry(ops.NextLevel, "labels", {"next level": {}, "next vertebra": {}}, {"下一个椎体": {}}),
    _entry(ops.PreviousLevel, "labels", {"previous level": {}, "previous vertebra": {}}, {"上一个椎体": {}}),
    _entry(
        ops.Review,
        "review",
        {
            "level approved": {"status": "approved"},
            "flag L4": {"status": "flagged", "label": "L4"},
            "comment: old fracture": {"status": "comment", "text": "old fracture"},
        },
        {
            "批准": {"status": "approved"},
            "标记L4有问题": {"status": "flagged", "label": "L4"},
            "备注：陈旧骨折": {"status": "comment", "text": "陈旧骨折"},
        },
        status="approved, flagged or comment",
        label=_LABEL + "; without it the current one",
        text="the comment",
    ),
    _entry(
        ops.Propagate,
        "jobs",
        {
            "propagate": {},
            "propagate ten slices forward": {"direction": "forward", "count": 10},
            "track it to slice 80": {"to": 80},
        },
        {"传播": {}, "向前传播十张": {"direction": "forward", "count": 10}, "传播到第80张": {"to": 80}},
        direction="forward, backward or both",
        count="how many slices",
        to="last slice",
    ),
    _entry(ops.Stop, "jobs", {"stop": {}, "abort": {}}, {"停止": {}}),
    _entry(
        ops.SaveLabels,
        "image",
        {"save": {}, "export to l3.nii.gz": {"path": "l3.nii.gz"}},
        {"保存": {}, "导出到 l3.nii.gz": {"path": "l3.nii.gz"}},
        path="NIfTI file; without it beside the image",
    ),
    _entry(
        ops.Measure,
        "figures",
        {"measure L3": {"label": "L3"}, "how big is this vertebra": {}},
        {"测量L3": {"label": "L3"}, "这个椎体多大": {}},
        label=_LABEL + "; without it the current one",
    ),
    _entry(ops.Evaluate, "figures", {"compare with ground truth": {}, "evaluate": {}}, {"与金标准比较": {}}),
    _entry(ops.StartListening, "talk", {"start listening": {}}, {"开始监听": {}, "打开麦克风": {}}),
    _entry(
        ops.StopListening, "talk", {"stop listening": {}, "mute the microphone": {}}, {"停止监听": {}, "关闭麦克风": {}}
    ),
    _entry(ops.Repeat, "talk", {"repeat that": {}}, {"再说一遍": {}}),
    _entry(ops.Confirm, "talk", {"yes, do it": {}}, {"是的": {}}),
    _entry(ops.Cancel, "talk", {"no, cancel that": {}}, {"取消": {}}),
)

#: Operation code -> entry.
BY_CODE: Final = {entry.code: entry for entry in CATALOGUE}


def examples() -> list[tuple[str, ops.BaseOperation]]:
    """Every example with the operation that it means, English first."""
    return [
        (phrase, ops.from_json({"op": entry.code, "args": args}))
        for language in ("english", "chinese")
        for entry in CATALOGUE
        for phrase, args in getattr(entry, language).items()
    ]


def completions(*, chinese: bool = False) -> list[str]:
    """Phrases that a command box offers while one types."""
    return [phrase for entry in CATALOGUE for phrase in (entry.chinese if chinese else entry.english)]


def help_text() -> str:
    """Tell what can be said, by group: meaning and examples of every operation."""
    lines: list[str] = []
    for group, heading in GROUPS.items():
        lines.append(heading)
        for entry in CATALOGUE:
            if entry.group == group:
                said = " · ".join([*entry.english, *entry.chinese])
                lines.append(f"  {entry.meaning}  {said}")
        lines.append("")
    return "\n".join(lines).rstrip()


def operation_schema(code: str) -> dict[str, Any]:
    """JSON schema of one operation in the form ``{"op": CODE, "args": {...}}``.

    Raises
    ------
    KeyError
        If there is no such operation.
    """
    cls = ops.BY_CODE[code]
    schema = cls.model_json_schema()
    entry = BY_CODE[code]
    properties = {name: value for name, value in schema.get("properties", {}).items() if name != "op"}
    for name, meaning in entry.arguments.items():
        properties[name] = {**properties[name], "description": meaning}
    arguments: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name in schema.get("required", []) if name != "op"]
    if required:
        arguments["required"] = required
    return {
        "type": "object",
        "title": code,
        "description": entry.meaning,
        "properties": {"op": {"const": code}, "args": arguments},
        "required": ["op", "args"],
        "additionalProperties": False,
    }


def plan_schema(max_operations: int = 8) -> dict[str, Any]:
    """JSON schema of a list of at most ``max_operations`` operations."""
    return {
        "type": "array",
        "maxItems": max_operations,
        "items": {"anyOf": [operation_schema(entry.code) for entry in CATALOGUE]},
    }
