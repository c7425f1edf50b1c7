from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.session.session import Session


@pytest.fixture
def labelled(session, volume):
    labels = np.zeros(volume.shape, dtype=np.uint16)
    labels[3:9, 8:20, 8:22] = 22
    labels[4:10, 22:34, 26:40] = 23
    session.open_volume(volume, labels)
    return session


def test_a_block_of_known_size(labelled):
    outcome = labelled.execute(ops.Measure(label="L3"))
    measurement = outcome.data["measurement"]
    assert measurement.voxels == 6 * 12 * 14
    assert measurement.volume == pytest.approx(6 * 12 * 14 * 2 * 0.5 * 0.5)
    assert measurement.extent == (12.0, 6.0, 7.0)
    assert measurement.mean == 700
    assert measurement.sd == 0
    assert "1008 voxels, 504 mm³, 12.0 x 6.0 x 7.0 mm, 700 ± 0 HU" in outcome.message
    assert outcome.changed == frozenset()


def test_the_current_label_is_measured(labelled):
    with pytest.raises(LabelsError, match="L1"):
        labelled.execute(ops.Measure())
    labelled.execute(ops.SetLabel(label="L4"))
    assert labelled.execute(ops.Measure()).data["measurement"].mean == 500


def test_mean_and_spread_of_different_voxels(session, volume):
    labels = np.zeros(volume.shape, dtype=np.uint16)
    labels[5, 10, 6:10] = 22  # two voxels of soft tissue, two of the block
    session.open_volume(volume, labels)
    measurement = session.execute(ops.Measure(label="L3")).data["measurement"]
    assert measurement.mean == 370
    assert measurement.sd == 330


def test_a_picture_is_measured_in_pixels():
    session = Session()
    picture = volume_from_array(np.arange(80, dtype=np.uint8).reshape(8, 10))
    labels = np.zeros((1, 8, 10), dtype=np.uint16)
    labels[0, 2:4, 3:8] = 1
    session.open_volume(picture, labels)
    outcome = session.execute(ops.Measure(label=1))
    assert outcome.data["measurement"].extent == (1, 2, 5)
    assert "mm" not in outcome.message


def test_a_perfect_copy_agrees_perfectly(labelled):
    labelled.set_reference(labelled.labels)
    agreements = labelled.execute(ops.Evaluate()).data["agreements"]
    assert [a.label for a in agreements] == [22, 23]
    for agreement in agreements:
        assert (agreement.dice, agreement.iou, agreement.msd, agreement.hd95) == (1, 1, 0, 0)


def test_a_shift_by_one_slice(labelled):
    labelled.set_reference(np.roll(labelled.labels, 1, axis=0))
    agreement = labelled.execute(ops.Evaluate()).data["agreements"][0]
    assert agreement.dice == pytest.approx(5 / 6)
    assert agreement.iou == pytest.approx(5 / 7)
    assert 0 < agreement.msd <= 2
    assert agreement.hd95 == pytest.approx(2.0)


def test_what_was_not_segmented_is_not_counted(session, volume):
    reference = np.zeros(volume.shape, dtype=np.uint16)
    reference[3:9] = 22
    reference[9:] = 23
    labels = np.where(reference == 22, reference, 0)
    session.open_volume(volume, labels)
    session.set_reference(reference)
    assert [a.label for a in session.execute(ops.Evaluate()).data["agreements"]] == [22]


def test_there_must_be_something_to_compare(session):
    with pytest.raises(LabelsError, match="reference"):
        session.execute(ops.Evaluate())
    session.set_reference(session.labels)
    with pytest.raises(LabelsError, match="no labels"):
        session.execute(ops.Evaluate())
    with pytest.raises(LabelsError):
        session.set_reference(np.zeros((2, 2, 2), dtype=np.uint8))
    with pytest.raises(ImageError):
        Session().set_reference(np.zeros((2, 2, 2), dtype=np.uint8))
