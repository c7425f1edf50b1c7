"""``recover`` lists, writes and deletes work that was never saved."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam import folders
from napari_spinalsam.commands.operations import Review
from napari_spinalsam.imaging.nifti import read_labels, read_nifti
from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.review_file import read_reviews
from napari_spinalsam.session.session import Session


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "case.nii.gz"
    nib.save(nib.Nifti1Image(np.arange(120, dtype=np.int16).reshape(6, 5, 4), np.diag([1.0, 2.0, 3.0, 1.0])), path)
    return path


@pytest.fixture
def crashed(image, tmp_path, monkeypatch):
    """A session with work that was never saved."""
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path / "home"))
    session = Session(journals=JournalFolder())
    session.open_volume(read_nifti(image))
    painted = session.labels.copy()
    painted[1, 2:4, 3] = 22
    session.edit_labels(painted)
    session.execute(Review(status="flagged", label="L3"))
    session.close()
    return session


def journal(command) -> str:
    return command("recover").out.splitlines()[0]


def test_it_lists_what_was_never_saved(command, crashed):
    listed = command("recover")
    assert listed.status == 0
    path, about = listed.out.splitlines()
    assert path.endswith(".journal")
    assert "case.nii.gz" in about
    assert "flagged" in about


def test_it_writes_labels_and_marks(command, crashed, image, tmp_path):
    done = command("recover", journal(command), "-o", tmp_path / "out.nii.gz")
    assert done.out.strip() == str(tmp_path / "out.nii.gz")
    np.testing.assert_array_equal(read_labels(tmp_path / "out.nii.gz", read_nifti(image))[0], crashed.labels)
    assert read_reviews(tmp_path / "out.nii.gz") == crashed.reviews
    assert len(JournalFolder().recoveries()) == 1


def test_an_image_that_was_moved_is_named(command, crashed, image, tmp_path):
    image.rename(tmp_path / "moved.nii.gz")
    path = journal(command)
    assert "case.nii.gz" in command("recover", path, "-o", tmp_path / "out.nii.gz").err
    assert command("recover", path, "-o", tmp_path / "out.nii.gz", "--image", tmp_path / "moved.nii.gz").status == 0
    assert (tmp_path / "out.nii.gz").exists()


def test_it_deletes_all(command, crashed):
    assert "Deleted 1" in command("recover", "--clear").err
    assert command("recover").out == ""


def test_what_is_missing_is_told(command, crashed, tmp_path):
    assert command("recover", journal(command)).status == 2
    refused = command("recover", tmp_path / "no.journal", "-o", tmp_path / "out.nii.gz")
    assert refused.status == 1
    assert "cannot be read" in refused.err


def test_another_image_is_refused(command, crashed, tmp_path):
    other = tmp_path / "other.nii.gz"
    nib.save(nib.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4)), other)
    refused = command("recover", journal(command), "-o", tmp_path / "out.nii.gz", "--image", other)
    assert refused.status == 1
    assert not (tmp_path / "out.nii.gz").exists()
