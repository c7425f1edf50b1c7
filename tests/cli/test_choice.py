import pytest

from napari_spinalsam.cli.choice import one_of
from napari_spinalsam.errors import UsageError


def test_a_word_that_is_a_choice_is_returned():
    assert one_of(("axial", "coronal"), "view", "coronal") == "coronal"


@pytest.mark.parametrize("word", ["oblique", "Axial", ""])
def test_any_other_word_is_refused_with_what_there_is(word):
    with pytest.raises(UsageError) as refused:
        one_of(("axial", "coronal"), "view", word)
    assert f"There is no view {word!r}" in str(refused.value)
    assert "Choose from axial, coronal" in str(refused.value)
