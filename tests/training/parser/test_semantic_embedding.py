import torch

from napari_spinalsam.training.parser.semantic_embedding import SemanticEmbedding, TiedHead

WORDS, WIDTH, DIMENSIONS = 60, 6, 3


def _embedding(left_out: float = 0.0) -> tuple[SemanticEmbedding, torch.Tensor]:
    torch.manual_seed(0)
    vectors = torch.randn(WORDS, DIMENSIONS)
    vectors[:10] = 0.0  # no words
    rows = torch.randn(WORDS, WIDTH)
    rows[50:] = 0.0  # words that are new
    return SemanticEmbedding(rows, vectors, left_out), rows


def test_what_was_known_stays_as_it_was():
    embedding, rows = _embedding()
    ids = torch.arange(50)[None]
    torch.testing.assert_close(embedding.eval()(ids)[0], rows[:50])
    torch.testing.assert_close(embedding.table()[:50], rows[:50])


def test_a_new_word_lies_where_its_vector_says():
    torch.manual_seed(1)
    vectors, image = torch.randn(400, DIMENSIONS), torch.randn(DIMENSIONS, WIDTH)
    rows = vectors @ image
    rows[300:] = 0.0
    new = SemanticEmbedding(rows, vectors, 0.0).eval().table()[300:]
    assert torch.nn.functional.cosine_similarity(new, vectors[300:] @ image).min() > 0.99


def test_the_own_vector_of_words_alone_is_left_out_and_only_in_training():
    embedding, rows = _embedding(left_out=1.0)
    ids = torch.arange(50)[None]
    trained = embedding.train()(ids)[0]
    torch.testing.assert_close(trained[:10], rows[:10])
    assert not torch.isclose(trained[10:], rows[10:50]).all(1).any()
    torch.testing.assert_close(embedding.eval()(ids)[0], rows[:50])


def test_the_head_answers_with_the_first_tokens():
    embedding, rows = _embedding()
    hidden = torch.randn(2, WIDTH)
    torch.testing.assert_close(TiedHead(embedding, 20)(hidden), hidden @ rows[:20].T)
