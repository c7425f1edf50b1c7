"""Reading journals back: torn, damaged, of another image, and taken up again."""

from __future__ import annotations

import numpy as np
import pytest
from blocks import blocks_volume
from hypothesis import given
from hypothesis import strategies as st
from journals import journal_in, journalling, kept, paint, replayed

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import ImageError, JournalError, LabelsError
from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.journal_folder import JournalFolder
from napari_spinalsam.session.journal_record import Damage, read_records
from napari_spinalsam.session.recovery import Recovery
from napari_spinalsam.session.session import Session

CHANGES = (
    lambda session: paint(session, 22),
    lambda session: session.execute(ops.Review(status="flagged", text="old fracture ☠")),
    lambda session: paint(session, 23, np.s_[4:7, 5:8, 10:30]),
    lambda session: session.execute(ops.Undo()),
    lambda session: paint(session, 24, np.s_[:, 2, 2]),
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """A journal's bytes, where each of its records ends, and what was kept after each."""
    folder = tmp_path_factory.mktemp("journals")
    session = journalling(folder, blocks_volume(), None)
    ends, states = [], []
    for change in CHANGES:
        change(session)
        ends.append(journal_in(folder).stat().st_size)
        states.append(kept(session))
    content = journal_in(folder).read_bytes()
    session.close()
    return content, ends, states


@pytest.fixture
def written(tmp_path, journal):
    """Function that writes a journal and reads it back."""

    def write(content):
        path = tmp_path / "a.journal"
        path.write_bytes(content)
        return Recovery.read(path)

    return write


def test_the_whole_journal_is_read(written, journal):
    content, _, states = journal
    recovery = written(content)
    assert kept(recovery) == states[-1]
    assert recovery.losses == ()
    assert recovery.image.shape == blocks_volume().shape


def test_a_journal_torn_at_any_byte_loses_the_last_record_and_no_other(journal):
    content, ends, _ = journal
    whole = list(read_records(content))
    for length in range(len(content)):
        n_whole = sum(end <= length for end in ends)
        torn = [Damage(([0, *ends])[n_whole], length)] if length not in (0, *ends) else []
        assert list(read_records(content[:length])) == whole[:n_whole] + torn


def test_what_was_kept_before_the_torn_record_is_brought_back(written, journal):
    content, ends, states = journal
    for n_whole in range(1, len(ends)):
        recovery = written(content[: ends[n_whole] - 1])
        assert kept(recovery) == states[n_whole - 1]
        assert recovery.losses == ("The last record is torn or damaged and is left out",)


def test_a_journal_torn_in_its_first_record_holds_nothing(written, journal):
    content, ends, _ = journal
    with pytest.raises(JournalError, match="no whole record"):
        written(content[: ends[0] - 1])


@given(data=st.data())
def test_bits_that_flip_cost_their_record_alone(journal, data):
    content, ends, _ = journal
    starts = [0, *ends[:-1]]
    flipped = bytearray(content)
    position = data.draw(st.integers(0, len(content) - 1))
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    hit = next(i for i, end in enumerate(ends) if position < end)
    items = list(read_records(bytes(flipped)))
    assert [item for item in items if isinstance(item, Damage)] == [Damage(starts[hit], ends[hit])]
    whole = list(read_records(content))
    assert [item for item in items if not isinstance(item, Damage)] == whole[:hit] + whole[hit + 1 :]


def test_rubbish_at_the_end_after_power_was_lost(written, journal):
    content, _, states = journal
    for rubbish in (bytes(4096), b"SSJ1" * 100, content[: len(content) // 2]):
        recovery = written(content + rubbish)
        assert len(recovery.losses) <= 1
        if not rubbish.startswith(content[:10]):
            assert kept(recovery) == states[-1]


def test_a_damaged_record_in_the_middle_is_told_and_the_rest_is_there(written, journal):
    content, ends, states = journal
    damaged = bytearray(content)
    damaged[ends[1] + 300] ^= 255
    recovery = written(bytes(damaged))
    assert recovery.losses == (f"A record is damaged on the disk and is left out (bytes {ends[1]} to {ends[2]})",)
    # That record painted, and the next one took it back.
    assert kept(recovery) == states[-1]


def test_work_is_brought_back_as_one_step(tmp_path):
    crashed = journalling(tmp_path, blocks_volume(), None)
    for change in CHANGES:
        change(crashed)
    crashed.close()
    session = journalling(tmp_path, blocks_volume(), None)
    (recovery,) = session.keeping.recoveries(of_this_image=True)
    outcome = session.recover(recovery)
    assert kept(session) == kept(crashed)
    assert "Painted labels by hand" in outcome.message
    assert {"labels", "label", "reviews"} & outcome.changed == {"labels", "reviews"}
    assert not recovery.path.exists()
    assert replayed(tmp_path) == kept(crashed)
    assert session.unsaved
    session.execute(ops.Undo())
    assert not session.labels.any()
    session.execute(ops.Redo())
    assert kept(session) == kept(crashed)


def test_only_work_on_this_image_is_offered_for_it(tmp_path):
    volume = blocks_volume()
    crashed = journalling(tmp_path, volume, None)
    paint(crashed, 22)
    crashed.close()
    brighter = Volume(volume.array + 1, volume.affine, "hu")
    coarser = Volume(volume.array, volume.affine @ np.diag([2, 1, 1, 1]), "hu")
    for other in (brighter, coarser):
        session = journalling(tmp_path, other, None)
        assert session.keeping.recoveries(of_this_image=True) == []
        assert len(session.keeping.recoveries()) == 1
        session.close()
    again = journalling(tmp_path, blocks_volume(tmp_path / "moved.nii.gz"), None)
    assert len(again.keeping.recoveries(of_this_image=True)) == 1
    smaller = Volume(volume.array[1:], volume.affine, "hu")
    session = journalling(tmp_path, smaller, None)
    with pytest.raises(LabelsError, match="another image"):
        session.recover(session.keeping.recoveries()[0])


def test_what_is_there_already_is_not_brought_back_twice(tmp_path):
    crashed = journalling(tmp_path, blocks_volume(), None)
    paint(crashed, 22)
    crashed.close()
    session = journalling(tmp_path, blocks_volume(), None, crashed.labels)
    (recovery,) = session.keeping.recoveries()
    assert session.recover(recovery).status == "nothing"
    assert recovery.path.exists()


def test_the_journal_stays_where_the_work_cannot_be_kept_anew(tmp_path, monkeypatch):
    crashed = journalling(tmp_path, blocks_volume(), None)
    paint(crashed, 22)
    crashed.close()
    session = journalling(tmp_path, blocks_volume(), None)
    (recovery,) = session.keeping.recoveries()

    def no_room(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("napari_spinalsam.session.journal.write_atomically", no_room)
    with pytest.raises(JournalError, match="No space left"):
        session.recover(recovery)
    assert not session.labels.any()
    assert recovery.path.exists()


def test_nothing_is_brought_back_without_an_image(tmp_path):
    crashed = journalling(tmp_path, blocks_volume(), None)
    paint(crashed, 22)
    crashed.close()
    (recovery,) = JournalFolder(tmp_path).recoveries()
    with pytest.raises(ImageError, match="No image is open"):
        Session().recover(recovery)


def test_a_journal_that_is_gone_or_of_another_kind_is_told(tmp_path):
    with pytest.raises(JournalError, match="cannot be read"):
        Recovery.read(tmp_path / "missing.journal")
    (tmp_path / "text.journal").write_text("no journal")
    with pytest.raises(JournalError, match="no whole record"):
        Recovery.read(tmp_path / "text.journal")
    assert JournalFolder(tmp_path).recoveries() == []
    assert JournalFolder(tmp_path).clear() == 1
    assert list(tmp_path.iterdir()) == []
