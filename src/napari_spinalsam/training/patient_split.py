"""Splitting cases into those to train on and those to hold out, by patient.

Neighbouring slices of one patient are nearly the same picture: split by slice, a network is tested on what it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.cases import Case


def split_by_patient(cases: Sequence[Case], share: float = 0.2, seed: int = 0) -> tuple[list[Case], list[Case]]:
    """Hold out a share of the patients, at least one.

    Parameters
    ----------
    cases : sequence of Case
    share : float
        Of the patients, from 0 (nobody is held out) to less than 1.
    seed : int
        The same seed and patients give the same split, in whatever order the cases come.

    Returns
    -------
    training, held_out : list of Case
        In the order of `cases`.

    Raises
    ------
    ConfigError
        If there are fewer than two patients to split.
    """
    patients = sorted({case.patient for case in cases})
    if share == 0:
        return list(cases), []
    if len(patients) < 2:
        raise ConfigError(
            f"All {len(cases)} images are of one patient, so none can be held out",
            "Give more patients, a patient pattern that tells them apart, or a validation share of 0",
        )
    n = min(max(1, round(share * len(patients))), len(patients) - 1)
    held_out = set(np.random.default_rng(seed).permutation(patients)[:n].tolist())
    return [c for c in cases if c.patient not in held_out], [c for c in cases if c.patient in held_out]
