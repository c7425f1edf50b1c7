"""Whole vertebrae from one box: Dice in three dimensions, and the labels of a whole session saved and read back.

    python benchmarks/whole_vertebrae.py example_ct.nii.gz example_ct_vertebrae.nii.gz --levels L3=29 L2=30

Each level is boxed once, on the axial slice through the middle of its upper half, where a reader would box body and
arch together; the box is the reference's own on that slice. PROPAGATE does the rest. With ``--two-boxes`` a second box
on the sagittal slice through the middle of the first one says how far the vertebra reaches.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.imaging.nifti import read_labels, write_labels
from napari_spinalsam.imaging.reading import read_volume
from napari_spinalsam.metrics import dice
from napari_spinalsam.segmentation.loading import load_predictor
from napari_spinalsam.segmentation.propagation import box_round
from napari_spinalsam.session.propagation_job import PropagationJob
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session
from napari_spinalsam.vertebrae import VERSE

#: How far down a vertebra the boxed slice is: through the pedicles, where body and arch are one.
_HEIGHT = 0.4


def main() -> None:
    """Segment the levels in one session and print a line for each."""
    options = _options()
    volume = read_volume(options.image)
    reference, _ = read_labels(options.reference, volume)
    session = Session(Segmenter(lambda: load_predictor(options.model)))
    session.open_volume(volume)
    for level, value in (pair.split("=") for pair in options.levels):
        truth = reference == int(value)
        begun = time.monotonic()
        message = _segment(session, level, truth, two_boxes=options.two_boxes)
        found = session.labels == VERSE[level]
        print(f"{level}: Dice {dice(found, truth):.3f} in {time.monotonic() - begun:.0f} s. {message}", flush=True)
    if options.output is not None:
        written = write_labels(options.output, session.labels, volume)
        again, _ = read_labels(written, volume)
        print(f"{written}: labels {np.unique(again).tolist()}, unchanged: {np.array_equal(again, session.labels)}")


def _segment(session: Session, level: str, truth: NDArray[np.bool_], *, two_boxes: bool) -> str:
    slices = np.flatnonzero(truth.any(axis=(1, 2)))
    index = int(slices[0] + _HEIGHT * (slices[-1] - slices[0]))
    session.overlap = "keep"
    session.execute(ops.SetLabel(label=level))
    _box(session, "axial", index, truth[index])
    if not two_boxes:
        return session.execute(ops.Propagate()).message
    middle = int(np.median(np.nonzero(truth[index])[1]))
    _box(session, "sagittal", middle, truth[:, :, middle])
    carried = PropagationJob.of_two_boxes(session.scene())
    for _ in carried.run():
        pass
    return session.write_carried(carried).message


def _box(session: Session, axis: str, index: int, truth: NDArray[np.bool_]) -> None:
    box = box_round(truth, 0.0)
    if session.view != axis:
        session.execute(ops.SetView(axis=axis))
    session.execute(ops.GoToSlice(index=index))
    session.execute(ops.AddBox(at=(max(box.x0, 0), max(box.y0, 0), box.x1, box.y1)))
    session.execute(ops.SegmentBox())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("reference", type=Path, help="labels of whole vertebrae on the image's grid")
    parser.add_argument("--levels", nargs="+", required=True, help="LEVEL=VALUE, the value as in the reference")
    parser.add_argument("--two-boxes", action="store_true", help="a sagittal box too")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("-o", "--output", type=Path, help="save the labels here and read them back")
    return parser.parse_args()


if __name__ == "__main__":
    main()
