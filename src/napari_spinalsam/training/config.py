"""Settings of a training run from scratch on synthetic slices."""

from __future__ import annotations

from dataclasses import dataclass

from napari_spinalsam.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How the small SAM is trained; the defaults are those of the bundled weights.

    Parameters
    ----------
    seed : int
        Of weights, samples and prompts.
    steps : int
        Length of the schedule.
    tile_share : float
        Share of the schedule spent on small tiles of the input, while the network learns to obey prompts.
    tiles, wholes : tuple of (int, int)
        Side of the region in patches and slices a step, one pair drawn for each step: in the first part and in the rest
        of the schedule. All cost about the same.
    single_prompt_steps : int
        Steps before corrective clicks begin.
    prompts : int
        Structures prompted on each slice; every one runs through the same embedding.
    learning_rate, weight_decay : float
        AdamW's; the rate rises over ``warmup_steps`` and falls to a hundredth along a cosine.
    ema : float
        Decay of the averaged weights, which are the ones kept.
    first_samples, samples_per_step, max_samples : int
        Size of the growing pool that slices are drawn from.
    validation_samples : int
        Held-out synthetic slices.
    save_every, validate_every : int
        Steps between checkpoints, and between validations.
    bf16 : bool
        Whether to compute in bfloat16 where autocast allows it.
    """

    seed: int = 0
    steps: int = 12000
    tile_share: float = 0.45
    single_prompt_steps: int = 200
    tiles: tuple[tuple[int, int], ...] = ((16, 4),)
    wholes: tuple[tuple[int, int], ...] = ((24, 2), (32, 1), (32, 1))
    prompts: int = 6
    learning_rate: float = 6e-4
    weight_decay: float = 0.05
    warmup_steps: int = 100
    ema: float = 0.998
    first_samples: int = 256
    samples_per_step: int = 2
    max_samples: int = 12000
    validation_samples: int = 64
    save_every: int = 50
    validate_every: int = 400
    bf16: bool = True

    def __post_init__(self) -> None:
        for name in ("prompts", "first_samples", "max_samples", "save_every", "validate_every"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}", "Give at least 1")

    def samples_at(self, step: int) -> int:
        """How many samples of the pool a step draws from."""
        return min(self.max_samples, self.first_samples + self.samples_per_step * step)
