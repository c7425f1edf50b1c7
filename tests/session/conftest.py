"""A session on a small volume with structures of known size."""

from __future__ import annotations

import pytest
from blocks import blocks_volume
from region_growing import RegionGrowing

from napari_spinalsam.imaging.volume import Volume
from napari_spinalsam.session.segmenter import Segmenter
from napari_spinalsam.session.session import Session


@pytest.fixture
def volume() -> Volume:
    return blocks_volume()


@pytest.fixture
def predictor() -> RegionGrowing:
    return RegionGrowing()


@pytest.fixture
def session(volume, predictor) -> Session:
    session = Session(Segmenter(lambda: predictor))
    session.open_volume(volume)
    return session
