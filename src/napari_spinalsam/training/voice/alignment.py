"""When a voice said which phone: Viterbi's best path of an acoustic model through the phones that it is to have said.

For synthesisers that do not tell. The model is one that was trained on those that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from napari_spinalsam.training.voice.acoustic_model import TimeDelayNetwork, pad_context
from napari_spinalsam.training.voice.features import FRAME_SHIFT_S, SUBSAMPLING, mfcc
from napari_spinalsam.training.voice.phones import PHONES, SILENCE
from napari_spinalsam.training.voice.synthesis.utterance import Segment, Utterance

_SILENCE_OUTPUT: Final = PHONES.index(SILENCE)
#: Log probability of a pause between two phones.
_PAUSE: Final = -4.0
_FRAME_S: Final = FRAME_SHIFT_S * SUBSAMPLING


def aligned(
    utterance: Utterance, phones: Sequence[str], network: TimeDelayNetwork, priors: NDArray[np.float32]
) -> Utterance | None:
    """Give an utterance its phones in time.

    Parameters
    ----------
    utterance : Utterance
        Its segments are not looked at.
    phones : sequence of str
        What is said, without silences.
    network : TimeDelayNetwork
        In evaluation mode.
    priors : ndarray
        (outputs,) of the network's outputs.

    Returns
    -------
    Utterance or None
        None where it is too short for all the phones.
    """
    cepstra = mfcc(utterance.samples)
    if len(cepstra) < SUBSAMPLING * len(phones) or not phones:
        return None
    padded = torch.from_numpy(pad_context(cepstra))[None]
    with torch.inference_mode():
        scores = torch.log_softmax(network(padded), -1)[0].numpy() - np.log(priors)
    segments = tuple(
        Segment(PHONES[output], first * _FRAME_S, last * _FRAME_S)
        for output, first, last in best_path(scores, [PHONES.index(phone) for phone in phones])
    )
    return replace(utterance, segments=segments)


def best_path(scores: NDArray[np.float32], outputs: Sequence[int]) -> list[tuple[int, int, int]]:
    """Best segmentation of frames into outputs in order, pauses allowed before, between and after.

    Parameters
    ----------
    scores : ndarray
        (frames, outputs) log likelihoods; at least as many frames as outputs.
    outputs : sequence of int
        What comes, in order.

    Returns
    -------
    list of (int, int, int)
        Output, first frame, and the frame after its last; silences are left out.
    """
    # Even states are pauses, odd ones the outputs; from a pause or an output one may go on, or skip the next pause.
    chain = np.full(2 * len(outputs) + 1, _SILENCE_OUTPUT)
    chain[1::2] = outputs
    enter = np.where(np.arange(len(chain)) % 2 == 0, _PAUSE, 0.0)
    best = np.full(len(chain), -np.inf)
    best[:2] = scores[0, chain[:2]]
    came = np.zeros((len(scores), len(chain)), np.int8)
    for t in range(1, len(scores)):
        one = np.concatenate([[-np.inf], best[:-1]]) + enter
        two = np.concatenate([[-np.inf, -np.inf], best[:-2]])
        two[::2] = -np.inf
        ways = np.stack([best, one, two])
        came[t] = ways.argmax(axis=0)
        best = ways.max(axis=0) + scores[t, chain]
    state = len(chain) - 1 - int(best[-1] < best[-2])
    states = [state]
    for t in range(len(scores) - 1, 0, -1):
        state -= int(came[t, state])
        states.append(state)
    path = np.array(states[::-1])
    found = [(int(chain[k]), np.flatnonzero(path == k)) for k in range(1, len(chain), 2)]
    return [(output, int(frames[0]), int(frames[-1]) + 1) for output, frames in found]
