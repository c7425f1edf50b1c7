"""``propagate``: one box on one slice in, the labels of a whole structure out."""

import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.metrics import dice
from napari_spinalsam.vertebrae import VERSE


@pytest.fixture(scope="module")
def scan(sample, tmp_path_factory):
    """The sample CT as a file, its labels, and a box round its L3 on a slice through the middle of the body."""
    volume, labels = sample
    path = tmp_path_factory.mktemp("scan") / "scan.nii.gz"
    nib.save(nib.Nifti1Image(volume.array, volume.affine), path)
    truth = labels == VERSE["L3"]
    areas = truth.sum(axis=(1, 2))
    index = int(np.average(np.arange(len(areas)), weights=areas))
    rows, columns = np.nonzero(truth[index])
    box = f"{columns.min() - 0.5},{rows.min() - 0.5},{columns.max() + 0.5},{rows.max() + 0.5}"
    return path, truth, index, box


def test_a_box_becomes_labels_on_the_slices_asked_for(command, scan, tmp_path):
    path, truth, index, box = scan
    out = tmp_path / "l3.nii.gz"
    done = command("propagate", path, "--slice", index, "--box", box, "--label", "l3", "--count", 2, "-o", out)
    assert done.status == 0, done.err
    assert done.out.startswith(f"{out}: Carried L3 from axial slice {index} to 4 more, {index - 2} to {index + 2}")
    labels, _ = read_labels(out)
    assert set(np.unique(labels)) == {0, VERSE["L3"]}
    found = np.flatnonzero(labels.any(axis=(1, 2)))
    assert found.tolist() == list(range(index - 2, index + 3))
    assert dice(labels[found] > 0, truth[found]) > 0.7


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"--direction": "up"}, 2, "no direction 'up'"),
        ({"--label": "L9"}, 2, "'L9' is neither a vertebral level"),
        ({"--axis": "oblique"}, 2, "no view 'oblique'"),
        ({"--slice": "100000"}, 1, "no axial slice 100000"),
        ({"--slice": "-1"}, 1, "no slice -1"),
        ({"--box": "1,2,3"}, 2, "not 4 numbers"),
        ({"--box": "1,2,30000,40"}, 1, "outside the slice"),
        ({"--output": "labels.png"}, 2, "Nothing is written as labels.png"),
        ({"--output": "missing/labels.nii.gz"}, 1, "no folder missing"),
    ],
)
def test_what_is_wrong_is_one_line(command, scan, change, status, message):
    path, _, index, box = scan
    options = {"--slice": index, "--box": box, "--output": "labels.nii.gz"} | change
    done = command("propagate", path, *[word for option in options.items() for word in option])
    assert done.status == status
    assert message in done.err
    assert done.err.count("\n") == 1
