import pytest

from napari_spinalsam.training.voice.phones import (
    PHONES,
    SPEECH,
    from_espeak,
    from_festival,
    output_of,
    phone_ids,
    word_boundaries,
)


@pytest.mark.parametrize(
    ("mnemonic", "american", "elsewhere"),
    [
        ("A@", ("aa", "r"), ("aa",)),
        ("i@3", ("ih", "r"), ("ih", "ax")),
        ("tS", ("ch",), ("ch",)),
        ("'aI", ("ay",), ("ay",)),
        ("?", (), ()),
        ("_:", ("sil",), ("sil",)),
    ],
)
def test_espeak_mnemonics_become_arpabet(mnemonic, american, elsewhere):
    assert from_espeak(mnemonic, american=True) == american
    assert from_espeak(mnemonic, american=False) == elsewhere


def test_unknown_phones_are_told():
    with pytest.raises(KeyError):
        from_espeak("qq", american=True)
    with pytest.raises(KeyError):
        from_festival("qq")


def test_festival_pauses_are_silence_and_syllabic_consonants_plain():
    assert [from_festival(name) for name in ("pau", "en", "AX", "dx")] == ["sil", "n", "ax", "d"]


def test_positions_of_a_phone_share_its_output():
    ids = phone_ids()
    assert ids["sil"] == 1
    assert list(ids.values()) == list(range(1, 3 + 4 * len(SPEECH)))
    assert {output_of(f"ow_{position}") for position in "BIES"} == {PHONES.index("ow")}


def test_word_boundaries_name_every_phone():
    lines = word_boundaries().splitlines()
    assert lines[:6] == ["1 nonword", "2 nonword", "3 begin", "4 internal", "5 end", "6 singleton"]
    assert len(lines) == len(phone_ids())
