from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands.catalogue import completions
from napari_spinalsam.commands.operations import AddPoints, Undo, Zoom
from napari_spinalsam.commands.suggest import describe, suggest


def test_the_nearest_example_comes_first():
    assert suggest("make a point mask thing")[0] == "generate point mask"
    assert suggest("显示一下那个网格嘛")[0] == "显示网格"


@given(st.text(max_size=600))
def test_suggestions_are_examples(text):
    suggestions = suggest(text)
    assert len(suggestions) == len(set(suggestions)) <= 3
    assert set(suggestions) <= set(completions()) | set(completions(chinese=True))


def test_operations_are_described_in_words_that_can_be_said():
    assert describe([Undo(count=3), Zoom(direction="in")]) == "undo the last three, then zoom in"
    assert describe([AddPoints(count=17)]) == "ADD_POINTS count=17"
