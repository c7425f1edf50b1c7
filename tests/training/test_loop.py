import csv

import numpy as np
import pytest
import torch
from made_up_spine import TINY

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.config import TrainingConfig
from napari_spinalsam.training.loop import CHECKPOINT, learning_rate, new_state, resume_state, train, train_step
from napari_spinalsam.training.validation import validation_dice

CONFIG = TrainingConfig(
    steps=6,
    tile_share=0.5,
    single_prompt_steps=2,
    tiles=((4, 2),),
    wholes=((8, 1),),
    prompts=2,
    warmup_steps=2,
    first_samples=12,
    max_samples=12,
    save_every=2,
    validate_every=3,
    bf16=False,
)


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_training_lowers_the_loss(pool, tmp_path):
    config = TrainingConfig(
        steps=160,
        tile_share=0.0,
        single_prompt_steps=160,
        wholes=((8, 2),),
        prompts=3,
        learning_rate=3e-3,
        warmup_steps=5,
        first_samples=4,
        max_samples=4,
        samples_per_step=0,
        save_every=1000,
        bf16=False,
    )
    state = new_state(config, TINY)
    train(state, pool, tmp_path)
    losses = [float(row["loss"]) for row in rows(tmp_path / "log.csv")]
    assert np.nanmean(losses[-20:]) < 0.8 * np.nanmean(losses[:10])
    before = validation_dice(new_state(config, TINY).sam, pool, 4)
    state.sam.load_state_dict(state.averaged)
    assert validation_dice(state.sam, pool, 4) > before


def test_a_resumed_run_gives_the_same_weights(pool, tmp_path):
    straight = new_state(CONFIG, TINY)
    (tmp_path / "straight").mkdir()
    train(straight, pool, tmp_path / "straight")

    class KilledError(Exception):
        pass

    def kill(state):
        raise KilledError

    broken = tmp_path / "broken"
    broken.mkdir()
    with pytest.raises(KilledError):
        train(new_state(CONFIG, TINY), pool, broken, validate=kill)  # in step 3; the last checkpoint is of step 2
    resumed = resume_state(CONFIG, TINY, broken)
    assert resumed.step == 2
    train(resumed, pool, broken)
    assert resumed.step == straight.step == 6
    for name, value in straight.sam.state_dict().items():
        assert torch.equal(resumed.sam.state_dict()[name], value), name
        assert torch.equal(resumed.averaged[name], straight.averaged[name]), name


def test_validations_are_logged(pool, tmp_path):
    train(new_state(CONFIG, TINY), pool, tmp_path, validate=lambda state: 0.25 * state.step)
    assert [(row["step"], row["dice"]) for row in rows(tmp_path / "validation.csv")] == [("3", "0.75"), ("6", "1.5")]


def test_a_run_with_another_seed_is_refused(pool, tmp_path):
    train(new_state(CONFIG, TINY), pool, tmp_path)
    assert (tmp_path / CHECKPOINT).exists()
    with pytest.raises(ConfigError, match="seed 0"):
        resume_state(TrainingConfig(seed=1), TINY, tmp_path)


def test_a_loss_that_is_no_number_stops_before_the_weights_change(pool):
    state = new_state(CONFIG, TINY)
    with torch.no_grad():
        state.sam.mask_decoder.mask_tokens.weight.fill_(float("nan"))
    before = state.sam.image_encoder.pos_embed.clone()
    with pytest.raises(FloatingPointError, match="step 0"):
        train_step(state, pool)
    assert torch.equal(state.sam.image_encoder.pos_embed, before)


def test_the_learning_rate_rises_and_falls():
    config = TrainingConfig(learning_rate=1.0, warmup_steps=10)
    assert learning_rate(config, 0, 0.0) == pytest.approx(0.1)
    assert learning_rate(config, 50, 0.0) == pytest.approx(1.0)
    assert learning_rate(config, 50, 0.5) == pytest.approx(0.505)
    assert learning_rate(config, 50, 1.0) == pytest.approx(0.01)


@pytest.mark.parametrize("name", ["prompts", "save_every", "max_samples"])
def test_a_config_that_cannot_work_is_refused(name):
    with pytest.raises(ConfigError, match=name):
        TrainingConfig(**{name: 0})
