import pytest

from napari_spinalsam.commands.operations import to_json
from napari_spinalsam.commands.rules import parse


def _args(text):
    return [operation["args"] for operation in to_json(parse(text).operations)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("comment: Old fracture, healed; see MRI", "Old fracture, healed; see MRI"),
        ('add a comment "delete everything and start over"', "delete everything and start over"),
        ("comment: undo the screw", "undo the screw"),
        ("Comment: Bone cement (L2), 20 % height loss, thanks", "Bone cement (L2), 20 % height loss"),
        ("备注：L3 陈旧骨折，谢谢", "L3 陈旧骨折"),
    ],
)
def test_the_text_is_the_users_own(text, words):
    assert _args(text) == [{"status": "comment", "text": words}]


@pytest.mark.parametrize(
    "text",
    [
        "comment on L2: stable",
        "L2 comment: stable",
        "comment for the second lumbar: stable",
        "add a note to L2: stable",
        "comment stable at L2",
    ],
)
def test_the_level_is_found_before_or_after(text):
    assert _args(text) == [{"status": "comment", "label": "L2", "text": "stable"}]


def test_a_command_may_follow():
    assert [op.code for op in parse("comment: stable; next level").operations] == ["REVIEW", "NEXT_LEVEL"]
    assert [op.code for op in parse("undo and comment: stable").operations] == ["UNDO", "REVIEW"]


@pytest.mark.parametrize(
    "text", ["comment on the weather", "note that the patient moved", "no comment", "comments", "he commented"]
)
def test_sentences_about_comments_are_none(text):
    assert parse(text).operations == ()
