"""What several rooms' tests need."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from napari_spinalsam import folders

# How long an example takes says more about the machine than about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory):
    """Keep the tests out of the user's own folders: nothing of theirs is read, nothing is left there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(folders.HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def sample():
    """The sample CT and its labels, made once: (Volume, uint16 array). Both are read-only."""
    from napari_spinalsam.imaging.sample import sample_ct

    volume, labels = sample_ct()
    volume.array.setflags(write=False)
    labels.setflags(write=False)
    return volume, labels


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real CT beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real CT is not there: {SHARED_DATA} is missing")
    return SHARED_DATA
