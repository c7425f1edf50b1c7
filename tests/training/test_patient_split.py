"""Patients are split, never slices."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.errors import ConfigError
from napari_spinalsam.training.cases import Case
from napari_spinalsam.training.patient_split import split_by_patient


def cases_of(patients):
    return [Case(f"{p}_{i}", str(p), Path(f"{p}_{i}.png"), Path(f"{p}_{i}.png")) for i, p in enumerate(patients)]


@given(
    patients=st.lists(st.integers(0, 12), min_size=2).filter(lambda found: len(set(found)) > 1),
    share=st.floats(0.01, 0.99),
    seed=st.integers(0, 99),
)
def test_every_case_is_on_one_side_and_every_patient_too(patients, share, seed):
    cases = cases_of(patients)
    training, held_out = split_by_patient(cases, share, seed)
    assert sorted(training + held_out, key=cases.index) == cases
    ours, theirs = {case.patient for case in training}, {case.patient for case in held_out}
    assert not ours & theirs
    assert ours
    assert theirs
    assert abs(len(theirs) - share * len(set(patients))) <= 1
    shuffled = cases[:]
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    assert {case.patient for case in split_by_patient(shuffled, share, seed)[1]} == theirs


def test_other_seeds_hold_out_others():
    cases = cases_of(range(50))
    assert len({frozenset(c.patient for c in split_by_patient(cases, 0.2, seed)[1]) for seed in range(5)}) == 5
    assert len(split_by_patient(cases, 0.2)[1]) == 10


def test_one_patient_cannot_be_split_but_may_be_trained_on():
    cases = cases_of([7, 7, 7])
    with pytest.raises(ConfigError, match="All 3 images are of one patient"):
        split_by_patient(cases)
    assert split_by_patient(cases, 0) == (cases, [])
