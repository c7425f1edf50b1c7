"""What a command can mean: frozen operations, told apart by a literal tag.

Each class is one row of the operation catalogue. Parsers make them, the session executes them, history and journal
record them. In JSON one is ``{"op": CODE, "args": {...}}``, without the arguments that have their default.

Coordinates are pixels (``x`` column, ``y`` row) of the slice on display; slice indices run along its axis. Both from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, Union, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from napari_spinalsam.vertebrae import label_value

MAX_COUNT = 9999  #: Bound on everything that is counted, so that no sentence asks for a billion slices.


def _known_label(label: str | int) -> str | int:
    label_value(label)
    return label.upper() if isinstance(label, str) else label


Count = Annotated[int, Field(strict=True, ge=1, le=MAX_COUNT)]
Polarity = Literal["positive", "negative"]
Cell = Annotated[str, StringConstraints(pattern=re.compile(r"^[A-Z][1-9][0-9]?$"))]
Label = Annotated[str | Annotated[int, Field(strict=True)], AfterValidator(_known_label)]
Coordinate = Annotated[float, Field(ge=0)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
Layer = Literal["image", "mask", "labels", "points", "boxes", "grid"]
ZoomDirection = Literal["in", "out", "reset"]
Direction = Literal["forward", "backward", "both"]
ReviewStatus = Literal["approved", "flagged", "comment"]


class BaseOperation(BaseModel):
    """Base of every operation: frozen, compared by value, nothing unknown accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: True where undo cannot take the effect back, so that a question comes first.
    irreversible: ClassVar[bool] = False

    @property
    def code(self) -> str:
        """The operation code, e.g. ``"ADD_POINTS"``."""
        return cast("str", self.op)  # type: ignore[attr-defined]

    def to_json(self) -> dict[str, Any]:
        """``{"op": CODE, "args": {...}}`` with the arguments that differ from their default."""
        return {"op": self.code, "args": self.model_dump(mode="json", exclude={"op"}, exclude_defaults=True)}


class OpenImage(BaseOperation):
    """Open a CT volume or slice; without a path a file dialog asks for one."""

    op: Literal["OPEN_IMAGE"] = "OPEN_IMAGE"
    path: Path | None = None


class AddPoints(BaseOperation):
    """Prompt points: at pixels, at a grid cell, under the cursor, or by waiting for ``count`` clicks."""

    op: Literal["ADD_POINTS"] = "ADD_POINTS"
    count: Count = 1
    polarity: Polarity = "positive"
    at: Annotated[tuple[tuple[Coordinate, Coordinate], ...], Field(min_length=1)] | None = None
    cell: Cell | None = None
    here: Annotated[bool, Field(strict=True)] = False


class AddBox(BaseOperation):
    """Prompt box: at pixels ``[x0, y0, x1, y1]``, between two grid cells, or by waiting for the drag."""

    op: Literal["ADD_BOX"] = "ADD_BOX"
    at: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = None
    cells: tuple[Cell, Cell] | None = None


class SegmentPoints(BaseOperation):
    """Mask from the prompt points."""

    op: Literal["SEGMENT_POINTS"] = "SEGMENT_POINTS"


class SegmentBox(BaseOperation):
    """Mask from the prompt boxes."""

    op: Literal["SEGMENT_BOX"] = "SEGMENT_BOX"


class ClearPoints(BaseOperation):
    """Remove the prompt points."""

    op: Literal["CLEAR_POINTS"] = "CLEAR_POINTS"


class ClearBoxes(BaseOperation):
    """Remove the prompt boxes."""

    op: Literal["CLEAR_BOXES"] = "CLEAR_BOXES"


class ClearAll(BaseOperation):
    """Remove all prompts and the mask preview; committed labels stay."""

    op: Literal["CLEAR_ALL"] = "CLEAR_ALL"


class PreviousSlice(BaseOperation):
    """Go back ``count`` slices."""

    op: Literal["PREVIOUS_SLICE"] = "PREVIOUS_SLICE"
    count: Count = 1


class NextSlice(BaseOperation):
    """Go forward ``count`` slices."""

    op: Literal["NEXT_SLICE"] = "NEXT_SLICE"
    count: Count = 1


class CheckDevice(BaseOperation):
    """Tell the device, its memory and the precision in use."""

    op: Literal["CHECK_DEVICE"] = "CHECK_DEVICE"


class CheckModel(BaseOperation):
    """Tell which weights are loaded and whether every parameter matches."""

    op: Literal["CHECK_MODEL"] = "CHECK_MODEL"


class Help(BaseOperation):
    """List what can be said."""

    op: Literal["HELP"] = "HELP"


class Undo(BaseOperation):
    """Take back the last ``count`` changes."""

    op: Literal["UNDO"] = "UNDO"
    count: Count = 1


class Redo(BaseOperation):
    """Bring back the last ``count`` undone changes."""

    op: Literal["REDO"] = "REDO"
    count: Count = 1


class AcceptMask(BaseOperation):
    """Write the preview into the labels under the current label."""

    op: Literal["ACCEPT_MASK"] = "ACCEPT_MASK"


class RejectMask(BaseOperation):
    """Drop the preview; the labels stay as they are."""

    op: Literal["REJECT_MASK"] = "REJECT_MASK"


class ChooseMask(BaseOperation):
    """Preview another of SAM's candidate masks, counted from 1."""

    op: Literal["CHOOSE_MASK"] = "CHOOSE_MASK"
    index: Annotated[int, Field(strict=True, ge=1, le=3)]


class SetLabel(BaseOperation):
    """The label that accepted masks get: a vertebral level or an integer."""

    op: Literal["SET_LABEL"] = "SET_LABEL"
    label: Label


class GoToSlice(BaseOperation):
    """Jump to a slice by index, or to the first, middle or last one."""

    op: Literal["GO_TO_SLICE"] = "GO_TO_SLICE"
    index: Annotated[int, Field(strict=True, ge=0)] | Literal["first", "middle", "last"]


class SetView(BaseOperation):
    """Change the view."""

    op: Literal["SET_VIEW"] = "SET_VIEW"
    axis: Literal["axial", "coronal", "sagittal", "3d"]


class SetWindow(BaseOperation):
    """Change the HU window on display, by preset or by level and width."""

    op: Literal["SET_WINDOW"] = "SET_WINDOW"
    preset: Literal["bone", "soft_tissue", "lung", "full"] | None = None
    level: float | None = None
    width: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.preset is None and (self.level is None or self.width is None):
            raise ValueError("a window needs a preset, or level and width")
        return self


class Show(BaseOperation):
    """Show a layer."""

    op: Literal["SHOW"] = "SHOW"
    target: Layer


class Hide(BaseOperation):
    """Hide a layer."""

    op: Literal["HIDE"] = "HIDE"
    target: Layer


class Zoom(BaseOperation):
    """Move the camera in, out or back, or to a grid cell, which narrows the grid to itself."""

    op: Literal["ZOOM"] = "ZOOM"
    direction: ZoomDirection | None = None
    cell: Cell | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.direction is None and self.cell is None:
            raise ValueError("a zoom needs a direction or a cell")
        return self


class NextLevel(BaseOperation):
    """The vertebra below becomes the current label."""

    op: Literal["NEXT_LEVEL"] = "NEXT_LEVEL"


class PreviousLevel(BaseOperation):
    """The vertebra above becomes the current label."""

    op: Literal["PREVIOUS_LEVEL"] = "PREVIOUS_LEVEL"


class Review(BaseOperation):
    """Review mark of a vertebral level; without a label, of the current one."""

    op: Literal["REVIEW"] = "REVIEW"
    status: ReviewStatus
    label: Label | None = None
    text: Annotated[str, StringConstraints(max_length=2000)] | None = None


class Propagate(BaseOperation):
    """Carry the mask through neighbouring slices, for ``count`` slices or up to slice ``to``."""

    op: Literal["PROPAGATE"] = "PROPAGATE"
    direction: Direction = "both"
    count: Count | None = None
    to: Annotated[int, Field(strict=True, ge=0)] | None = None


class Stop(BaseOperation):
    """Cancel the job that is running."""

    op: Literal["STOP"] = "STOP"


class SaveLabels(BaseOperation):
    """Write the labels as NIfTI with the image's affine; without a path, beside the image."""

    op: Literal["SAVE_LABELS"] = "SAVE_LABELS"
    path: Path | None = None
    irreversible: ClassVar[bool] = True


class Measure(BaseOperation):
    """Voxels, volume, extent and mean HU of a label; without one, of the current label."""

    op: Literal["MEASURE"] = "MEASURE"
    label: Label | None = None


class Evaluate(BaseOperation):
    """Dice, IoU, MSD and HD95 against a reference labels layer."""

    op: Literal["EVALUATE"] = "EVALUATE"


class StartListening(BaseOperation):
    """Voice on."""

    op: Literal["START_LISTENING"] = "START_LISTENING"


class StopListening(BaseOperation):
    """Voice off."""

    op: Literal["STOP_LISTENING"] = "STOP_LISTENING"


class Repeat(BaseOperation):
    """Say or show again what was heard and done."""

    op: Literal["REPEAT"] = "REPEAT"


class Confirm(BaseOperation):
    """Yes, to a question that was asked."""

    op: Literal["CONFIRM"] = "CONFIRM"


class Cancel(BaseOperation):
    """No, to a question that was asked."""

    op: Literal["CANCEL"] = "CANCEL"


#: Every operation class, in the order of the catalogue: the reference system's twelve first.
OPERATIONS: tuple[type[BaseOperation], ...] = (
    OpenImage,
    AddPoints,
    AddBox,
    SegmentPoints,
    SegmentBox,
    ClearPoints,
    ClearBoxes,
    ClearAll,
    PreviousSlice,
    NextSlice,
    CheckDevice,
    CheckModel,
    Help,
    Undo,
    Redo,
    AcceptMask,
    RejectMask,
    ChooseMask,
    SetLabel,
    GoToSlice,
    SetView,
    SetWindow,
    Show,
    Hide,
    Zoom,
    NextLevel,
    PreviousLevel,
    Review,
    Propagate,
    Stop,
    SaveLabels,
    Measure,
    Evaluate,
    StartListening,
    StopListening,
    Repeat,
    Confirm,
    Cancel,
)

#: Operation code -> class.
BY_CODE: dict[str, type[BaseOperation]] = {cls.model_fields["op"].default: cls for cls in OPERATIONS}

_ANY: Any = Annotated[Union[OPERATIONS], Discriminator("op")]  # noqa: UP007
_ADAPTER: TypeAdapter[BaseOperation] = TypeAdapter(_ANY)


def from_json(data: Mapping[str, Any]) -> BaseOperation:
    """Make the operation of ``{"op": CODE, "args": {...}}``.

    Raises
    ------
    pydantic.ValidationError
        If the code is unknown, or an argument is unknown, missing or out of its range.
    """
    return _ADAPTER.validate_python({"op": data["op"], **data.get("args", {})})


def to_json(operations: Iterable[BaseOperation]) -> list[dict[str, Any]]:
    """JSON form of several operations, in order."""
    return [operation.to_json() for operation in operations]
