import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands.numbers import LARGEST, chinese_words, english_words, read_chinese, read_english

numbers = st.integers(0, LARGEST)


@given(numbers)
def test_english_reads_back_what_it_writes(value):
    words = english_words(value).split()
    assert read_english(words) == (value, len(words), False)


@given(numbers)
def test_chinese_reads_back_what_it_writes(value):
    written = chinese_words(value)
    assert read_chinese(written) == (value, len(written), False)


@given(numbers, st.sampled_from(["slices", "and", "points"]))
def test_a_number_ends_where_other_words_begin(value, after):
    words = english_words(value).split()
    assert read_english([*words, after]) == (value, len(words), False)


@pytest.mark.parametrize(
    ("words", "value", "length", "ordinal"),
    [
        ("twelve hundred", 1200, 2, False),
        ("a hundred", 100, 2, False),
        ("a thousand and one", 1001, 4, False),
        ("one hundred twenty second", 122, 4, True),
        ("forty second", 42, 2, True),
        ("twentieth", 20, 1, True),
        ("two hundredth", 200, 2, True),
        ("two oh six", 206, 3, False),
        # 120 and 200, not 122 of something
        ("one hundred twenty two hundred", 120, 3, False),
        ("ten thousand", 10, 1, False),
    ],
)
def test_english_spoken_forms(words, value, length, ordinal):
    assert read_english(words.split()) == (value, length, ordinal)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("两百", 200),
        ("一百二", 120),
        ("一百零二", 102),
        ("三千五", 3500),
        ("十二", 12),
        ("一二零", 120),
        ("〇", 0),
        ("两千零二十", 2020),
    ],
)
def test_chinese_spoken_forms(text, value):
    assert read_chinese(text) == (value, len(text), False)


@pytest.mark.parametrize("text", ["", "张", "百", "零十", "十百"])
def test_what_is_no_chinese_number(text):
    reading = read_chinese(text)
    assert reading is None or reading.length < len(text)


@pytest.mark.parametrize("words", [[], ["slices"], ["hundred"], ["and", "five"]])
def test_what_is_no_english_number(words):
    assert read_english(words) is None


@pytest.mark.parametrize("value", [-1, LARGEST + 1])
def test_numbers_out_of_range_are_not_written(value):
    with pytest.raises(ValueError, match="not between"):
        english_words(value)
    with pytest.raises(ValueError, match="not between"):
        chinese_words(value)
