"""Random operations of every kind, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from napari_spinalsam.commands import operations as ops
from napari_spinalsam.vertebrae import LEVELS, MAX_LABEL

_counts = st.integers(1, ops.MAX_COUNT)
_labels = st.sampled_from(LEVELS) | st.integers(1, MAX_LABEL)
_coordinates = st.floats(0, 4096, allow_nan=False)
_cells = st.builds(lambda letter, number: f"{letter}{number}", st.sampled_from("ABCDEFGHIJ"), st.integers(1, 12))
_paths = st.text(min_size=1, max_size=60)
_layers = st.sampled_from(["image", "mask", "labels", "points", "boxes", "grid"])
_hu = st.floats(-2000, 3000, allow_nan=False)

_ARGUMENTS: dict[type[ops.BaseOperation], dict[str, st.SearchStrategy[Any]]] = {
    ops.OpenImage: {"path": st.none() | _paths},
    ops.AddPoints: {
        "count": _counts,
        "polarity": st.sampled_from(["positive", "negative"]),
        "at": st.none() | st.lists(st.tuples(_coordinates, _coordinates), min_size=1, max_size=4).map(tuple),
        "cell": st.none() | _cells,
        "here": st.booleans(),
    },
    ops.AddBox: {
        "at": st.none() | st.tuples(*[_coordinates] * 4),
        "cells": st.none() | st.tuples(_cells, _cells),
    },
    ops.PreviousSlice: {"count": _counts},
    ops.NextSlice: {"count": _counts},
    ops.Undo: {"count": _counts},
    ops.Redo: {"count": _counts},
    ops.ChooseMask: {"index": st.integers(1, 3)},
    ops.SetLabel: {"label": _labels},
    ops.GoToSlice: {"index": st.integers(0, 5000) | st.sampled_from(["first", "middle", "last"])},
    ops.SetView: {"axis": st.sampled_from(["axial", "coronal", "sagittal", "3d"])},
    ops.SetWindow: {
        "preset": st.sampled_from(["bone", "soft_tissue", "lung", "full"]),
        "level": st.none() | _hu,
        "width": st.none() | st.floats(1, 4000, allow_nan=False),
    },
    ops.Show: {"target": _layers},
    ops.Hide: {"target": _layers},
    ops.Zoom: {"direction": st.sampled_from(["in", "out", "reset"]), "cell": st.none() | _cells},
    ops.Review: {
        "status": st.sampled_from(["approved", "flagged", "comment"]),
        "label": st.none() | _labels,
        "text": st.none() | st.text(max_size=100),
    },
    ops.Propagate: {
        "direction": st.sampled_from(["forward", "backward", "both"]),
        "count": st.none() | _counts,
        "to": st.none() | st.integers(0, 5000),
    },
    ops.SaveLabels: {"path": st.none() | _paths},
    ops.Measure: {"label": st.none() | _labels},
}

#: Any operation of the catalogue.
operations = st.sampled_from(ops.OPERATIONS).flatmap(lambda cls: st.builds(cls, **_ARGUMENTS.get(cls, {})))
