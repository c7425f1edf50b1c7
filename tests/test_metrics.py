"""Metrics against their definitions on sets, a brute-force search over all pairs of surface elements, and MONAI."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.metrics import hausdorff_distance

from napari_spinalsam.errors import LabelsError
from napari_spinalsam.metrics import dice, hausdorff95, iou, mean_surface_distance, surface_distances

shapes = hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=7)
pairs = shapes.flatmap(lambda shape: st.tuples(hnp.arrays(bool, shape), hnp.arrays(bool, shape)))
spacings = st.floats(0.25, 4)


def surface(mask):
    """Elements with a neighbour across a face that is not in the mask or not in the image."""
    padded = np.pad(mask, 1)
    steps = [s * np.eye(mask.ndim, dtype=int)[axis] for axis in range(mask.ndim) for s in (-1, 1)]
    return [
        where for where in map(tuple, np.argwhere(padded)) if any(not padded[tuple(np.add(where, s))] for s in steps)
    ]


def outline(mask):
    image = np.pad(np.zeros_like(mask), 1)
    image[tuple(np.transpose(surface(mask)))] = True
    return image


def brute_force(a, b, spacing):
    def distances(of, to):
        return [min(math.dist(np.multiply(p, spacing), np.multiply(q, spacing)) for q in to) for p in of]

    a, b = surface(a), surface(b)
    return distances(a, b), distances(b, a)


@given(pairs)
def test_overlap(pair):
    a, b = pair
    inside_a, inside_b = set(map(tuple, np.argwhere(a))), set(map(tuple, np.argwhere(b)))
    if inside_a | inside_b:
        assert iou(a, b) == pytest.approx(len(inside_a & inside_b) / len(inside_a | inside_b))
        assert dice(a, b) == pytest.approx(2 * iou(a, b) / (1 + iou(a, b)))
    assert dice(a, b) == dice(b, a)
    assert dice(a, a) == iou(a, a) == 1


@given(pairs, st.lists(spacings, min_size=3, max_size=3))
def test_distances(pair, spacing):
    a, b = pair
    spacing = spacing[: a.ndim]
    if a.any() and b.any():
        to_b, to_a = brute_force(a, b, spacing)
        assert mean_surface_distance(a, b, spacing) == pytest.approx(np.mean(to_b + to_a))
        assert hausdorff95(a, b, spacing) == pytest.approx(max(np.percentile(to_b, 95), np.percentile(to_a, 95)))
        assert hausdorff95(a, b) <= hausdorff_distance(outline(a), outline(b)) + 1e-9
        assert surface_distances(a, b, spacing) == (mean_surface_distance(a, b, spacing), hausdorff95(a, b, spacing))
    assert mean_surface_distance(a, b, spacing) == pytest.approx(mean_surface_distance(b, a, spacing))
    assert mean_surface_distance(a, a, spacing) == hausdorff95(a, a, spacing) == 0


@given(pairs, st.integers(0, 3), spacings)
def test_empty_surroundings_change_nothing_and_millimetres_scale(pair, margin, scale):
    a, b = pair
    wide_a, wide_b = np.pad(a, margin), np.pad(b, margin)
    assert dice(wide_a, wide_b) == dice(a, b)
    for metric in (mean_surface_distance, hausdorff95):
        assert metric(wide_a, wide_b) == metric(a, b)
        assert metric(a, b, [scale] * a.ndim) == pytest.approx(scale * metric(a, b))


@given(pairs.filter(lambda pair: pair[0].any() and pair[1].any()), st.lists(spacings, min_size=3, max_size=3))
@settings(max_examples=50)
def test_an_independent_library_agrees(pair, spacing):
    monai = pytest.importorskip("monai.metrics")
    torch = pytest.importorskip("torch")
    a, b = (torch.from_numpy(mask)[None, None].float() for mask in pair)
    spacing = spacing[: pair[0].ndim]
    ours = surface_distances(*pair, spacing)
    mean = monai.compute_average_surface_distance(a, b, include_background=True, symmetric=True, spacing=spacing)
    greatest = monai.compute_hausdorff_distance(a, b, include_background=True, percentile=95, spacing=spacing)
    assert ours.mean == pytest.approx(float(mean), rel=1e-5, abs=1e-5)
    assert ours.hausdorff95 == pytest.approx(float(greatest), rel=1e-5, abs=1e-5)
    assert dice(*pair) == pytest.approx(float(monai.compute_dice(a, b, include_background=True)), rel=1e-6)
    assert iou(*pair) == pytest.approx(float(monai.compute_iou(a, b, include_background=True)), rel=1e-6)


def test_two_squares_by_hand():
    a, b = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    a[5:10, 5:10] = True
    b[5:10, 7:12] = True
    assert dice(a, b) == pytest.approx(0.6)
    assert iou(a, b) == pytest.approx(15 / 35)
    assert hausdorff95(a, b) == 2
    assert hausdorff95(a, b, (1, 0.5)) == 1


@pytest.mark.parametrize("shape", [(4, 5), (3, 4, 5)])
def test_empty_masks(shape):
    empty, full = np.zeros(shape, bool), np.ones(shape, bool)
    assert dice(empty, empty) == iou(empty, empty) == 1
    assert surface_distances(empty, empty) == (0, 0)
    for a, b in itertools.permutations([empty, full]):
        assert dice(a, b) == iou(a, b) == 0
        assert surface_distances(a, b) == (math.inf, math.inf)


@pytest.mark.parametrize("metric", [dice, iou, surface_distances])
def test_shapes_must_agree(metric):
    with pytest.raises(LabelsError, match="cannot be compared"):
        metric(np.zeros((2, 3), bool), np.zeros((3, 2), bool))


def test_labels_count_as_inside():
    assert dice(np.array([[0, 22, 7]], np.uint16), np.array([[0, 1, 255]], np.uint8)) == 1
