"""Size and density of a label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.vertebrae import label_name


@dataclass(frozen=True)
class Measurement:
    """Numbers of one label.

    Parameters
    ----------
    label : int
    voxels : int
    volume : float
        mm³; of a picture, which has no known spacing, pixels.
    extent : tuple of three float
        Sides of the bounding box along head-feet, front-back and right-left, in mm; of a picture, in pixels.
    mean, sd : float
        Of the intensities: Hounsfield units; of a picture, grey levels from 0 to 255. ``sd`` is that of the voxels
        themselves (no correction for a sample).
    unit : {"mm", "px"}
    intensity_unit : {"HU", "grey"}
    """

    label: int
    voxels: int
    volume: float
    extent: tuple[float, float, float]
    mean: float
    sd: float
    unit: str
    intensity_unit: str

    def __str__(self) -> str:
        extent = " x ".join(f"{side:.1f}" for side in self.extent)
        volume = f"{self.volume:.0f} mm³, " if self.unit == "mm" else ""
        density = f"{self.mean:.0f} ± {self.sd:.0f} {self.intensity_unit}"
        return f"{label_name(self.label)}: {self.voxels} voxels, {volume}{extent} {self.unit}, {density}"


def measure_labels(volume: Volume, labels: NDArray[np.uint16]) -> list[Measurement]:
    """Measure every label there is, in the order of their values; none of labels that are all 0.

    Parameters
    ----------
    volume : Volume
    labels : (n0, n1, n2) uint16
    """
    return [measure_label(volume, labels, label) for label in np.unique(labels[labels > 0]).tolist()]


def measure_label(volume: Volume, labels: NDArray[np.uint16], label: int) -> Measurement:
    """Measure one label.

    Parameters
    ----------
    volume : Volume
    labels : (n0, n1, n2) uint16
    label : int

    Raises
    ------
    LabelsError
        If no voxel has the label.
    """
    mask = labels == label
    found = ndimage.find_objects(mask.astype(np.uint8))
    if not found:
        raise LabelsError(f"No voxel is labelled {label_name(label)}", "Segment it and accept the mask first")
    box = found[0]
    voxels = volume.array[box][mask[box]].astype(np.float64)
    spacing = volume.spacing_mm
    n0, n1, n2 = ((span.stop - span.start) * size for span, size in zip(box, spacing, strict=True))
    return Measurement(
        label=label,
        voxels=int(voxels.size),
        volume=float(voxels.size * abs(np.linalg.det(volume.affine[:3, :3]))),
        extent=(n0, n1, n2),
        mean=float(voxels.mean()),
        sd=float(voxels.std()),
        unit=volume.length_unit,
        intensity_unit="HU" if volume.intensity == "hu" else "grey",
    )
