"""Operations drawn at random: sensible ones, impossible ones, and everything between."""

from __future__ import annotations

from hypothesis import strategies as st

from napari_spinalsam.commands import operations as ops

_coordinate = st.one_of(
    st.integers(0, 17).map(float),
    st.floats(0, 20, allow_nan=False),
    st.sampled_from([1e9, float("inf"), 0.0]),
)
_pair = st.tuples(_coordinate, _coordinate)
_box = st.tuples(_coordinate, _coordinate, _coordinate, _coordinate)
_inside = st.tuples(st.integers(0, 15), st.integers(0, 15))
_cell = st.builds(lambda letter, row: f"{letter}{row}", st.sampled_from("ABCDEFGHIZ"), st.integers(1, 10))
_polarity = st.sampled_from(["positive", "negative"])
_count = st.integers(1, 4)
_label = st.sampled_from(["C1", "T12", "T13", "L1", "L3", "L5", "L6", "S1", 40, 65535])
_layer = st.sampled_from(["image", "mask", "labels", "points", "boxes", "grid"])

#: What people do most of the time: point, segment, keep, undo.
usual = st.one_of(
    st.builds(ops.AddPoints, at=st.lists(_inside, min_size=1, max_size=3).map(tuple), polarity=_polarity),
    st.builds(ops.AddBox, at=st.tuples(*[st.integers(0, 15)] * 4)),
    st.builds(ops.SegmentPoints),
    st.builds(ops.SegmentBox),
    st.builds(ops.AcceptMask),
    st.builds(ops.ChooseMask, index=st.integers(1, 3)),
    st.builds(ops.Undo, count=_count),
    st.builds(ops.Redo, count=_count),
    st.builds(ops.SetLabel, label=_label),
    st.builds(ops.NextSlice, count=_count),
    st.builds(ops.PreviousSlice, count=_count),
    st.builds(ops.SetView, axis=st.sampled_from(["axial", "coronal", "sagittal"])),
)

#: Everything that can be said.
anything = st.one_of(
    usual,
    st.builds(
        ops.AddPoints,
        count=_count,
        polarity=_polarity,
        at=st.none() | st.lists(_pair, min_size=1, max_size=3).map(tuple),
        cell=st.none() | _cell,
        here=st.booleans(),
    ),
    st.builds(ops.AddBox, at=st.none() | _box, cells=st.none() | st.tuples(_cell, _cell)),
    st.sampled_from([cls() for cls in (ops.ClearPoints, ops.ClearBoxes, ops.ClearAll, ops.RejectMask, ops.Help)]),
    st.sampled_from([cls() for cls in (ops.CheckDevice, ops.CheckModel, ops.NextLevel, ops.PreviousLevel)]),
    st.sampled_from([cls() for cls in (ops.Stop, ops.Measure, ops.Evaluate, ops.Repeat, ops.Confirm, ops.Cancel)]),
    st.sampled_from([ops.Propagate(), ops.StartListening(), ops.StopListening(), ops.SetView(axis="3d")]),
    st.builds(ops.GoToSlice, index=st.integers(0, 20) | st.sampled_from(["first", "middle", "last"])),
    st.builds(ops.SetWindow, preset=st.sampled_from(["bone", "soft_tissue", "lung", "full"])),
    st.builds(ops.SetWindow, level=st.floats(allow_nan=True), width=st.floats(min_value=0, exclude_min=True)),
    st.builds(ops.Show, target=_layer),
    st.builds(ops.Hide, target=_layer),
    st.builds(ops.Zoom, direction=st.sampled_from(["in", "out", "reset"])),
    st.builds(ops.Zoom, cell=_cell),
    st.builds(
        ops.Review,
        status=st.sampled_from(["approved", "flagged", "comment"]),
        label=st.none() | _label,
        text=st.none() | st.text(max_size=5),
    ),
    st.builds(ops.Measure, label=_label),
    st.builds(ops.OpenImage, path=st.text(min_size=1, max_size=20)),
)
