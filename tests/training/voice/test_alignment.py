from itertools import pairwise

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from napari_spinalsam.training.voice.acoustic_model import TimeDelayNetwork
from napari_spinalsam.training.voice.alignment import aligned, best_path
from napari_spinalsam.training.voice.features import CEPSTRA
from napari_spinalsam.training.voice.phones import PHONES, SILENCE
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Utterance

_SILENT = PHONES.index(SILENCE)

#: A phone, how many frames it lasts, and how many the pause after it does.
runs = st.lists(
    st.tuples(st.integers(2, len(PHONES) - 1), st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=12
)


@given(runs, st.integers(0, 3))
def test_phones_are_found_where_the_model_hears_them(spoken, before):
    frames, wanted = [_SILENT] * before, []
    for phone, length, pause in spoken:
        wanted.append((phone, len(frames), len(frames) + length))
        frames += [phone] * length + [_SILENT] * pause
    scores = np.full((len(frames), len(PHONES)), -60.0, np.float32)
    scores[np.arange(len(frames)), frames] = 0.0
    found = best_path(scores, [phone for phone, _, _ in spoken])
    assert [output for output, _, _ in found] == [phone for phone, _, _ in wanted]
    # Where a phone comes twice in a row, their border is anybody's guess.
    if all(a[0] != b[0] or a[2] != b[1] for a, b in pairwise(wanted)):
        assert found == wanted


def test_an_utterance_too_short_for_its_phones_is_given_up():
    network = TimeDelayNetwork(len(PHONES), 8, torch.zeros(CEPSTRA), torch.ones(CEPSTRA)).eval()
    priors = np.full(len(PHONES), 1 / len(PHONES), np.float32)
    noise = np.random.default_rng(0).standard_normal(RATE // 4).astype(np.float32) * 0.1
    utterance = Utterance("too long", "none", noise, ())
    assert aligned(utterance, ["t", "uw"] * 10, network, priors) is None
    placed = aligned(utterance, ["t", "uw"], network, priors)
    assert placed is not None
    assert [segment.phone for segment in placed.segments] == ["t", "uw"]
    assert 0 <= placed.segments[0].start < placed.segments[1].start < placed.segments[1].end <= utterance.seconds
