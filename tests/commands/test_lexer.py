import pytest

from napari_spinalsam.commands.lexer import tokenise
from napari_spinalsam.commands.normalise import normalise


def _tokens(text):
    return tokenise(normalise(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("label L3", ("L", 3)),
        ("label L 3", ("L", 3)),
        ("label el three", ("L", 3)),
        ("label el to", ("L", 2)),
        ("switch to T twelve", ("T", 12)),
        ("third lumbar vertebra", ("L", 3)),
        ("lumbar three", ("L", 3)),
        ("the vertebral body of the first sacral", ("S", 1)),
        ("第三腰椎", ("L", 3)),
        ("标为胸十二", ("T", 12)),
        ("腰3", ("L", 3)),
        ("zoom to see four", ("C", 4)),
        ("cell be two", ("B", 2)),
        ("point at e five", ("E", 5)),
    ],
)
def test_codes(text, code):
    assert [token.code for token in _tokens(text) if token.kind == "code"] == [code]


@pytest.mark.parametrize("text", ["I see four points", "be two", "add a 3", "x 120 y 200", "go to 5"])
def test_words_that_are_no_codes(text):
    assert not [token for token in _tokens(text) if token.kind == "code"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("add for points", [4]),
        ("go back to slices", [2]),
        ("a couple of points", [2]),
        ("undo twice", [2]),
        ("the 42nd slice", [42]),
        ("第42张", [42]),
        ("第四十二张", [42]),
        ("添加两个点", [2]),
        ("level -600 width 1500.5", [-600, 1500.5]),
        ("wait for points", []),
    ],
)
def test_numbers(text, values):
    assert [token.value for token in _tokens(text) if token.kind == "number"] == values


def test_joints_are_told_apart():
    kinds = [
        token.kind
        for token in _tokens("undo and redo then save; next, 然后保存并撤销")
        if token.kind in ("join", "stop")
    ]
    assert kinds == ["join", "stop", "stop", "join", "stop", "join"]


def test_unknown_words_stay_unknown():
    assert [token.kind for token in _tokens("undo the kangaroo")] == ["word", "word", "unknown"]


def test_mended_words_are_marked():
    assert [token.mended for token in _tokens("clear the piont")] == [False, False, True]
