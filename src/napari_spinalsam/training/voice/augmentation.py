"""What makes clean synthetic speech more like speech in a room: another speed, loudness, echo, microphone and noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from napari_spinalsam.training.voice.synthesis.utterance import RATE, Segment, Utterance

Samples = NDArray[np.float32]

_SPEED_STEPS: Final = 40
#: Frequencies at which a microphone's response is drawn, and the spread of the draw.
_RESPONSE_HZ: Final = (30.0, 90.0, 200.0, 500.0, 1200.0, 2500.0, 4500.0, 7500.0)
_RESPONSE_DB: Final = 4.5
#: Pitches that Praat looks for.
_LOWEST_PITCH_HZ, _HIGHEST_PITCH_HZ = 65.0, 500.0


def change_speed(utterance: Utterance, factor: float) -> Utterance:
    """Play an utterance ``factor`` times as fast, pitch and formants moving with it: a smaller or larger speaker."""
    down = max(1, round(factor * _SPEED_STEPS))
    samples = np.asarray(resample_poly(utterance.samples, _SPEED_STEPS, down), dtype=np.float32)
    exact = down / _SPEED_STEPS
    segments = tuple(Segment(s.phone, s.start / exact, s.end / exact) for s in utterance.segments)
    return Utterance(utterance.text, utterance.voice, samples, segments)


def another_speaker(utterance: Utterance, formants: float, pitch_hz: float) -> Utterance:
    """Let another throat say it: formants moved by a factor, pitch to another mean, the timing kept (Praat's PSOLA).

    Parameters
    ----------
    utterance : Utterance
    formants : float
        Above 1 is a shorter throat.
    pitch_hz : float
        Mean pitch.
    """
    import parselmouth
    from parselmouth.praat import call

    sound = parselmouth.Sound(utterance.samples.astype(np.float64), RATE)
    changed = call(sound, "Change gender", _LOWEST_PITCH_HZ, _HIGHEST_PITCH_HZ, formants, pitch_hz, 1.0, 1.0)
    samples = changed.values[0].astype(np.float32)
    return Utterance(utterance.text, utterance.voice, samples, utterance.segments)


def surround(utterance: Utterance, before_s: float, after_s: float) -> Utterance:
    """Add silence before and after."""
    samples = np.pad(utterance.samples, (int(before_s * RATE), int(after_s * RATE)))
    segments = tuple(Segment(s.phone, s.start + before_s, s.end + before_s) for s in utterance.segments)
    return Utterance(utterance.text, utterance.voice, samples, segments)


def reverberate(samples: Samples, seconds: float, direct: float, rng: np.random.Generator) -> Samples:
    """Add the echo of a room.

    Parameters
    ----------
    samples : ndarray
        (n,).
    seconds : float
        Reverberation time: the echo falls by 60 dB within it.
    direct : float
        Energy of the direct sound over that of the echo.
    rng : Generator

    Returns
    -------
    ndarray
        (n,) float32, not delayed.
    """
    n = int(seconds * RATE)
    tail = rng.standard_normal(n) * 10.0 ** (-3.0 * np.arange(n) / n)
    gap = int(rng.uniform(0.002, 0.008) * RATE)  # to the nearest wall and back
    tail[:gap] = 0.0
    response = tail / np.sqrt((tail**2).sum() * direct)
    response[0] = 1.0
    return np.asarray(fftconvolve(samples, response)[: len(samples)], dtype=np.float32)


def colour(samples: Samples, rng: np.random.Generator) -> Samples:
    """Pass the signal through a microphone of uneven response: up to some 10 dB up or down, smoothly over frequency.

    Speakers differ in the mean of their spectra as microphones do, below 100 Hz and above 5 kHz most of all.
    """
    spectrum = np.fft.rfft(samples)
    gains = rng.normal(0.0, _RESPONSE_DB, size=len(_RESPONSE_HZ))
    decibels = np.interp(np.log(np.fft.rfftfreq(len(samples), 1 / RATE) + 1.0), np.log(_RESPONSE_HZ), gains)
    return np.fft.irfft(spectrum * 10.0 ** (decibels / 20.0), len(samples)).astype(np.float32)


def speech_power(samples: Samples) -> float:
    """Mean power of the louder part: of all 25 ms frames within 30 dB of the loudest."""
    frames = samples[: len(samples) // 400 * 400].reshape(-1, 400)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    return float(power[power >= power.max(initial=0.0) * 1e-3].mean()) if len(power) else 0.0


def add_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Add noise at a signal-to-noise ratio; the signal's power is that of its speech, not of its pauses."""
    wanted = speech_power(samples) * 10.0 ** (-snr_db / 10.0)
    there = float((noise.astype(np.float64) ** 2).mean()) or 1.0
    return np.asarray(samples + noise * np.sqrt(wanted / there), dtype=np.float32)


def at_level(samples: Samples, decibels: float) -> Samples:
    """Scale so that the speech has a level in dB under full scale."""
    power = speech_power(samples)
    scale = 10.0 ** (decibels / 20.0) / np.sqrt(power) if power > 0 else 1.0
    return np.clip(samples * scale, -1.0, 1.0).astype(np.float32)


def steady_noise(n: int, rng: np.random.Generator) -> Samples:
    """Coloured noise, from rumble to hiss, sometimes with the hum of the mains."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    frequency = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 50.0)
    noise = np.fft.irfft(spectrum * frequency ** rng.uniform(-1.1, 0.1), n)
    noise /= noise.std() + 1e-9
    if rng.random() < 0.3:
        time = np.arange(n) / RATE
        mains = rng.choice([50.0, 60.0])
        noise += sum(
            rng.uniform(0, 0.5) * np.sin(2 * np.pi * mains * k * time + rng.uniform(0, 6)) for k in (1, 2, 3, 5)
        )
    return np.asarray(noise, dtype=np.float32)


def clicks(n: int, rng: np.random.Generator) -> Samples:
    """Short knocks, as of a keyboard or a mouse."""
    noise = np.zeros(n + 800)
    for start in rng.integers(0, n, size=max(1, int(n / RATE * rng.uniform(2, 9)))):
        length = int(rng.integers(80, 800))
        noise[start : start + length] += rng.standard_normal(length) * np.exp(-6 * np.arange(length) / length)
    return np.asarray(noise[:n] + 1e-3 * rng.standard_normal(n), dtype=np.float32)


def music(n: int, rng: np.random.Generator) -> Samples:
    """Chords of tones with overtones, changing every few tenths of a second."""
    parts, length = [], 0
    while length < n:
        m = int(rng.uniform(0.15, 0.7) * RATE)
        time = np.arange(m) / RATE
        chord = np.zeros(m)
        for note in rng.integers(-21, 27, size=rng.integers(1, 5)):
            pitch = 440.0 * 2.0 ** (note / 12)
            for overtone in range(1, 6):
                if pitch * overtone < 7500:
                    chord += np.sin(2 * np.pi * pitch * overtone * time + rng.uniform(0, 6)) / overtone ** rng.uniform(
                        0.8, 2
                    )
        parts.append(chord * np.exp(-time * rng.uniform(0.5, 5)))
        length += m
    return np.asarray(np.concatenate(parts)[:n], dtype=np.float32)


def babble(n: int, speakers: Sequence[Samples], rng: np.random.Generator) -> Samples:
    """Several speakers at once, each beginning anywhere in what it says and repeating it.

    Parameters
    ----------
    n : int
        Samples.
    speakers : sequence of ndarray
        What each speaker says.
    rng : Generator
    """
    total = np.zeros(n)
    for samples in speakers:
        start = int(rng.integers(len(samples)))
        power = speech_power(samples) or 1.0
        total += np.resize(np.roll(samples, -start), n) / np.sqrt(power) * 10.0 ** (rng.uniform(-4, 4) / 20.0)
    return np.asarray(total, dtype=np.float32)
