"""Nothing is lost in the dock: unsaved work is offered, other windows are told of, a full disk is told."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest

from napari_spinalsam._napari import layer_data
from napari_spinalsam._napari.demo import draw_box, say, wait_until_idle
from napari_spinalsam.commands import operations as ops
from napari_spinalsam.imaging.nifti import read_labels, read_nifti
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.session import Session

ROUND_THE_BLOCK = Box(13, 8, 37, 27)


@pytest.fixture
def file(ct, tmp_path):
    path = tmp_path / "case.nii.gz"
    nib.save(nib.Nifti1Image(ct.to_file_orientation(ct.array), ct.frame.affine), path)
    return path


def crash(volume, folder) -> Session:
    """Work in a session that ends without saving."""
    session = Session(journals=JournalFolder(folder / "journals"))
    session.open_volume(volume)
    painted = session.labels.copy()
    painted[5, 10:14, 10:20] = 22
    session.edit_labels(painted)
    session.execute(ops.Review(status="flagged", label="L3"))
    session.close()
    return session


def test_nothing_is_offered_where_nothing_was_lost(dock):
    assert dock.safety.dialog is None


def test_work_on_the_open_image_is_brought_back(open_dock, ct, own_folder):
    crashed = crash(ct, own_folder)
    dock = open_dock(layer_data.image_layer(ct, "scan"))
    dialog = dock.safety.dialog
    assert dialog.isVisible()
    assert dialog.table.item(0, 2).text() == "L3: flagged"
    dialog.bring_back.click()
    session = dock.controller.session
    np.testing.assert_array_equal(session.labels, crashed.labels)
    np.testing.assert_array_equal(dock.controller.labels.data, crashed.labels)
    assert session.reviews == crashed.reviews
    assert "Brought back" in dock.status.text()
    wait_until_idle(dock)
    assert dock.safety.dialog is None
    dock.prompts.undo.click()
    assert not dock.controller.labels.data.any()


def test_the_image_is_opened_where_it_is_not(open_dock, file, own_folder):
    crashed = crash(read_nifti(file), own_folder)
    dock = open_dock()
    assert dock.safety.dialog.table.item(0, 0).text() == "case.nii.gz"
    dock.safety.dialog.bring_back.click()
    assert dock.controller.image.name == "case"
    np.testing.assert_array_equal(dock.controller.labels.data, crashed.labels)


def test_an_image_that_is_gone_is_told_and_the_work_stays(open_dock, file, own_folder, warnings_shown):
    crash(read_nifti(file), own_folder)
    file.unlink()
    dock = open_dock()
    dialog = dock.safety.dialog
    dialog.bring_back.click()
    assert "case.nii.gz" in dialog.details.text()
    assert dialog.isVisible()
    assert len(JournalFolder().recoveries()) == 1


def test_later_leaves_it_and_deleting_asks_once_more(open_dock, ct, own_folder):
    crash(ct, own_folder)
    dock = open_dock(layer_data.image_layer(ct, "scan"))
    dock.safety.dialog.later.click()
    wait_until_idle(dock)
    assert dock.safety.dialog is None
    assert dock.safety.offer()
    dialog = dock.safety.dialog
    dialog.delete.click()
    assert len(JournalFolder().recoveries()) == 1
    assert dialog.delete.text() == "Really delete?"
    dialog.delete.click()
    assert JournalFolder().recoveries() == []
    wait_until_idle(dock)
    assert not dock.safety.offer()


def test_an_image_opened_later_has_its_work_offered(dock, ct, file, own_folder):
    crash(read_nifti(file), own_folder)
    say(dock, f"open {file}")
    assert dock.safety.dialog.isVisible()


def test_a_crash_of_the_dock_itself(dock, open_dock, ct, own_folder):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    labels = dock.controller.session.labels.copy()
    # What the disk holds at this moment is what a kill leaves.
    (journal,) = (own_folder / "journals").glob("*.journal")
    (own_folder / "journals" / "left-behind.journal").write_bytes(journal.read_bytes())
    (recovery,) = JournalFolder().recoveries()
    np.testing.assert_array_equal(recovery.labels(), labels)


def test_painting_and_naparis_own_undo_are_in_the_journal(dock, own_folder):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    layer, session = dock.controller.labels, dock.controller.session
    accepted = session.labels.copy()
    layer.selected_label = 9
    layer.paint((session.index, 3, 3), 9)
    wait_until_idle(dock)
    assert (session.labels == 9).any()
    layer.undo()
    wait_until_idle(dock)
    np.testing.assert_array_equal(session.labels, accepted)


def test_two_windows_on_one_file_are_told_of_each_other(open_dock, file, warnings_shown, qtbot):
    first = open_dock()
    say(first, f"open {file}")
    assert warnings_shown == []
    second = Session(journals=JournalFolder())
    second.open_volume(read_nifti(file))
    qtbot.waitUntil(lambda: len(warnings_shown) == 1, timeout=20_000)
    assert "Another window works on case.nii.gz" in warnings_shown[0].message
    say(first, "go to slice 2")
    assert len(warnings_shown) == 1
    second.close()


@pytest.fixture
def full_disk(monkeypatch):
    def no_room(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("napari_spinalsam.session.journal.write_atomically", no_room)


def test_a_full_disk_is_told_and_nothing_is_called_kept(dock, warnings_shown, full_disk):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept", strict=False)
    assert "not kept" in warnings_shown[0].message
    assert "No space left" in warnings_shown[0].message
    assert dock.controller.session.preview is not None
    assert dock.controller.labels is None


def test_painting_can_be_saved_elsewhere_when_the_journals_disk_is_full(
    dock, ct, tmp_path, warnings_shown, monkeypatch
):
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    (journal,) = JournalFolder().path.glob("*.journal")
    journal.unlink()

    def no_room(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("napari_spinalsam.session.journal.write_atomically", no_room)
    layer = dock.controller.labels
    layer.paint((3, 3, 3), 9)
    wait_until_idle(dock)
    assert "not kept" in warnings_shown[0].message
    assert not (dock.controller.session.labels == 9).any()
    assert (layer.data == 9).any()
    say(dock, f"save to {tmp_path / 'out.nii.gz'}")
    np.testing.assert_array_equal(read_labels(tmp_path / "out.nii.gz", ct)[0], layer.data)


def test_saved_labels_are_there_when_the_image_is_opened_again(open_dock, file):
    dock = open_dock()
    say(dock, f"open {file}")
    draw_box(dock, ROUND_THE_BLOCK)
    say(dock, "accept")
    say(dock, "level approved")
    say(dock, "save")
    labels = dock.controller.session.labels.copy()
    again = open_dock(layer_data.image_layer(read_nifti(file), "case"))
    np.testing.assert_array_equal(again.controller.labels.data, labels)
    assert again.controller.session.reviews == dock.controller.session.reviews
