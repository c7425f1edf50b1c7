from __future__ import annotations

import numpy as np
import pytest

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.errors import OperationError, SpinalSamError
from napari_spinalsam.imaging.from_array import volume_from_array
from napari_spinalsam.imaging.window import PRESETS, Window
from napari_spinalsam.segmentation.prompts import Box
from napari_spinalsam.session.session import Session


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_presets(session, preset):
    session.execute(ops.SetWindow(preset=preset))
    assert session.window == PRESETS[preset]


def test_level_and_width(session):
    outcome = session.execute(ops.SetWindow(level=40, width=400))
    assert session.window == Window(40, 400)
    assert outcome.changed == {"window"}


def test_full_range(session, volume):
    session.execute(ops.SetWindow(preset="full"))
    assert session.window.limits == (volume.array.min(), volume.array.max())


def test_an_infinite_window_is_refused(session):
    before = session.window
    with pytest.raises(SpinalSamError):
        session.execute(ops.SetWindow(level=float("inf"), width=400))
    assert session.window == before


def test_a_picture_has_no_hounsfield_presets():
    session = Session()
    session.open_volume(volume_from_array(np.arange(80, dtype=np.uint8).reshape(8, 10)))
    assert session.window is None
    with pytest.raises(OperationError, match="Hounsfield"):
        session.execute(ops.SetWindow(preset="bone"))
    session.execute(ops.SetWindow(preset="full"))
    assert session.window.limits == (0, 79)


def test_layers_are_hidden_and_shown(session):
    assert session.is_visible("mask")
    assert not session.is_visible("grid")
    assert session.execute(ops.Hide(target="mask")).changed == {"visibility"}
    assert not session.is_visible("mask")
    assert session.execute(ops.Hide(target="mask")).status == "nothing"
    session.execute(ops.Show(target="mask"))
    session.execute(ops.Show(target="grid"))
    assert session.is_visible("mask")
    assert session.is_visible("grid")


def test_zoom_in_and_out_meet_where_they_started(session):
    session.execute(ops.Zoom(direction="in"))
    assert session.display.zoom.factor == 1.5
    session.execute(ops.Zoom(direction="out"))
    assert session.display.zoom.factor == 1
    session.execute(ops.Zoom(direction="out"))
    assert session.display.zoom.factor < 1
    session.execute(ops.Zoom(direction="reset"))
    assert session.display.zoom.factor == 1


def test_zoom_has_bounds(session):
    for _ in range(11):
        session.execute(ops.Zoom(direction="in"))
    factor = session.display.zoom.factor
    with pytest.raises(OperationError, match="no further"):
        session.execute(ops.Zoom(direction="in"))
    assert session.display.zoom.factor == factor


def test_zoom_to_a_cell_and_out_of_it(session):
    outcome = session.execute(ops.Zoom(cell="B2"))
    assert outcome.data["region"] == Box(5.5, 4.5, 11.5, 9.5)
    assert session.grid.region == Box(5.5, 4.5, 11.5, 9.5)
    assert outcome.changed == {"camera"}
    session.execute(ops.Zoom(direction="out"))
    assert session.grid.region == Box(-0.5, -0.5, 47.5, 39.5)


def test_a_cell_smaller_than_a_pixel_is_refused(session):
    session.execute(ops.Zoom(cell="B2"))
    with pytest.raises(OperationError, match="smaller than a pixel"):
        session.execute(ops.Zoom(cell="B2"))


def test_another_view_starts_with_the_whole_slice(session):
    session.execute(ops.Zoom(cell="B2"))
    outcome = session.execute(ops.SetView(axis="coronal"))
    assert session.grid.region == Box(-0.5, -0.5, 47.5, 11.5)
    assert "camera" in outcome.changed
