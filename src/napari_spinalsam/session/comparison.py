"""Labels against a reference, label by label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam import metrics
from napari_spinalsam.vertebrae import label_name


@dataclass(frozen=True)
class Agreement:
    """How well one label agrees with the reference.

    Parameters
    ----------
    label : int
    dice, iou : float
    msd, hd95 : float
        Mean surface distance and 95th percentile of the Hausdorff distance, in the unit of the spacing.
    """

    label: int
    dice: float
    iou: float
    msd: float
    hd95: float

    def __str__(self) -> str:
        overlap = f"Dice {self.dice:.3f}, IoU {self.iou:.3f}"
        return f"{label_name(self.label)} {overlap}, MSD {self.msd:.2f}, HD95 {self.hd95:.2f}"


def compare_labels(
    labels: NDArray[np.uint16], reference: NDArray[np.uint16], spacing: tuple[float, float, float]
) -> tuple[Agreement, ...]:
    """Agreement of every label that occurs in the labels, over the whole volume.

    Labels that only the reference has are left out: what was not segmented yet is missing, not wrong.

    Parameters
    ----------
    labels, reference : (n0, n1, n2) uint16
    spacing : tuple of three float
        mm along the array axes.
    """
    found = np.unique(labels[labels > 0]).tolist()
    return tuple(_agreement(labels == label, reference == label, spacing, label) for label in found)


def _agreement(
    mask: NDArray[np.bool_], truth: NDArray[np.bool_], spacing: tuple[float, float, float], label: int
) -> Agreement:
    msd, hd95 = metrics.surface_distances(mask, truth, spacing)
    return Agreement(label, metrics.dice(mask, truth), metrics.iou(mask, truth), msd, hd95)
