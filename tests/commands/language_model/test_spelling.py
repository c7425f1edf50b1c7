import pytest

from napari_spinalsam.commands.language_model.spelling import words_to_digits


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("go to slice one hundred and five", "go to slice 105"),
        ("slice one oh five", "slice 105"),
        ("one twenty two hundred", "120 200"),
        ("ten twenty", "10 20"),
        ("one hundred two hundred", "100 200"),
        ("two hundred fifty one hundred", "250 100"),
        ("five thousand two hundred", "5200"),
        ("a thousand five hundred", "1500"),
        ("the forty second slice", "the 42th slice"),
        ("one and two", "1 and 2"),
        ("half a dozen points", "6 points"),
        ("a couple of slices", "a 2 of slices"),
        ("the first one", "the first 1"),
        ("oh no", "oh no"),
        ("第四十二张", "第42张"),
        ("下一张", "下1张"),
        ("一百二十", "120"),
        ("等一下", "等一下"),
        ("两个点", "2个点"),
        ("no numbers here", "no numbers here"),
    ],
)
def test_number_words_become_digits(said, expected):
    assert words_to_digits(said) == expected
