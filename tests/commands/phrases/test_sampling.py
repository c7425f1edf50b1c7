import hashlib
from itertools import islice

from napari_spinalsam.commands.operations import BY_CODE
from napari_spinalsam.commands.phrases.families import (
    is_held_out,
    read_families,
    trained_wordings,
    unseen_expansions,
)
from napari_spinalsam.commands.phrases.sampling import PhraseSampler, draw_fixed
from napari_spinalsam.commands.phrases.template import expansions


def test_every_operation_is_trained_in_both_languages():
    for chinese in (False, True):
        sampler = PhraseSampler("train", 0)
        families = [f for f in read_families() if f.split == "train" and f.chinese == chinese]
        found = {operation.code for family in families for operation in sampler.draw(family).operations}
        assert found == set(BY_CODE)


def test_every_family_means_what_can_be_read():
    sampler = PhraseSampler("train", 1)
    for family in read_families():
        assert bool(sampler.draw(family).operations) == (family.answer != "none")


def test_held_out_wording_is_in_no_training_family():
    for family in read_families():
        if family.split == "test":
            plain = {text.lower().strip() for text in unseen_expansions(family)}
            assert not plain & trained_wordings()


def test_splits_share_no_family():
    sources = {split: {s for p in draw_fixed(split, 400) for s in p.sources} for split in ("validation", "test")}
    trained = {s for p in islice(PhraseSampler("train", 2), 2000) for s in p.sources}
    assert not sources["validation"] & sources["test"]
    assert not trained & (sources["validation"] | sources["test"])


def test_added_families_are_for_training_and_never_say_what_is_held_out():
    sampler = PhraseSampler("train", 4)
    added = [family for family in read_families() if family.added]
    assert {family.split for family in added} == {"train"}
    shared = [family for family in added if any(map(is_held_out, expansions(family.template)))]
    said = {sampler._expand(family) for family in shared for _ in range(20)}
    assert said
    assert not any(map(is_held_out, said))


def test_the_held_out_families_stay_those_that_were_fixed_first():
    held_out = sorted(f.source for f in read_families() if f.split == "test")
    assert (len(held_out), hashlib.sha256("\n".join(held_out).encode()).hexdigest()[:16]) == (570, "9d444cc4f4cbacea")


def test_a_fixed_set_is_the_same_every_time():
    assert draw_fixed("test", 300) == draw_fixed("test", 300)


def test_there_are_thousands_of_families():
    families = read_families()
    assert len(families) > 3500
    assert sum(f.answer == "none" for f in families) > 300
