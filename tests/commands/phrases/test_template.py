import random

import pytest

from napari_spinalsam.commands.phrases.template import choose, expansions, parse_template


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("undo", ["undo"]),
        ("(go|move) on", ["go on", "move on"]),
        ("point( here|)", ["point here", "point"]),
        ("(a|b (c|d)) e", ["a e", "b c e", "b d e"]),
        ("at ({x}, {y})", ["at ({x}, {y})"]),
        ("box ({x},{y}) (to|-) 1", ["box ({x},{y}) to 1", "box ({x},{y}) - 1"]),
    ],
)
def test_all_alternatives_are_expanded(source, expected):
    assert expansions(parse_template(source)) == expected


def test_a_choice_is_one_of_the_expansions():
    template = parse_template("(a|b)( c| d|) {n}")
    rng = random.Random(0)  # noqa: S311
    assert {choose(template, rng) for _ in range(200)} == set(expansions(template))
