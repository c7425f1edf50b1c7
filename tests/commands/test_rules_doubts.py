import pytest

from napari_spinalsam.commands.interpreter import Interpreter, ModelParse
from napari_spinalsam.commands.operations import Undo, to_json
from napari_spinalsam.commands.rules import is_doubtful, is_remark, parse


def _codes(text):
    return [operation.code for operation in parse(text).operations]


@pytest.mark.parametrize(
    "phrase",
    [
        "go to slice 5, no, slice 6",
        "go to slice 5, actually slice 6",
        "label L3, sorry, label L4",
        "zoom in, I mean, zoom out",
        "add three points, no, four points",
        "hide the mask, no, hide the labels",
        "accept, oh no, reject",
        "next, oops, undo",
        "next slice, then no",
        "undo, no, redo",
        "clear the points, wrong, clear the boxes",
        "跳到第5张，不对，第6张",
        "下一张，不对，上一张",
        "撤销，不对，重做",
    ],
)
def test_second_thoughts_are_undecided(phrase):
    assert is_doubtful(phrase)
    assert not parse(phrase).decided


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("next slice, oops, undo that", ["NEXT_SLICE", "UNDO"]),
        ("undo, that was wrong", ["UNDO"]),
        ("ok actually, next slice", ["NEXT_SLICE"]),
        ("no, next slice", ["NEXT_SLICE"]),
        ("next slice, looks bad, reject it", ["NEXT_SLICE", "REJECT_MASK"]),
        ("misclick, undo", ["UNDO"]),
        ("下一张，错了，撤销", ["NEXT_SLICE", "UNDO"]),
    ],
)
def test_verdicts_that_agree_with_an_order_say_nothing(phrase, codes):
    assert _codes(phrase) == codes


@pytest.mark.parametrize(
    "phrase",
    [
        "before you save, measure it",
        "before you go on, save",
        "not L3 but L4",
        "clear points instead of boxes",
        "accept unless it is bad",
        "propagate until I say stop",
        "yes, then save",
        "对，然后保存",
        "保存前测量",
        "保存之前，先测量",
        "下一张前接受",
        "不要上一张，要下一张",
    ],
)
def test_orders_told_in_reverse_or_under_a_condition_are_undecided(phrase):
    assert not parse(phrase).decided


def test_before_between_two_orders_keeps_their_order():
    assert _codes("accept before you save") == ["ACCEPT_MASK", "SAVE_LABELS"]


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("采纳后另存为 /a/x.nii.gz", ["ACCEPT_MASK", "SAVE_LABELS"]),
        ("先传播，后保存", ["PROPAGATE", "SAVE_LABELS"]),
        ("加载/a/x.nii.gz后换矢状面", ["OPEN_IMAGE", "SET_VIEW"]),
        ("清空以后拉框", ["CLEAR_ALL", "ADD_BOX"]),
        ("画框后加5个点", ["ADD_BOX", "ADD_POINTS"]),
        ("加三个点后分割", ["ADD_POINTS", "SEGMENT_POINTS"]),
        ("接受后向前传播", ["ACCEPT_MASK", "PROPAGATE"]),
        ("保存后下一张", ["SAVE_LABELS", "NEXT_SLICE"]),
        ("保存后五张", ["SAVE_LABELS", "NEXT_SLICE"]),
        ("后五张", ["NEXT_SLICE"]),
        ("后 5 张", ["NEXT_SLICE"]),
        ("后一张", ["NEXT_SLICE"]),
    ],
)
def test_after_is_a_joint_between_chinese_orders(phrase, codes):
    assert _codes(phrase) == codes


@pytest.mark.parametrize(
    "phrase",
    [
        "back one change",
        "step forward one change",
        "one step back",
        "the last change",
        "take the last change back",
        "roll forward again",
        "end it now",
        "start now",
        "retract the take back",
        "恢复到三步之前",
        "回到三步之前",
        "退回去",
    ],
)
def test_steps_of_the_history_are_no_slices(phrase):
    assert not parse(phrase).decided


@pytest.mark.parametrize(
    "phrase",
    [
        "draw the outline from the box",
        "make a new one from the points",
        "make one from the box",
        "draw it from the points",
        "do the points",
        "give me the points",
        "点和框",
        "负点就点这里",
        "负点，就这",
        "441 170跟250 194都是背景，打负点",
    ],
)
def test_prompts_that_are_there_are_not_added(phrase):
    assert not parse(phrase).decided


@pytest.mark.parametrize(
    "phrase", ["outline for these points", "draw the outline from the points", "outline the points"]
)
def test_an_outline_of_points_is_a_mask(phrase):
    assert _codes(phrase) == ["SEGMENT_POINTS"]


@pytest.mark.parametrize(
    "phrase",
    ["box from the mask", "turn the mask into a box", "根据掩码生成框", "把掩码转成框", "add it to the points"],
)
def test_a_prompt_from_the_mask_is_no_mask_from_the_prompt(phrase):
    assert not parse(phrase).decided


@pytest.mark.parametrize("phrase", ["mask from the box", "turn the box into a mask", "根据框生成掩码", "把框转成掩码"])
def test_a_mask_from_the_box(phrase):
    assert _codes(phrase) == ["SEGMENT_BOX"]


@pytest.mark.parametrize(
    "phrase",
    [
        "keep the labels, discard the preview",
        "keep the labels",
        "把预览扔掉，标签留着",
        "dump everything",
        "图像打开",
        "bring up the image",
        "把片子调出来",
        "只看标签",
        "select 2",
        "switch to 5",
        "skip the next slice",
        "从头开始，骨窗",
        "标记设到第十二胸椎",
        "点框都清掉",
        "make the box bigger",
        "next view",
        "有多少层",
        "到下面那个椎体，框起来",
    ],
)
def test_what_may_mean_two_things_is_undecided(phrase):
    assert not parse(phrase).decided


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("给我点和框都清掉", ["CLEAR_POINTS", "CLEAR_BOXES"]),
        ("我要点和框都藏起来", ["HIDE", "HIDE"]),
        ("底图开", ["SHOW"]),
        ("图像层打开", ["SHOW"]),
        ("回退10层，画框", ["PREVIOUS_SLICE", "ADD_BOX"]),
        ("骶一有问题，标记", ["REVIEW"]),
        ("keep the mask in the labels", ["ACCEPT_MASK"]),
        ("restate that", ["REPEAT"]),
    ],
)
def test_what_the_rules_once_took_wrongly(phrase, codes):
    assert _codes(phrase) == codes


class _UndoesEverything:
    def parse(self, text, timeout_s):
        return ModelParse((), 0.0) if "," in text else ModelParse((Undo(),), 1.0)


def test_a_doubtful_sentence_is_not_pieced_together():
    interpreter = Interpreter(_UndoesEverything())
    assert interpreter.interpret("zoom in, no, zoom out").operations == ()
    assert [op["op"] for op in to_json(interpreter.interpret("zoom in, frobnicate").operations)] == ["ZOOM", "UNDO"]


class _UnderstandsNothing:
    def parse(self, text, timeout_s):
        return ModelParse((), 0.0)


def test_no_unknown_piece_of_a_sentence_is_passed_over():
    assert not is_remark("water the plants")
    assert Interpreter(_UnderstandsNothing()).interpret("undo, water the plants, zoom in").operations == ()
