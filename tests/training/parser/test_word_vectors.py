import json

import numpy as np
import pytest

pytest.importorskip("tokenizers")

from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.commands.language_model.answer_tokens import without_later_tokens
from napari_spinalsam.errors import TrainingError
from napari_spinalsam.training.parser.tokenizer import train_tokenizer
from napari_spinalsam.training.parser.word_vectors import (
    WordVectors,
    add_words,
    lines_of_wink,
    read_word_vectors,
    vectors_of_tokens,
)

TEXTS = ["next slice please", "previous slice", "label the mask", "hide the mask", "上一张"] * 10
WORDS = ["holiday", "holidays", "slice", "weather", "prevent"]
PLAIN = train_tokenizer(TEXTS, 320)
RICH = add_words(PLAIN, WORDS)


def test_a_word_with_its_space_becomes_one_token():
    for word in WORDS:
        assert RICH.encode(f" {word}").tokens == [f"Ġ{word}"]


def test_tokens_that_were_there_keep_their_numbers():
    for token, number in PLAIN.get_vocab().items():
        assert RICH.token_to_id(token) == number


@given(st.lists(st.sampled_from([*WORDS, "next", "mask", "holi", "zebra", "上一张", "L3"]), max_size=8))
def test_nothing_is_lost_and_the_first_tokens_write_everything(words):
    text = " ".join(words)
    assert RICH.decode(RICH.encode(text).ids) == text
    writer = without_later_tokens(RICH, PLAIN.get_vocab_size())
    ids = writer.encode(text).ids
    assert max(ids, default=0) < PLAIN.get_vocab_size()
    assert writer.decode(ids) == text


def test_whole_words_have_their_vector_and_other_tokens_none():
    known = WordVectors(("holiday", "slice"), np.array([[1.0, 2.0], [3.0, 4.0]], np.float32))
    table = vectors_of_tokens(RICH, known)
    assert table.shape == (RICH.get_vocab_size(), 2)
    assert table[RICH.token_to_id("Ġholiday")].tolist() == [1.0, 2.0]
    assert table[RICH.token_to_id("Ġslice")].tolist() == [3.0, 4.0]
    assert not table[RICH.token_to_id("Ġweather")].any()


def test_plain_words_are_read_in_their_order(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("the 1 2\n, 0 0\nNew 1 1\nholiday 3 -2\nrare 9 9\n")
    read = read_word_vectors(path, 2)
    assert read.words == ("the", "holiday")
    assert read.vectors.std() == pytest.approx(1.0)


def test_a_file_without_numbers_is_refused(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("the quick brown fox\n")
    with pytest.raises(TrainingError, match="no word vectors"):
        read_word_vectors(path, 10)


def test_winks_json_becomes_lines(tmp_path):
    path = tmp_path / "wink.json"
    # Behind the numbers stand their norm and the word's place.
    vectors = {"the": [1, 2.5, 2.7, 0], "cat": [-1, 0, 1, 1]}
    path.write_text(json.dumps({"dimensions": 2, "words": ["the", "cat"], "vectors": vectors}))
    lines = list(lines_of_wink(path))
    assert lines == ["the 1.0000 2.5000", "cat -1.0000 0.0000"]
    (tmp_path / "vectors.txt").write_text("\n".join(lines))
    assert read_word_vectors(tmp_path / "vectors.txt", 5).words == ("the", "cat")
