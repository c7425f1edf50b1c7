"""Orders stand out from what is around them."""

import numpy as np
import pytest

from napari_spinalsam.speech.background import Background
from napari_spinalsam.speech.recogniser import SAMPLE_RATE, UNKNOWN, Word

BLOCK = 640


def sound(seconds, level_db, seed=0):
    """Noise of a level in dB of full scale."""
    noise = np.random.default_rng(seed).normal(0, 1, round(seconds * SAMPLE_RATE))
    return np.clip(noise * 32768 * 10 ** (level_db / 20), -32768, 32767).astype(np.int16)


def heard(*parts):
    background = Background()
    whole = np.concatenate(parts)
    for i in range(0, len(whole), BLOCK):
        background.hear(whole[i : i + BLOCK])
    return background


@pytest.mark.parametrize(("above", "out"), [(12, True), (8, True), (3, False), (0, False), (-6, False)])
def test_an_order_is_louder_than_the_noise_before_it(above, out):
    background = heard(sound(3, -40), sound(1, -40 + above, 1), sound(1, -40, 2))
    assert background.stands_out(3.0, 4.0) is out


def test_in_a_quiet_room_a_whisper_stands_out():
    assert heard(np.zeros(2 * SAMPLE_RATE, np.int16), sound(1, -60)).stands_out(2.0, 3.0)


def test_nothing_is_known_of_the_background_when_the_key_was_just_pressed():
    assert heard(sound(0.2, -30), sound(1, -30, 1)).stands_out(0.2, 1.2)
    assert not heard(sound(0.5, -30), sound(1, -30, 1)).stands_out(0.5, 1.5)


def test_orders_are_no_background_for_the_next_ones():
    background = heard(sound(1, -60), *[part for i in range(6) for part in (sound(1, -25, i), sound(0.2, -60, i))])
    for i in range(6):
        assert background.stands_out(1 + 1.2 * i, 2 + 1.2 * i)


def test_talk_is_background_and_its_pauses_let_an_order_through():
    talk = [part for i in range(4) for part in (sound(0.8, -25, i), sound(0.4, -50, i))]
    assert heard(*talk, sound(1, -25, 9)).stands_out(4.8, 5.8)
    assert not heard(sound(4.8, -25), sound(1, -25, 9)).stands_out(4.8, 5.8)


def test_noise_that_is_long_past_does_not_count():
    assert heard(sound(3, -20), sound(6, -60, 1), sound(1, -30, 2)).stands_out(9.0, 10.0)


def words(*spoken):
    return [Word(text, start, end) for text, start, end in spoken]


ORDER = (("next", 3.0, 3.5), ("slice", 3.5, 4.0))


def test_talk_that_goes_on_after_an_order_is_left_out():
    background = heard(sound(3, -40), sound(1, -28, 1), sound(1, -40, 2))
    kept = background.without_talk_after(words(*ORDER, (UNKNOWN, 4.1, 4.4), (UNKNOWN, 4.4, 4.9)))
    assert kept == words(*ORDER)


@pytest.mark.parametrize("level_db", [-28, -30])
def test_what_is_said_as_loudly_as_the_order_stays(level_db):
    background = heard(sound(3, -40), sound(1, -28, 1), sound(1, level_db, 2))
    spoken = words(*ORDER, (UNKNOWN, 4.1, 4.9))
    assert background.without_talk_after(spoken) == spoken


def test_in_a_quiet_room_even_a_whisper_after_an_order_stays():
    background = heard(sound(3, -80), sound(1, -28, 1), sound(1, -60, 2))
    spoken = words(*ORDER, (UNKNOWN, 4.1, 4.9))
    assert background.without_talk_after(spoken) == spoken


def test_what_comes_before_an_order_stays():
    background = heard(sound(3, -40), sound(1, -40, 1), sound(1, -28, 2))
    spoken = words((UNKNOWN, 3.0, 4.0), ("next", 4.0, 4.5), ("slice", 4.5, 5.0))
    assert background.without_talk_after(spoken) == spoken


def test_talk_alone_stays_talk():
    background = heard(sound(5, -40))
    spoken = words((UNKNOWN, 3.0, 4.0), (UNKNOWN, 4.0, 5.0))
    assert background.without_talk_after(spoken) == spoken
    assert background.without_talk_after([]) == []
