"""Phrases in the words that a model has."""

from napari_spinalsam.speech.vocabulary import ALIASES, cannot_hear, fit


def test_phrases_of_known_words_stay_as_they_are():
    fitted = fit(["next slice", "undo"], {"next", "slice", "undo"}.__contains__)
    assert fitted.phrases == ("next slice", "undo")
    assert not fitted.aliases
    assert not fitted.missing
    assert fitted.meant("next slice") == "next slice"


def test_a_missing_word_is_heard_by_its_alias_and_written_as_itself():
    fitted = fit(["gpu status", "undo"], {"g", "p", "u", "status", "undo"}.__contains__)
    assert fitted.phrases == ("g p u status", "undo")
    assert fitted.meant("g p u status") == "gpu status"
    assert fitted.meant("stop it") == "stop it"
    assert not fitted.missing


def test_an_alias_is_no_use_where_the_model_has_the_word():
    fitted = fit(["gpu status"], {"gpu", "g", "p", "u", "status"}.__contains__)
    assert fitted.phrases == ("gpu status",)
    assert not fitted.aliases


def test_a_word_without_alias_is_reported_and_its_phrases_left_out():
    fitted = fit(["undo", "sagittal view"], {"undo", "view"}.__contains__)
    assert fitted.phrases == ("undo",)
    assert fitted.missing == {"sagittal"}


def test_a_model_of_another_language_is_no_matter():
    english = fit(["undo", "撤销"], {"undo"}.__contains__)
    assert english.phrases == ("undo",)
    assert not english.missing
    chinese = fit(["undo", "撤销"], {"撤销"}.__contains__)
    assert chinese.phrases == ("撤销",)
    assert not chinese.missing


def test_chinese_is_cut_into_the_longest_words_there_are():
    known = {"下", "一", "张", "一张", "显示", "网", "格", "网格"}
    assert fit(["下一张", "显示网格"], known.__contains__).phrases == ("下 一张", "显示 网格")


def test_aliases_are_other_ways_to_write_the_word():
    assert all(alias != word for word, aliases in ALIASES.items() for alias in aliases)


def test_of_many_missing_words_some_are_named_and_the_others_counted():
    assert "does not know: a, b." in cannot_hear(frozenset("ba"))
    many = cannot_hear(frozenset("abcdefghijk"))
    assert "a, b, c, d, e, f, g, h and 3 more" in many
