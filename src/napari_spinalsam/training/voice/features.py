"""Mel-frequency cepstra as Kaldi computes them, and the phone that each frame is to be heard as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from napari_spinalsam.training.voice.phones import PHONES, SILENCE
from napari_spinalsam.training.voice.synthesis.utterance import RATE, Segment

#: Cepstra a frame; one frame every 10 ms over a window of 25 ms.
CEPSTRA: Final = 40
FRAME_SHIFT_S: Final = 0.01
_WINDOW_S: Final = 0.025
_LOW_HZ, _HIGH_HZ = 20.0, 7600.0
#: Noise that Kaldi adds, in steps of 16 bits: the network never heard digital silence (`distortion`).
_DITHER: Final = 1.0
#: The network answers once for so many frames.
SUBSAMPLING: Final = 3
_SILENCE_OUTPUT: Final = PHONES.index(SILENCE)


def mfcc_configuration() -> str:
    """Content of the model's ``mfcc.conf``: the same settings as `mfcc`, and some noise."""
    return (
        f"--use-energy=false\n--sample-frequency={RATE}\n--num-mel-bins={CEPSTRA}\n--num-ceps={CEPSTRA}\n"
        f"--low-freq={_LOW_HZ:g}\n--high-freq={_HIGH_HZ:g}\n--dither={_DITHER:g}\n"
    )


def mfcc(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cepstra of a signal.

    Parameters
    ----------
    samples : ndarray
        (n,) from -1 to 1, 16 kHz.

    Returns
    -------
    ndarray
        (frames, 40) float32; only whole windows make a frame.
    """
    import kaldi_native_fbank as knf

    options = knf.MfccOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0.0
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = CEPSTRA
    options.mel_opts.low_freq = _LOW_HZ
    options.mel_opts.high_freq = _HIGH_HZ
    options.num_ceps = CEPSTRA
    options.use_energy = False
    computer = knf.OnlineMfcc(options)
    computer.accept_waveform(RATE, (samples * 32768.0).tolist())
    computer.input_finished()
    frames = [computer.get_frame(i) for i in range(computer.num_frames_ready)]
    return np.stack(frames).astype(np.float32) if frames else np.zeros((0, CEPSTRA), np.float32)


def frame_labels(segments: Sequence[Segment], n_frames: int) -> NDArray[np.int64]:
    """Output of the network that is right for each of its frames.

    Parameters
    ----------
    segments : sequence of Segment
        Phones in time; silence before, between and after.
    n_frames : int
        Frames of `mfcc`.

    Returns
    -------
    ndarray
        (ceil(n_frames / 3),) int64. Every phone that begins within the signal has a frame, however short it is.
    """
    labels = np.full(-(-n_frames // SUBSAMPLING), _SILENCE_OUTPUT, dtype=np.int64)
    taken = 0
    for segment in segments:
        first = max(_output_frame(segment.start), taken)
        last = max(_output_frame(segment.end), first + (segment.phone != SILENCE))
        labels[first:last] = PHONES.index(segment.phone)
        taken = last if segment.phone != SILENCE else max(taken, first)
    return labels


def _output_frame(second: float) -> int:
    """First output frame whose window has its centre at or after a time."""
    return max(0, int(np.ceil((second - _WINDOW_S / 2) / (FRAME_SHIFT_S * SUBSAMPLING))))
