from napari_spinalsam.training.parser.dictionary_sentences import are_no_orders, wordnet_examples

DATA = """00001740 29 v 04 breathe 0 | draw air into, and expel out of; "I can breathe better when the air is clean";
00002325 29 v 01 respire 1 | undergo respiration; "The patient is respiring"; "short"; "costs 5 dollars a day"
00002326 29 v 01 save 1 | keep; "save the labels for later use"; "The patient is respiring";
00002327 29 v 01 save 1 | put aside; "she saved her money for a rainy day"
"""


def test_examples_of_use_are_read_once(tmp_path):
    (tmp_path / "data.verb").write_text(DATA)
    assert list(wordnet_examples(tmp_path)) == [
        "I can breathe better when the air is clean",
        "The patient is respiring",
        "save the labels for later use",
        "she saved her money for a rainy day",
    ]


def test_what_begins_as_an_order_is_left_out(tmp_path):
    (tmp_path / "data.verb").write_text(DATA)
    assert list(are_no_orders(wordnet_examples(tmp_path))) == [
        "I can breathe better when the air is clean",
        "The patient is respiring",
        "she saved her money for a rainy day",
    ]
