"""Numbers: the size and density of a label, and its agreement with a reference."""

from __future__ import annotations

from napari_spinalsam.commands.operations import Evaluate, Measure
from napari_spinalsam.errors import LabelsError
from napari_spinalsam.session.comparison import compare_labels
from napari_spinalsam.session.measurement import measure_label
from napari_spinalsam.session.scene import Effect, Scene
from napari_spinalsam.vertebrae import label_value


def measure(scene: Scene, operation: Measure) -> Effect:
    """Tell voxels, volume, extent and mean intensity of a label."""
    opened = scene.need()
    label = scene.document.label if operation.label is None else label_value(operation.label)
    measurement = measure_label(opened.volume, opened.labels, label)
    return Effect(str(measurement), data={"measurement": measurement})


def evaluate(scene: Scene, _operation: Evaluate) -> Effect:
    """Compare every label that was made with the reference."""
    opened = scene.need()
    if scene.reference is None:
        raise LabelsError("There are no reference labels", "Choose a labels layer or file to compare with")
    if not opened.labels.any():
        raise LabelsError("There are no labels to compare", "Segment something and accept the mask first")
    agreements = compare_labels(opened.labels, scene.reference, opened.volume.spacing_mm)
    return Effect("; ".join(map(str, agreements)), data={"agreements": agreements})
