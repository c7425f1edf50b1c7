from __future__ import annotations

import imageio.v3 as iio
import nibabel as nib
import numpy as np
import pytest
from blocks import blocks_volume

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, LabelsError
from napari_spinalsam.imaging.nifti import read_labels
from napari_spinalsam.session.session import Session


@pytest.fixture
def image(tmp_path):
    """An RAS file of the blocks."""
    volume = blocks_volume()
    path = tmp_path / "case 1.nii.gz"
    array = np.ascontiguousarray(volume.array.transpose(2, 1, 0)[::-1, ::-1, ::-1])
    nib.save(nib.Nifti1Image(array, np.diag([0.5, 0.5, 2.0, 1.0])), path)
    return path


@pytest.fixture
def opened(image) -> Session:
    session = Session()
    session.execute(ops.OpenImage(path=str(image)))
    return session


def paint(session: Session, value: int = 22) -> None:
    painted = session.labels.copy()
    painted[5, 10:14, 10:20] = value
    session.edit_labels(painted)


def test_opening_a_file(opened, image):
    assert opened.volume.path == image
    assert np.array_equal(opened.volume.array, blocks_volume().array)
    assert not opened.labels.any()


def test_opening_tells_what_to_redraw(session, image):
    session.execute(ops.AddPoints(at=((1, 1),)))
    outcome = session.execute(ops.OpenImage(path=str(image)))
    assert {"image", "labels", "points"} <= outcome.changed
    assert session.history.undo_titles == []
    assert not session.unsaved


def test_opening_without_a_path_waits_for_the_dialog(session):
    outcome = session.execute(ops.OpenImage())
    assert outcome.status == "waiting"
    assert outcome.data["dialog"] == "open"


@pytest.mark.parametrize("name", ["missing.nii.gz", "text.nii.gz", "~nobody/x.nii.gz", "nul\0.nii.gz", "x" * 3000])
def test_a_file_that_cannot_be_opened_leaves_the_work_alone(session, tmp_path, name):
    (tmp_path / "text.nii.gz").write_text("no image")
    volume = session.volume
    with pytest.raises(ImageError):
        session.execute(ops.OpenImage(path=str(tmp_path / name)))
    assert session.volume is volume


def test_opening_asks_before_labels_are_lost(opened, tmp_path):
    iio.imwrite(tmp_path / "picture.png", np.arange(100, dtype=np.uint8).reshape(10, 10))
    paint(opened)
    another = ops.OpenImage(path=str(tmp_path / "picture.png"))
    assert opened.execute(another).status == "asking"
    opened.execute(ops.Cancel())
    assert opened.labels.any()
    opened.execute(another)
    opened.execute(ops.Confirm())
    assert opened.volume.intensity == "grey"
    assert not opened.labels.any()


def test_saving_beside_the_image_on_its_grid(opened, image):
    paint(opened)
    outcome = opened.execute(ops.SaveLabels())
    path = image.with_name("case 1_spinalsam.nii.gz")
    assert outcome.data["path"] == path
    saved = nib.load(path)
    assert np.allclose(saved.affine, nib.load(image).affine)
    assert np.array_equal(read_labels(path, opened.volume)[0], opened.labels)
    assert not opened.unsaved


def test_what_is_saved_is_known_through_undo_and_redo(opened):
    paint(opened)
    opened.execute(ops.SaveLabels())
    opened.execute(ops.Undo())
    assert opened.unsaved
    opened.execute(ops.Redo())
    assert not opened.unsaved


def test_overwriting_asks_first(opened, image):
    paint(opened)
    path = opened.execute(ops.SaveLabels()).data["path"]
    before = path.read_bytes()
    paint(opened, 23)
    outcome = opened.execute(ops.SaveLabels())
    assert outcome.status == "asking"
    assert str(path) in opened.question.text
    assert path.read_bytes() == before
    assert opened.execute(ops.Cancel()).status == "done"
    assert opened.question is None
    assert path.read_bytes() == before
    opened.execute(ops.SaveLabels())
    assert opened.execute(ops.Confirm()).status == "done"
    assert opened.question is None
    assert np.array_equal(read_labels(path)[0], opened.labels)


def test_a_late_yes_overwrites_nothing(opened):
    paint(opened)
    path = opened.execute(ops.SaveLabels()).data["path"]
    before = path.read_bytes()
    paint(opened, 23)
    opened.execute(ops.SaveLabels())
    opened.execute(ops.NextSlice())
    assert opened.question is None
    assert opened.execute(ops.Confirm()).status == "nothing"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["l3.nii.gz", "l3.nii", "l3", "sub.folder.nii.gz"])
def test_names_are_beside_the_image(opened, image, name):
    path = opened.execute(ops.SaveLabels(path=name)).data["path"]
    assert path.parent == image.parent
    assert path.name.startswith(name)
    assert path.exists()


@pytest.mark.parametrize(
    "name", ["l3.txt", "folder.nii", "case 1.nii.gz", "none/l3.nii.gz", "a\0b.nii.gz", "y" * 250, "y" * 3000]
)
def test_names_that_cannot_be_written_are_refused(opened, image, name):
    (image.parent / "folder.nii").mkdir()
    before = image.read_bytes()
    paint(opened)
    with pytest.raises(LabelsError):
        opened.execute(ops.SaveLabels(path=name))
    assert image.read_bytes() == before
    assert opened.unsaved
    assert opened.question is None


def test_an_image_without_a_file_needs_a_name(session, tmp_path):
    with pytest.raises(LabelsError, match="beside"):
        session.execute(ops.SaveLabels())
    assert session.execute(ops.SaveLabels(path=str(tmp_path / "out.nii.gz"))).data["path"].exists()
