"""The mask preview of a slice: SAM's candidates and which one is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.errors import OperationError

if TYPE_CHECKING:
    from napari_spinalsam.segmentation.prompts import Prompts
    from napari_spinalsam.session.slice_key import SliceKey


@dataclass(frozen=True, eq=False)
class Preview:
    """Candidate masks of one slice, best first.

    Parameters
    ----------
    key : SliceKey
        The slice they belong to.
    prompts : Prompts
        The prompts they were predicted from.
    masks : (n, rows, columns) bool
        Candidate masks, read-only.
    predicted_iou : (n,) float32
        The network's own estimate of each candidate's IoU.
    low_res_logits : (n, h, w) float32
        What the network takes as mask prompt when the user corrects a candidate.
    made_by : object
        The network's token (``Segmenter.token``): another network cannot read these logits.
    chosen : int
        Index of the candidate shown, from 0.
    """

    key: SliceKey
    prompts: Prompts
    masks: NDArray[np.bool_]
    predicted_iou: NDArray[np.float32]
    low_res_logits: NDArray[np.float32]
    made_by: object = None
    chosen: int = 0

    def __post_init__(self) -> None:
        for array in (self.masks, self.predicted_iou, self.low_res_logits):
            array.setflags(write=False)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """The candidate shown, (rows, columns)."""
        mask: NDArray[np.bool_] = self.masks[self.chosen]
        return mask

    @property
    def score(self) -> float:
        """Predicted IoU of the candidate shown."""
        return float(self.predicted_iou[self.chosen])

    @property
    def nbytes(self) -> int:
        """Memory the arrays take, in bytes."""
        return self.masks.nbytes + self.predicted_iou.nbytes + self.low_res_logits.nbytes

    def choose(self, index: int) -> Self:
        """Return the same candidates with the one at ``index`` (from 0) shown.

        Raises
        ------
        OperationError
            If there is no such candidate.
        """
        if not 0 <= index < len(self.masks):
            count = len(self.masks)
            raise OperationError(
                f"There is no mask {index + 1}, the model offers {count} here",
                f"Choose one from 1 to {count}" if count > 1 else "Add points to correct the mask instead",
            )
        return replace(self, chosen=index)

    def correction_of(self, prompts: Prompts, token: object) -> NDArray[Any] | None:
        """Give the mask prompt for ``prompts`` if they correct this preview by the same network, else None.

        They do if they keep every earlier prompt and add at least one point (the interactive scheme of Kirillov et al.
        2023, Segment Anything, appendix A). With several boxes the mask is a union and no longer the network's own
        answer, so it is not fed back.

        Returns
        -------
        (1, h, w) float32 or None
        """
        added = set(prompts.points) > set(self.prompts.points)
        if self.made_by is not token or not added or prompts.boxes != self.prompts.boxes or len(prompts.boxes) > 1:
            return None
        return self.low_res_logits[self.chosen : self.chosen + 1]
