import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.training.prompt_sampling import corrective_click, jitter_box, sample_targets, tight_box
from napari_spinalsam.training.spine_shapes import PELVIS

SHAPE = (96, 128)
seeds = st.integers(0, 2**31)


def label_map():
    labels = np.zeros(SHAPE, np.uint8)
    labels[10:30, 20:60] = 1
    labels[12:28, 80:100] = 1  # the same vertebra, another part
    labels[40:60, 20:60] = 2
    labels[60:64, 30:50] = 3  # touches 2
    labels[70:95, 100:120] = PELVIS
    return labels


@st.composite
def masks(draw):
    mask = np.zeros(SHAPE, bool)
    row, column = draw(st.integers(0, 80)), draw(st.integers(0, 100))
    mask[row : row + draw(st.integers(1, 40)), column : column + draw(st.integers(1, 40))] = True
    return mask


@given(seeds, st.sampled_from([0.0, 1.0]))
def test_first_prompts_lie_on_their_structure(seed, point_share):
    for target in sample_targets(np.random.default_rng(seed), label_map(), 6, point_share):
        assert target.mask.sum() >= 40
        if point_share == 1.0:
            assert target.box is None
            (x, y), positive = target.points[0], target.positive[0]
            assert positive
            assert target.mask[int(y), int(x)]
        else:
            x0, y0, x1, y1 = target.box
            inside = target.mask[max(int(y0), 0) : int(y1) + 1, max(int(x0), 0) : int(x1) + 1].sum()
            assert inside > 0.6 * target.mask.sum()


@given(seeds)
def test_targets_are_structures_of_the_label_map(seed):
    labels = label_map()
    for target in sample_targets(np.random.default_rng(seed), labels, 6, 0.5):
        found = set(np.unique(labels[target.mask]).tolist())
        assert 0 not in found
        assert found == {PELVIS} or PELVIS not in found


def test_every_kind_of_target_is_drawn():
    rng = np.random.default_rng(0)
    drawn = {
        frozenset(np.unique(label_map()[target.mask]).tolist()) | {int(target.mask.sum())}
        for target in sample_targets(rng, label_map(), 300, 0.5)
    }
    assert {frozenset({1, 800}), frozenset({1, 1120}), frozenset({2, 3, 880}), frozenset({2, 800})} <= drawn
    assert frozenset({PELVIS, 500}) in drawn
    assert frozenset({1, 2, 3, 2000}) in drawn  # a click may mean all vertebrae


def test_an_empty_label_map_has_no_targets():
    assert sample_targets(np.random.default_rng(0), np.zeros(SHAPE, np.uint8), 5) == []


@given(seeds, masks(), st.floats(0, 0.12))
def test_a_jittered_box_moves_by_its_share_at_most_and_stays_on_the_slice(seed, mask, share):
    box = tight_box(mask)
    moved = jitter_box(np.random.default_rng(seed), box, share, SHAPE)
    width, height = box[2] - box[0] + 1, box[3] - box[1] + 1
    for new, old, size, limit in zip(moved, box, (width, height) * 2, (SHAPE[1], SHAPE[0]) * 2, strict=True):
        assert abs(new - old) <= share * size + 1e-6
        assert -0.5 <= new <= limit - 0.5


@given(seeds, masks(), masks())
def test_a_corrective_click_lies_where_the_prediction_is_wrong(seed, predicted, truth):
    click = corrective_click(np.random.default_rng(seed), predicted, truth)
    if click is None:
        assert np.array_equal(predicted, truth)
        return
    x, y, positive = click
    assert truth[int(y), int(x)] == positive
    assert predicted[int(y), int(x)] != positive


def test_the_largest_error_is_corrected_first():
    truth, predicted = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    truth[10:20, 10:20] = True
    predicted[40:80, 40:80] = True
    x, y, positive = corrective_click(np.random.default_rng(0), predicted, truth)
    assert not positive
    assert 40 <= x < 80
    assert 40 <= y < 80


def test_parts_that_fill_little_of_their_box_are_drawn_more_often():
    labels = np.zeros((100, 100), dtype=np.uint8)
    labels[5:25, 5:25] = 1
    for i in range(60):
        labels[35 + i, 30 + i : 34 + i] = 1  # a slanted bar
    targets = sample_targets(np.random.default_rng(0), labels, 200, point_share=0.0)
    slanted = sum(bool(target.mask[65, 61]) for target in targets if not target.mask[10, 10])
    assert slanted > 2 * sum(bool(target.mask[10, 10]) for target in targets if not target.mask[65, 61])
