import numpy as np
import pytest
from made_up_spine import VOXEL_MM, made_up_label_map

from napari_spinalsam.errors import ImageError
from napari_spinalsam.training.spine_shapes import GRID_MM, PELVIS, REACH_MM, SACRUM, read_ipl, spine_shape


@pytest.fixture(scope="module")
def spine():
    label_map = made_up_label_map()
    return spine_shape(label_map.array, label_map.voxel_mm, np.random.default_rng(0))


def test_neighbours_lie_in_different_volumes(spine):
    inside = spine.distances.numpy() < 0
    assert set(np.unique(spine.labels[0][inside[0]])) & {1, 2, 3} == {2}
    assert set(np.unique(spine.labels[1][inside[1]])) & {1, 2, 3} == {1, 3}


def test_the_sacrum_takes_the_turn_of_the_next_vertebra_and_the_pelvis_is_apart(spine):
    inside = spine.distances.numpy() < 0
    assert SACRUM in np.unique(spine.labels[0][inside[0]])
    assert PELVIS in np.unique(spine.labels[2][inside[2]])
    assert not (inside[2] & inside[0]).any()  # a joint lies between


def test_volumes_are_kept(spine):
    label_map = made_up_label_map()
    truth = (label_map.array > 0).sum() * VOXEL_MM**3
    inside = (spine.distances.numpy()[:2] < 0) & (spine.labels[:2] <= 3)
    assert inside.sum() * GRID_MM**3 == pytest.approx(truth, rel=0.1)


def test_distances_are_in_mm_and_limited(spine):
    distances = spine.distances.numpy()
    assert np.abs(distances).max() <= REACH_MM
    centre = np.rint(spine.centres[1] / GRID_MM).astype(int)
    assert distances[0][tuple(centre)] == pytest.approx(-6 * VOXEL_MM, abs=3.0)  # half the body's height


def test_offset_leads_back_to_the_label_map(spine):
    label_map = made_up_label_map()
    for level, value in enumerate((20, 21, 22)):
        voxel = np.rint((spine.centres[level] + spine.offset) / VOXEL_MM).astype(int)
        assert label_map.array[tuple(voxel)] == value


def test_the_axis_runs_from_head_to_feet(spine):
    assert spine.axis_at(1)[0] > 0.95
    assert np.linalg.norm(spine.axis_at(0)) == pytest.approx(1.0)


def test_a_file_that_is_no_nifti_is_refused(tmp_path):
    path = tmp_path / "mask.nii.gz"
    path.write_text("no image")
    with pytest.raises(ImageError, match="cannot be read"):
        read_ipl(path)
