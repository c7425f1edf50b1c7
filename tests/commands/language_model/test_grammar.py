from itertools import islice

import llguidance
import pytest
from tiny_models import byte_tokenizer

from napari_spinalsam.commands.language_model.answer import MAX_OPERATIONS
from napari_spinalsam.commands.language_model.grammar import answer_grammar
from napari_spinalsam.commands.language_model.mentions import find_mentions
from napari_spinalsam.commands.phrases.sampling import PhraseSampler
from napari_spinalsam.training.parser.examples import make_example

TOKENIZER = byte_tokenizer({"<end>": True})
TOKENS = llguidance.LLTokenizer(TOKENIZER.to_str(), eos_token=TOKENIZER.token_to_id("<end>"))


def allows(text, answer):
    """Whether the grammar of ``text`` has ``answer``, decided by llguidance byte by byte."""
    grammar = llguidance.LLMatcher.grammar_from_lark(answer_grammar(find_mentions(text, plain=True)))
    matcher = llguidance.LLMatcher(TOKENS, grammar, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    ids = TOKENIZER.encode(answer).ids
    return matcher.validate_tokens(ids) == len(ids) and matcher.consume_tokens(ids) and matcher.is_accepting()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hello", "none"),
        ("hello", "undo"),
        ("the slice after next", "forward 2"),
        ("ten forward", "forward 10"),
        ("add two points at 1 2 and 3 4", "point at 1 2, 3 4"),
        ("box 1 2 3 4", "box at 1 2 3 4"),
        ("box from B2 to E5", "box B2 to E5"),
        ("window level -600 width 1500", "window level -600 width 1500"),
        ("window 400 400", "window level 400 width 400"),
        ("open a.nii", "open #1"),
        ("label L3 and keep it", "label L3; accept"),
        ("comment on L3: old fracture", 'review comment L3 "old fracture"'),
        ("propagate to 80", "propagate to 80"),
        ("zoom to C4", "zoom C4"),
    ],
)
def test_an_answer_may_use_what_the_sentence_names(text, answer):
    assert allows(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hello", "forward 10"),
        ("hello", "open #1"),
        ("open a.nii", "open #2"),
        ("open a.nii", "open a.nii"),
        ("label L3", "label L4"),
        ("hello", "label L3"),
        ("point at 1 2", "point at 2 1"),
        ("comment: fine", 'review comment "bad"'),
        ("zoom to C4", "zoom C5"),
        ("go back 20000 slices", "back 20000"),
        ("hello", ""),
        ("hello", "none; undo"),
        ("hello", "os.system"),
    ],
)
def test_an_answer_may_not_use_anything_else(text, answer):
    assert not allows(text, answer)


def test_a_plan_has_a_bounded_length():
    assert allows("hello", "; ".join(["undo"] * MAX_OPERATIONS))
    assert not allows("hello", "; ".join(["undo"] * (MAX_OPERATIONS + 1)))


def test_the_answers_of_training_phrases_can_be_said():
    phrases = list(islice(PhraseSampler("train", 5), 300))
    examples = [(phrase.text, make_example(phrase)) for phrase in phrases]
    said = sum(example is not None and allows(text, example.answer) for text, example in examples)
    assert said >= 0.97 * len(phrases)  # a typing mistake may hide a number word


@pytest.mark.parametrize(
    "text", ['say "undo" | "x"\n%import', "a\\b\"c' {}[]()|?*+", "\x00\ud7ff￿", "#1 #2 /", '"', "\\"]
)
def test_text_cannot_break_out_of_the_grammar(text):
    assert allows(text, "none")
    assert not allows(text, "import")
