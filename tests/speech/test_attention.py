"""What becomes of what was heard."""

import pytest

from napari_spinalsam.commands.rules import parse
from napari_spinalsam.speech.attention import Attention, Judgement, Situation
from napari_spinalsam.speech.phrase_list import WAKE_PHRASES

PLAIN = Situation()


def test_what_was_heard_in_full_is_a_command():
    assert Attention().judge("next slice", PLAIN) == Judgement("command", "next slice")


@pytest.mark.parametrize("text", ["[unk]", "[unk] next slice", "next [unk] slice", "next slice [unk]", ""])
def test_nothing_is_executed_where_anything_was_not_heard(text):
    judgement = Attention().judge(text, PLAIN)
    assert judgement.verdict == "unclear"
    assert "[unk]" not in judgement.text


@pytest.mark.parametrize("phrase", WAKE_PHRASES)
def test_a_wake_phrase_wakes(phrase):
    assert Attention(asleep=True).judge(phrase, PLAIN).verdict == "woke"


def test_a_chinese_model_may_cut_the_wake_phrase_into_other_words():
    assert Attention(asleep=True).judge("开始 监听", PLAIN).verdict == "woke"


@pytest.mark.parametrize("text", ["next slice", "up", "wake", "start", "wake up [unk]", "[unk] wake up", "save", ""])
def test_asleep_nothing_else_is_heard_or_even_written_down(text):
    assert Attention(asleep=True).judge(text, PLAIN) == Judgement("asleep", "")


def test_awake_a_wake_phrase_is_a_command_like_any_other():
    assert Attention().judge("wake up", PLAIN).verdict == "command"


@pytest.mark.parametrize("text", ["sleep", "good night", "hello spine", "listen to me"])
def test_words_for_listeners_are_put_into_words_of_the_catalogue(text):
    judgement = Attention().judge(text, PLAIN)
    assert parse(judgement.text).operations


def test_back_leaves_the_cell_that_was_zoomed_to_and_else_goes_back_a_slice():
    assert Attention().judge("back", Situation(grid=True, zoomed=True)).text == "zoom out"
    assert Attention().judge("back", Situation(grid=True)).text == "back"
    assert Attention().judge("back", Situation(zoomed=True)).text == "back"
    assert Attention().judge("go back two", Situation(grid=True, zoomed=True)).text == "go back two"


def test_what_is_expected_follows_the_situation():
    awake, asleep = Attention(), Attention(asleep=True)
    assert awake.expecting(PLAIN) == "commands"
    assert awake.expecting(Situation(question=True)) == "answer"
    assert asleep.expecting(Situation(question=True)) == "wake"
