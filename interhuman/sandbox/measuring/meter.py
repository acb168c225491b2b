"""Turns samples and small pictures into a few numbers each, as they stream past.

Nothing that is fed in is kept: a second of sound leaves fifty levels and ten pitches, a
sampled picture leaves one number. So memory does not follow the length of a recording.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE_HZ = 16_000
"""Sample rate of what is fed to a `SoundMeter`."""
HOP_S = 0.02
"""One level is measured over each of these."""
PITCH_STEP_S = 0.1
"""One pitch is measured at the start of each of these, over 40 ms."""
SILENCE_DB = -120.0
"""The level of digital silence, in dB relative to full scale (dBFS)."""

_HOP = round(RATE_HZ * HOP_S)
_STEP = round(RATE_HZ * PITCH_STEP_S)
_FRAME = 640
_MIN_HZ, _MAX_HZ = 75, 400
_PERIODIC = 0.6
"""A frame whose autocorrelation peaks under this has no pitch."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The measurements of a sound track."""

    levels_db: Floats
    """Level of each `HOP_S`, dBFS, from the start of the recording."""
    pitches_hz: Floats
    """Pitch at each `PITCH_STEP_S`; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The measurements of a picture track: how much changed up to each sampled moment."""

    times_s: Floats
    movements: Floats
    """Mean difference of brightness from the sample before, 0 (same) to 1."""


class SoundMeter:
    """Measures mono samples at `RATE_HZ` as they come, in pieces of any length."""

    def __init__(self) -> None:
        self._pending: Floats = np.zeros(0, dtype=np.float32)
        self._levels = array("f")
        self._pitches = array("f")

    def feed(self, samples: Floats) -> None:
        """Take the next samples, -1 to 1; what is not a number counts as silence."""
        clean = np.clip(np.nan_to_num(samples, nan=0.0), -1.0, 1.0).astype(np.float32)
        clean = np.concatenate([self._pending, clean])
        whole = clean.size - clean.size % _STEP
        self._pending = clean[whole:]
        if whole:
            self._measure(clean[:whole].reshape(-1, _STEP))

    def feed_silence(self, duration_s: float) -> None:
        """Take this much silence: a gap in the track."""
        left = round(duration_s * RATE_HZ)
        while left > 0:
            piece = min(left, 60 * RATE_HZ)
            self.feed(np.zeros(piece, dtype=np.float32))
            left -= piece

    def result(self) -> Sound:
        """Return what was measured, the last incomplete step included."""
        if self._pending.size:
            self.feed(np.zeros(_STEP - self._pending.size, dtype=np.float32))
        return Sound(_as_floats(self._levels), _as_floats(self._pitches))

    def _measure(self, steps: Floats) -> None:
        hops = steps.reshape(-1, _HOP)
        power = np.mean(np.square(hops, dtype=np.float64), axis=1)
        self._levels.extend(np.maximum(10 * np.log10(power + 1e-30), SILENCE_DB).tolist())
        self._pitches.extend(_measure_pitches(steps[:, :_FRAME]).tolist())


class PictureMeter:
    """Measures how much changes from one sampled picture to the next."""

    def __init__(self) -> None:
        self._before: NDArray[np.int16] | None = None
        self._times = array("f")
        self._movements = array("f")

    def feed(self, time_s: float, gray: NDArray[np.uint8]) -> None:
        """Take the picture at `time_s`: brightness 0-255, the same shape every time."""
        now = gray.astype(np.int16)
        if self._before is not None:
            self._times.append(time_s)
            self._movements.append(float(np.mean(np.abs(now - self._before))) / 255.0)
        self._before = now

    def result(self) -> Picture:
        """Return what was measured."""
        return Picture(_as_floats(self._times), _as_floats(self._movements))


def _as_floats(values: array[float]) -> Floats:
    return np.array(values, dtype=np.float32)


def _measure_pitches(frames: Floats) -> Floats:
    """Return the pitch of each row of samples in Hz, 0 where it is not periodic."""
    size = frames.shape[1]
    centered = frames - frames.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centered, n=2 * size, axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, n=2 * size, axis=1)[:, :size]
    energy = correlation[:, :1]
    shape = correlation / np.maximum(energy, 1e-9) * size / (size - np.arange(size))
    first, last = RATE_HZ // _MAX_HZ, RATE_HZ // _MIN_HZ
    window = shape[:, first : last + 1]
    best = window.max(axis=1, keepdims=True)
    peaks = _is_peak(shape, first, last) & (window >= np.maximum(0.9 * best, _PERIODIC))
    lag = first + np.argmax(peaks, axis=1)
    periodic = peaks.any(axis=1) & (energy[:, 0] > 1e-6 * size)
    return np.where(periodic, RATE_HZ / _interpolate_lag(shape, lag), 0.0).astype(np.float32)


def _is_peak(shape: Floats, first: int, last: int) -> NDArray[np.bool_]:
    """Return for each lag whether it is a local peak; a shoulder is none."""
    values = shape[:, first : last + 1]
    rises = values >= shape[:, first - 1 : last]
    falls = values > shape[:, first + 1 : last + 2]
    return np.asarray(rises & falls)


def _interpolate_lag(shape: Floats, lag: NDArray[np.intp]) -> Floats:
    """Return the lag, in samples, at the top of the parabola through each peak."""
    rows = np.arange(shape.shape[0])
    left, peak, right = shape[rows, lag - 1], shape[rows, lag], shape[rows, lag + 1]
    curvature = left - 2 * peak + right
    divisor = np.where(curvature == 0, 1, curvature)
    shift = np.where(np.abs(curvature) > 1e-9, 0.5 * (left - right) / divisor, 0)
    return np.asarray(lag + np.clip(shift, -0.5, 0.5), dtype=np.float32)
