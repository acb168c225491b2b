"""The size and the rate of a picture, by how many bits there are for it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

_SHORT_SIDES: Final = (720, 540, 480)
"""At most 720 lines: with 1080 the encoder alone would hold 160 MB, and faces are as clear."""
MIN_LINES: Final = 480
MAX_PIXELS: Final = 1920 * 720
"""However wide it is: that is 480 lines of a panorama of six to one."""
MIN_SIDE: Final = 16
"""A smaller picture shows nobody, and H.264 has no use for it."""
_FINE_BITS_PER_PIXEL: Final = 0.04
"""A talking person looks well with so much, by x264's "veryfast"; a larger picture needs more."""
_RATES: Final = (
    *(Fraction(10), Fraction(12), Fraction(15), Fraction(20), Fraction(24_000, 1001)),
    *(Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(30)),
)


def constant_rate(frames_per_s: float) -> Fraction:
    """Return the usual rate that shows every frame, 30 a second at most; half of 50 and 60."""
    if frames_per_s > 30.5:
        frames_per_s = frames_per_s / 2 if frames_per_s < 61 else 30.0
    near = min(_RATES, key=lambda rate: abs(float(rate) - frames_per_s))
    if abs(float(near) - frames_per_s) <= 0.005 * frames_per_s:
        # 30 and 29.97 differ by less: then the one that was probably meant.
        exact = [r for r in _RATES if abs(float(r) - frames_per_s) <= 0.0005 * frames_per_s]
        return exact[0] if exact else near
    return next((rate for rate in _RATES if rate >= frames_per_s), _RATES[-1])


def picture_size(
    shown_size: tuple[int, int], *, rate: Fraction, bits_per_s: float
) -> tuple[int, int]:
    """Return the largest size that looks well with so many bits, never larger than before.

    The short side has at least `MIN_LINES` where it had them. Both sides are even.
    """
    width, height = shown_size
    short = min(shown_size)
    scales = [s / short for s in _SHORT_SIDES if s <= short] or [1.0]
    if MIN_LINES < short < _SHORT_SIDES[0]:
        scales.insert(0, 1.0)
    scales = [min(scale, math.sqrt(MAX_PIXELS / (width * height))) for scale in scales]
    for scale in scales:
        if bits_per_s >= _FINE_BITS_PER_PIXEL * width * height * scale**2 * float(rate):
            break
    return _even(width * scale), _even(height * scale)


def _even(pixels: float) -> int:
    return max(MIN_SIDE, 2 * round(pixels / 2))
