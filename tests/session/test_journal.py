"""The journal: what is called kept is on the disk, and what the disk refuses is not called kept."""

from __future__ import annotations

import numpy as np
import pytest
from blocks import SHAPE, blocks_volume
from journals import journal_in, journalling, kept, paint, replayed

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import JournalError
from napari_spinalsam.session import keeping
from napari_spinalsam.session.journal import Journal
from napari_spinalsam.session.session import Session

MASK = (ops.AddBox(at=(6, 6, 24, 22)), ops.SegmentBox(), ops.AcceptMask())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journals"


@pytest.fixture
def session(folder, volume, predictor):
    session = journalling(folder, volume, predictor)
    yield session
    session.close()


def accept(session: Session) -> None:
    for operation in (ops.GoToSlice(index=5), *MASK):
        session.execute(operation)


@pytest.mark.parametrize(
    "change",
    [
        accept,
        lambda session: (accept(session), session.execute(ops.Propagate(count=2))),
        lambda session: paint(session, 22),
        lambda session: session.execute(ops.SetLabel(label="T12")),
        lambda session: session.execute(ops.Review(status="flagged", text="old fracture")),
        lambda session: (accept(session), paint(session, 9), session.execute(ops.Undo(count=2))),
        lambda session: (accept(session), paint(session, 9), *(session.execute(op) for op in (ops.Undo(), ops.Redo()))),
    ],
    ids=["mask", "propagation", "painting", "label", "review", "undo", "redo"],
)
def test_every_kept_change_is_on_the_disk(session, folder, change):
    change(session)
    assert replayed(folder) == kept(session)


def test_the_users_own_labels_are_in_it_from_the_first_change_on(folder, volume, predictor):
    labels = np.random.default_rng(0).integers(0, 65536, SHAPE).astype(np.uint16)
    session = journalling(folder, volume, predictor, labels)
    assert list(folder.glob("*.journal")) == []
    session.execute(ops.NextLevel())
    assert replayed(folder) == kept(session)


def test_looking_around_and_prompts_are_no_kept_work(session, folder):
    for operation in (ops.NextSlice(), ops.SetView(axis="sagittal"), ops.AddPoints(at=((3, 3),)), ops.Undo()):
        session.execute(operation)
    assert list(folder.glob("*.journal")) == []


def test_a_session_without_journals_writes_nothing(session, tmp_path, monkeypatch):
    monkeypatch.setenv("NAPARI_SPINALSAM_HOME", str(tmp_path / "home"))
    plain = Session()
    plain.open_volume(blocks_volume())
    paint(plain, 3)
    assert not (tmp_path / "home").exists()


def test_after_saving_there_is_nothing_to_bring_back(session, folder, tmp_path):
    paint(session, 22)
    session.execute(ops.SaveLabels(path=str(tmp_path / "saved.nii.gz")))
    assert list(folder.glob("*.journal")) == []
    paint(session, 23, np.s_[8, 1:3, 1:3])
    assert replayed(folder) == kept(session)


def test_opening_another_image_leaves_the_journal_of_the_one_before(session, folder):
    paint(session, 22)
    before = replayed(folder)
    session.open_volume(blocks_volume())
    assert replayed(folder) == before


def test_a_journal_that_the_user_cleared_is_begun_anew(session, folder):
    paint(session, 22)
    journal_in(folder).unlink()
    paint(session, 23, np.s_[8, 1:3, 1:3])
    assert replayed(folder) == kept(session)


def test_a_journal_grows_no_larger_than_its_bound(session, folder, monkeypatch):
    bound = 20_000
    monkeypatch.setattr(keeping, "Journal", lambda path, image: Journal(path, image, max_bytes=bound))
    noise = np.random.default_rng(0)
    for number in range(60):
        painted = session.labels.copy()
        painted[number % 12, :20, :20] = noise.integers(0, 9, (20, 20))
        session.edit_labels(painted)
        assert journal_in(folder).stat().st_size < 2 * bound
        assert replayed(folder) == kept(session)


@pytest.fixture
def full_disk():
    """Function that makes files unable to grow beyond a size, as on a full disk; with None they can again."""
    resource = pytest.importorskip("resource", reason="file sizes can only be limited on Unix")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft if size is None else size, hard))

    yield limit
    limit(None)


@pytest.mark.parametrize("room", [0, 1, 40])
@pytest.mark.parametrize("begun", [False, True])
def test_what_a_full_disk_refuses_is_not_kept(session, folder, full_disk, begun, room):
    if begun:
        paint(session, 22)
    on_disk = replayed(folder) if begun else None
    full_disk(room + (journal_in(folder).stat().st_size if begun else 0))
    for operation in (ops.GoToSlice(index=5), *MASK[:-1]):
        session.execute(operation)
    before = kept(session), session.document, session.history.undo_titles
    with pytest.raises(JournalError, match="not kept") as caught:
        session.execute(ops.AcceptMask())
    full_disk(None)
    assert str(folder) in caught.value.message
    assert "room" in caught.value.hint
    assert (kept(session), session.document, session.history.undo_titles) == before
    if begun:
        assert replayed(folder) == on_disk
    # The session goes on, and so does the journal when there is room again.
    session.execute(ops.AcceptMask())
    assert kept(session) != before[0]
    assert replayed(folder) == kept(session)
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("steps", [-2, 1])
def test_undo_and_redo_stay_where_they_are_on_a_full_disk(session, folder, full_disk, steps):
    for value in (1, 2, 3):
        paint(session, value)
    session.execute(ops.Undo())
    before = kept(session), session.history.undo_titles, session.history.redo_titles
    full_disk(journal_in(folder).stat().st_size)
    with pytest.raises(JournalError):
        session.execute(ops.Undo(count=2) if steps < 0 else ops.Redo())
    full_disk(None)
    assert (kept(session), session.history.undo_titles, session.history.redo_titles) == before
    session.execute(ops.Undo(count=2) if steps < 0 else ops.Redo())
    assert replayed(folder) == kept(session)


def test_a_full_disk_does_not_hinder_a_journal_that_would_shrink(session, folder, full_disk, monkeypatch):
    monkeypatch.setattr(keeping, "Journal", lambda path, image: Journal(path, image, max_bytes=1))
    noise = np.random.default_rng(0).integers(0, 65536, SHAPE).astype(np.uint16)
    session.edit_labels(noise)
    # Beyond its bound now; there is room for a small record, but none for all labels once more in a new file.
    for value in range(3):
        paint(session, value, np.s_[0, 0, 0])
    monkeypatch.setattr("napari_spinalsam.session.journal.write_atomically", _no_room)
    for value in range(40):
        paint(session, value, np.s_[0, 0, :30])
        assert replayed(folder) == kept(session)


def _no_room(path, content):
    raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_written_lets_look_but_not_keep(tmp_path, volume, predictor):
    (tmp_path / "journals").write_text("a file where the folder should be")
    session = journalling(tmp_path / "journals", volume, predictor)
    assert session.execute(ops.NextSlice()).status == "done"
    with pytest.raises(JournalError, match="not kept"):
        paint(session, 3)
    assert not session.labels.any()
    (tmp_path / "journals").unlink()
    paint(session, 3)
    assert replayed(tmp_path / "journals") == kept(session)
