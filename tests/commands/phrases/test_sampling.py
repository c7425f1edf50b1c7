from itertools import islice

from napari_spinalsam.commands.operations import BY_CODE
from napari_spinalsam.commands.phrases.families import read_families, trained_wordings, unseen_expansions
from napari_spinalsam.commands.phrases.sampling import PhraseSampler, draw_fixed


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


def test_a_fixed_set_is_the_same_every_time():
    assert draw_fixed("test", 300) == draw_fixed("test", 300)


def test_there_are_thousands_of_families():
    families = read_families()
    assert len(families) > 3500
    assert sum(f.answer == "none" for f in families) > 300
