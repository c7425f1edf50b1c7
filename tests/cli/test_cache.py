"""The cache command, on a store of its own."""

import numpy as np
import pytest

from napari_spinalsam import folders
from napari_spinalsam.segmentation.embedding_store import EmbeddingStore


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv(folders.HOME_VARIABLE, str(tmp_path))
    store = EmbeddingStore.of_user()
    store.save("a", np.ones((1, 8, 256, 256), np.float32))
    return store


def test_it_shows_what_is_there(command, store):
    shown = command("cache")
    assert shown.status == 0
    assert "1 embeddings, 2 MB" in shown.out
    assert str(store.folder) in shown.out


def test_it_clears(command, store):
    assert "2 MB freed" in command("cache", "clear").out
    assert store.load("a") is None
    assert "0 embeddings" in command("cache", "show").out
