"""Review marks beside the labels: ``case_spinalsam.nii.gz`` has its marks in ``case_spinalsam.review.json``.

The file is described in ``docs/safety.md``. Level names are for people; the integer in the labels volume counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging.atomic import write_atomically
from napari_spinalsam.session.document import NO_REVIEWS, ReviewMark
from napari_spinalsam.vertebrae import MAX_LABEL, label_name

_FORMAT: Final = "napari-spinalsam review"
_ENDING: Final = ".review.json"


class _Level(BaseModel):
    model_config = ConfigDict(frozen=True)

    label: Annotated[int, Field(ge=1, le=MAX_LABEL)]
    name: str
    status: Literal["approved", "flagged"] | None = None
    comments: tuple[str, ...] = ()


class _Review(BaseModel):
    model_config = ConfigDict(frozen=True)

    format: Literal["napari-spinalsam review"] = _FORMAT
    version: Literal[1] = 1
    labels: str
    levels: tuple[_Level, ...]


def review_path(labels_path: Path) -> Path:
    """Path of the marks that belong to a labels file."""
    name = labels_path.name
    for ending in (".nii.gz", ".nii"):
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
            break
    return labels_path.with_name(name + _ENDING)


def write_reviews(labels_path: Path, reviews: Mapping[int, ReviewMark]) -> Path | None:
    """Write the marks beside the labels; never half a file. With no marks an old file is taken away.

    Returns
    -------
    Path or None
        The file that was written, None if there are no marks.

    Raises
    ------
    LabelsError
        If it cannot be written, or there is a file of that name that holds no marks; an old file is untouched then.
    """
    path = review_path(labels_path)
    read_reviews(labels_path)  # what cannot be read must not be overwritten
    levels = tuple(
        _Level(label=label, name=label_name(label), status=mark.status, comments=mark.comments)
        for label, mark in sorted(reviews.items())
    )
    content = _Review(labels=labels_path.name, levels=levels).model_dump_json(indent=2) + "\n"
    try:
        if not levels:
            path.unlink(missing_ok=True)
            return None
        write_atomically(path, content.encode())
    except OSError as error:
        raise LabelsError(
            f"The review marks cannot be written to {path} ({error.strerror or error})",
            "Save again where there is room",
        ) from error
    return path


def read_reviews(labels_path: Path) -> Mapping[int, ReviewMark]:
    """Read the marks that belong to a labels file; none if there is no such file.

    Raises
    ------
    LabelsError
        If the file cannot be read, or is something else.
    """
    path = review_path(labels_path)
    if not path.exists():
        return NO_REVIEWS
    try:
        review = _Review.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise LabelsError(
            f"The review marks in {path.name} cannot be read ({why})", "Mend or move that file"
        ) from error
    return {level.label: ReviewMark(level.status, level.comments) for level in review.levels}
