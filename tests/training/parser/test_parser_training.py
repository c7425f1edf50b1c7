from importlib.util import find_spec

import pytest

if find_spec("transformers") is None or find_spec("llguidance") is None:
    pytest.skip('the extra "language-model" is not installed', allow_module_level=True)

from itertools import islice

import numpy as np
import torch
from safetensors import safe_open

from napari_spinalsam.commands.language_model.loading import load_command_model
from napari_spinalsam.commands.phrases.sampling import PhraseSampler
from napari_spinalsam.training.parser.examples import IGNORED, make_example, pad
from napari_spinalsam.training.parser.scratch import ParserConfig, train_from_scratch
from napari_spinalsam.training.parser.word_vectors import WordVectors

TINY = ParserConfig(
    tokenizer_phrases=2000,
    vocabulary=400,
    hidden=16,
    layers=1,
    heads=2,
    key_value_heads=1,
    intermediate=32,
    batch=4,
    minutes=0.02,
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return train_from_scratch(TINY, tmp_path_factory.mktemp("parser"))


def test_a_trained_model_loads_like_any_other(trained):
    model = load_command_model(trained, device="cpu")
    assert model.style == "plain"
    assert model.parse("next slice").stop == "finished"


def test_weights_are_kept_in_half_precision(trained):
    with safe_open(trained / "model.safetensors", framework="pt") as weights:
        assert {weights.get_tensor(name).dtype for name in weights.keys()} == {torch.float16}  # noqa: SIM118
        assert "lm_head.weight" not in weights.keys()  # noqa: SIM118


def test_training_goes_on_from_an_earlier_model(trained, tmp_path):
    again = train_from_scratch(ParserConfig(batch=4, minutes=0.02), tmp_path, start=trained)
    assert (again / "tokenizer.json").read_text() == (trained / "tokenizer.json").read_text()
    assert load_command_model(again, device="cpu").parse("undo").stop == "finished"


def test_a_big_model_is_adapted_and_loads_without_a_system_prompt(trained, tmp_path):
    pytest.importorskip("peft")
    from napari_spinalsam.training.parser.adaptation import AdaptationConfig, adapt

    out = adapt(trained, tmp_path / "adapted", AdaptationConfig(rank=2, steps=3, batch=2), device="cpu")
    model = load_command_model(out, device="cpu")
    assert model.style == "plain"
    assert model.parse("next slice").stop == "finished"
    before, after = ((path / "model.safetensors").read_bytes() for path in (trained, out))
    assert before != after


def test_only_the_answer_is_learnt():
    ids, labels = pad([[5, 6, 7], [5, 6]], [2, 1])
    assert ids.tolist() == [[5, 6, 7, 0], [5, 6, 0, 0]]
    assert labels.tolist() == [[IGNORED, IGNORED, 7, IGNORED], [IGNORED, 6, IGNORED, IGNORED]]


def test_nearly_every_phrase_can_be_taught():
    phrases = list(islice(PhraseSampler("train", 3), 500))
    assert sum(make_example(phrase) is not None for phrase in phrases) > 490


def test_a_model_that_learns_words_writes_answers_with_its_first_tokens(trained, tmp_path):
    words = [f"{'bcdfghklmn'[i % 10]}a{'bcdfghklmn'[i // 10]}ole" for i in range(100)]
    vectors = WordVectors(tuple(words), np.random.default_rng(0).standard_normal((100, 5)).astype(np.float32))
    config = ParserConfig(batch=4, minutes=0.02, words=50, tokenizer_phrases=200)
    out = train_from_scratch(config, tmp_path, start=trained, vectors=vectors, remarks=["a babole went by"])
    model = load_command_model(out, device="cpu")
    assert model._tokenizer.tokenize(f" {words[0]}") == [f"Ġ{words[0]}"]
    assert model._decoder._tokens.vocab_size == len(load_command_model(trained, device="cpu")._tokenizer)
    assert model.parse(f"{words[0]} and {words[1]}").stop == "finished"
    again = train_from_scratch(config, tmp_path / "again", start=out, vectors=vectors)
    assert len(load_command_model(again, device="cpu")._tokenizer) == len(model._tokenizer)
