"""Color arithmetic for tests: contrast as WCAG 2 defines it, and simulated color blindness."""

from __future__ import annotations

import math

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

IDENTITY: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
CVD: dict[str, Matrix] = {
    "normal sight": IDENTITY,
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Full dichromacy in linear RGB, after Machado, Oliveira and Fernandes (2009), severity 1.0."""

_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE: Triple = (0.9505, 1.0, 1.089)


def linear(color: str) -> Triple:
    """Return the linear RGB (0-1) of "#RRGGBB"."""
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (_linear(red), _linear(green), _linear(blue))


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colors, 1 to 21."""
    darker, lighter = sorted(_times(_XYZ, linear(color))[1] for color in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def distance(one: str, other: str, sight: Matrix) -> float:
    """Return how far apart two colors look (CIE76 in Lab) to an eye that `sight` describes."""
    return math.dist(_lab(_times(sight, linear(one))), _lab(_times(sight, linear(other))))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (
        sum(a * min(max(b, 0.0), 1.0) for a, b in zip(row, vector, strict=True)) for row in matrix
    )
    return (first, second, third)


def _lab(rgb: Triple) -> Triple:
    x, y, z = (_root(v / white) for v, white in zip(_times(_XYZ, rgb), _WHITE, strict=True))
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def _root(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
