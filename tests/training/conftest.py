import pytest
from made_up_spine import TINY, made_up_stage


@pytest.fixture(scope="session")
def stage():
    return made_up_stage()


@pytest.fixture(scope="session")
def pool(stage, tmp_path_factory):
    """A dozen samples of 128 pixels."""
    from napari_spinalsam.training.dataset import SamplePool

    made = SamplePool.create(tmp_path_factory.mktemp("pool"), size=TINY.input_size, capacity=12, seed=(3,))
    made.fill(stage, 12)
    return made
