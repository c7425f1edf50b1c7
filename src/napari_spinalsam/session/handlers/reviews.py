"""Review marks of vertebral levels."""

from __future__ import annotations

from napari_spinalsam.commands.operations import Review
from napari_spinalsam.errors import OperationError
from napari_spinalsam.session.document import ReviewMark
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import label_name, label_value


def review(scene: Scene, operation: Review) -> Effect:
    """Approve or flag a level, or comment on it; a comment leaves the status as it is."""
    label = scene.document.label if operation.label is None else label_value(operation.label)
    text = (operation.text or "").strip()
    if operation.status == "comment" and not text:
        raise OperationError("The comment is empty", "Say e.g. 'comment: old fracture'")
    before = scene.document.reviews.get(label, ReviewMark())
    status = before.status if operation.status == "comment" else operation.status
    mark = ReviewMark(status, (*before.comments, text) if text else before.comments)
    if mark == before:
        return Effect(f"{label_name(label)} is {operation.status} already", status="nothing")
    message = f"{label_name(label)}: {operation.status}" + (f" ({text})" if text else "")
    return Effect(message, document=scene.document.with_review(label, mark), data={"label": label, "mark": mark})
