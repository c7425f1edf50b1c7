"""Embeddings on disk: found again, never trusted when damaged, never more than allowed."""

import os

import numpy as np
import pytest
import torch
from networks import random_predictor

from napari_spinalsam import folders
from napari_spinalsam.errors import ConfigError
from napari_spinalsam.segmentation.embedding_store import SIZE_VARIABLE, EmbeddingStore, embedding_key
from napari_spinalsam.segmentation.input_frame import frame_slice
from napari_spinalsam.segmentation.prompts import Box, Prompts
from napari_spinalsam.segmentation.slice_image import SliceImage


def features(seed=0):
    return np.random.default_rng(seed).normal(size=(1, 8, 16, 16)).astype(np.float32)


def data_files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "zarr.json"]


def test_an_entry_is_found_again_bit_for_bit(tmp_path):
    EmbeddingStore(tmp_path / "store").save("a", features())
    again = EmbeddingStore(tmp_path / "store")
    assert (again.load("a") == features()).all()
    assert again.load("b") is None


@pytest.mark.parametrize("harm", ["flip a bit", "cut", "delete", "no json", "garbled json"])
def test_a_damaged_entry_is_none(tmp_path, harm, caplog):
    store = EmbeddingStore(tmp_path)
    store.save("a", features())
    (file,) = data_files(tmp_path)
    if harm == "flip a bit":
        content = bytearray(file.read_bytes())
        content[100] ^= 4
        file.write_bytes(content)
    elif harm == "cut":
        file.write_bytes(file.read_bytes()[:-7])
    elif harm == "delete":
        file.unlink()
    elif harm == "no json":
        (tmp_path / "a" / "zarr.json").unlink()
    else:
        (tmp_path / "a" / "zarr.json").write_text("{")
    assert store.load("a") is None
    assert "computed again" in caplog.text
    store.save("a", features(1))
    assert (store.load("a") == features(1)).all()


def test_the_longest_unused_go_first(tmp_path):
    store = EmbeddingStore(tmp_path, max_bytes=5 * features().nbytes)
    for i in range(4):
        store.save(str(i), features(i))
        os.utime(tmp_path / str(i), (1000 + i, 1000 + i))
    assert store.load("0") is not None  # used now
    for i in range(4, 6):
        store.save(str(i), features(i))
    assert store.report().nbytes <= store.max_bytes
    assert store.load("1") is None
    assert store.load("0") is not None
    assert store.load("5") is not None


def test_what_a_crash_left_takes_room_and_is_no_embedding(tmp_path):
    store = EmbeddingStore(tmp_path / "store")
    store.save("a", features())
    before = store.report()
    left = tmp_path / "store" / "b.1234.part"
    left.mkdir()
    (left / "zarr.json").write_bytes(bytes(100))
    assert store.report().entries == before.entries == 1
    assert store.report().nbytes == before.nbytes + 100


def test_nothing_is_kept_without_room(tmp_path):
    store = EmbeddingStore(tmp_path / "store", max_bytes=0)
    store.save("a", features())
    assert store.load("a") is None
    assert store.report().entries == 0


def test_a_disk_that_refuses_is_told_of_and_survived(tmp_path, caplog):
    (tmp_path / "store").write_text("a file where the folder should be")
    store = EmbeddingStore(tmp_path / "store")
    store.save("a", features())
    assert "cannot be kept" in caplog.text
    assert store.load("a") is None


def test_the_users_store_is_where_the_users_folders_are(tmp_path, monkeypatch):
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv(SIZE_VARIABLE, "12")
    store = EmbeddingStore.of_user()
    assert store.folder.is_relative_to(tmp_path)
    assert store.max_bytes == 12_000_000
    monkeypatch.setenv(SIZE_VARIABLE, "much")
    with pytest.raises(ConfigError, match="much"):
        EmbeddingStore.of_user()


def test_every_circumstance_has_its_own_key():
    grey = np.random.default_rng(0).random((40, 50)).astype(np.float32)
    other = grey.copy()
    other[3, 4] += 1e-6
    frame = frame_slice(grey, (1.0, 1.0), 128)
    keys = {
        embedding_key(grey, frame, "w", "bf16"),
        embedding_key(other, frame, "w", "bf16"),
        embedding_key(grey, frame_slice(grey, (2.0, 1.0), 128), "w", "bf16"),
        embedding_key(grey, frame, "v", "bf16"),
        embedding_key(grey, frame, "w", "fp32"),
    }
    assert len(keys) == 5
    assert embedding_key(grey.copy(), frame, "w", "bf16") in keys


def test_a_second_session_computes_nothing(tmp_path, monkeypatch):
    values = np.random.default_rng(0).normal(100.0, 300.0, (256, 256)).astype(np.float32)
    prompts = Prompts(boxes=(Box(100, 100, 130, 130),))
    store = EmbeddingStore(tmp_path / "store")
    first = random_predictor(tmp_path, close_ups=True, store=store)
    answer = first.predict(first.embed(SliceImage(values)), prompts)
    assert store.report().entries == 2  # the slice, and the part round the box
    second = random_predictor(tmp_path, close_ups=True, store=EmbeddingStore(tmp_path / "store"))
    passes = []
    second._sam.image_encoder.register_forward_hook(lambda *_: passes.append(1))
    again = second.predict(second.embed(SliceImage(values)), prompts)
    assert not passes
    assert (again.masks == answer.masks).all()
    assert torch.equal(torch.from_numpy(again.low_res_logits), torch.from_numpy(answer.low_res_logits))
