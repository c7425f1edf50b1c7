from __future__ import annotations

import pytest

from napari_spinalsam.imaging.atomic import write_atomically


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "a.bin"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_and_links_are_kept(tmp_path):
    path, link = tmp_path / "a.bin", tmp_path / "link.bin"
    path.write_bytes(b"one")
    path.chmod(0o640)
    link.symlink_to(path)
    write_atomically(link, b"two")
    assert link.is_symlink()
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_target_that_is_a_folder_is_left_alone(tmp_path):
    folder = tmp_path / "a.bin"
    folder.mkdir()
    (folder / "inside").touch()
    with pytest.raises(OSError, match=r"a\.bin"):
        write_atomically(folder, b"one")
    assert (folder / "inside").exists()
    assert list(tmp_path.iterdir()) == [folder]
