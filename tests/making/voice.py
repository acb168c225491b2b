"""Makes the sample's voice: espeak-ng speaks, numpy softens it and sets each passage's level."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.making.script import LEAD_IN_S, Passage

SAMPLE_RATE_HZ: Final = 44_100
"""Twice what espeak-ng gives, so that resampling is exact."""

_VOICE: Final = "en-gb+f3"
_SILENCE_BELOW: Final = 0.02
_ROOM_NOISE_DBFS: Final = -72.0
_CEILING: Final = 0.8

Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Track:
    """The whole voice (mono, -1 to 1) and where each passage starts and ends in seconds."""

    samples: Samples
    spans: tuple[tuple[float, float], ...]


def speak(passages: Sequence[Passage]) -> Track:
    """Speak all passages, one after another with their pauses.

    Raises FileNotFoundError where espeak-ng is not installed, RuntimeError where it fails.
    """
    program = shutil.which("espeak-ng")
    if program is None:
        raise FileNotFoundError("espeak-ng is needed to make the sample again: install it first")
    pieces = [_silence(LEAD_IN_S)]
    spans = []
    at_s = LEAD_IN_S
    for passage in passages:
        samples = _process(_run_espeak(program, passage), passage)
        pieces += [samples, _silence(passage.pause_s)]
        spans.append((at_s, at_s + samples.size / SAMPLE_RATE_HZ))
        at_s = spans[-1][1] + passage.pause_s
    return Track(_add_room(np.concatenate(pieces)), tuple(spans))


def loudness(samples: Samples, fps: int) -> Samples:
    """Return the loudness of each picture's stretch of sound: 0 for silence, 1 for the loudest."""
    level_db = 20 * np.log10(np.sqrt((_blocks(samples, fps) ** 2).mean(axis=1)) + 1e-9)
    openness: Samples = np.clip((level_db + 46) / 36, 0, 1)
    return openness


def brightness(samples: Samples, fps: int) -> Samples:
    """Return how bright each picture's stretch of sound is: 0 for "oo", 1 for "ee" and "s"."""
    power = np.abs(np.fft.rfft(_blocks(samples, fps), axis=1)) ** 2
    hz = np.fft.rfftfreq(SAMPLE_RATE_HZ // fps, 1 / SAMPLE_RATE_HZ)
    center_hz = (power @ hz) / (power.sum(axis=1) + 1e-12)
    bright: Samples = np.clip((center_hz - 400) / 1400, 0, 1)
    return bright


def _blocks(samples: Samples, fps: int) -> Samples:
    step = SAMPLE_RATE_HZ // fps
    return samples[: samples.size // step * step].reshape(-1, step)


def _run_espeak(program: str, passage: Passage) -> bytes:
    options = ("-v", _VOICE, "-s", str(passage.rate), "-p", str(passage.pitch))
    ended = subprocess.run(
        [program, *options, "--stdout", passage.text], stdout=subprocess.PIPE, check=False
    )
    if ended.returncode:
        raise RuntimeError(f"espeak-ng ended with {ended.returncode}")
    return ended.stdout


def _process(raw: bytes, passage: Passage) -> Samples:
    """Return the passage at twice the rate, without rumble and hiss, at its own loudness."""
    with wave.open(io.BytesIO(raw)) as file:
        frames = file.readframes(file.getnframes())
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], dtype="<i2") / 32768
    sounding = np.flatnonzero(np.abs(samples) > _SILENCE_BELOW)
    samples = _equalized(samples[sounding[0] : sounding[-1] + 1])
    rms = np.sqrt(np.mean(samples[np.abs(samples) > _SILENCE_BELOW / 2] ** 2))
    louder = samples / rms * 10 ** (passage.level_dbfs / 20)
    limited: Samples = _CEILING * np.tanh(louder / _CEILING) * _edges(samples.size)
    return limited


def _equalized(samples: Samples) -> Samples:
    """Double the rate and shape the tone in one step, on the spectrum."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(samples.size, 2 / SAMPLE_RATE_HZ)
    highpass = 1 / (1 + (90 / np.maximum(hz, 1)) ** 4)
    lowpass = 1 / np.sqrt(1 + (hz / 5200) ** 6)
    less_nasal = 1 - 0.3 * np.exp(-(((hz - 2900) / 900) ** 2))
    size = samples.size * 2
    padded = np.zeros(size // 2 + 1, dtype=complex)
    padded[: spectrum.size] = spectrum * highpass * lowpass * less_nasal
    return np.fft.irfft(padded, size) * 2


def _edges(size: int) -> Samples:
    ramp = np.minimum(np.arange(size), np.arange(size)[::-1]) / (0.008 * SAMPLE_RATE_HZ)
    return np.minimum(ramp, 1.0)


def _add_room(samples: Samples) -> Samples:
    """Add a few early reflections and a breath of noise: a dry synthetic voice sounds harsh."""
    wet = samples.copy()
    for delay_s, gain in ((0.011, 0.16), (0.019, 0.11), (0.031, 0.07), (0.043, 0.04)):
        delay = round(delay_s * SAMPLE_RATE_HZ)
        wet[delay:] += gain * samples[:-delay]
    noise = np.random.default_rng(1).standard_normal(samples.size)
    return wet + noise * 10 ** (_ROOM_NOISE_DBFS / 20)


def _silence(duration_s: float) -> Samples:
    return np.zeros(round(duration_s * SAMPLE_RATE_HZ))
