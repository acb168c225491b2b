"""Draws smooth flat shapes on a Pillow image: ellipses, blobs and strokes, moved and rotated.

Everything is drawn three times as large and then reduced, which smooths the edges.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

OVERSAMPLING: Final = 3

Point = tuple[float, float]
Points = NDArray[np.float64]


class Brush:
    """Draws in picture units, in a coordinate system that `rotated` rotates and moves."""

    def __init__(self, image: Image.Image, matrix: Points | None = None) -> None:
        self._image = image
        self._draw = ImageDraw.Draw(image)
        scale = np.diag([OVERSAMPLING, OVERSAMPLING, 1.0])
        self._matrix = scale if matrix is None else matrix

    def rotated(self, degrees: float, pivot: Point, move: Point = (0.0, 0.0)) -> Brush:
        """Return a brush rotated clockwise around `pivot`, then moved by `move`."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = pivot
        rotation = np.array(
            [
                [cos, -sin, x - cos * x + sin * y + move[0]],
                [sin, cos, y - sin * x - cos * y + move[1]],
                [0.0, 0.0, 1.0],
            ]
        )
        return Brush(self._image, self._matrix @ rotation)

    def ellipse(self, center: Point, radii: Point, color: str, degrees: float = 0.0) -> None:
        """Fill an ellipse, rotated clockwise around its center."""
        angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        shape = np.column_stack([radii[0] * np.cos(angle), radii[1] * np.sin(angle)])
        turn = math.radians(degrees)
        rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        self._fill(shape @ rotation + center, color)

    def blob(self, corners: Sequence[Point], color: str) -> None:
        """Fill the smooth closed shape through `corners`."""
        self._fill(smooth(corners, closed=True), color)

    def polygon(self, corners: Sequence[Point], color: str) -> None:
        """Fill a shape with straight edges."""
        self._fill(np.array(corners), color)

    def stroke(self, points: Sequence[Point], width: float, color: str) -> None:
        """Draw a smooth line of `width` with round ends through `points`."""
        path = self._to_pixels(smooth(points, closed=False))
        thick = width * OVERSAMPLING
        half = thick / 2
        self._draw.line([tuple(p) for p in path], fill=color, width=round(thick))
        for x, y in path:
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=color)

    def _fill(self, points: Points, color: str) -> None:
        self._draw.polygon([tuple(p) for p in self._to_pixels(points)], fill=color)

    def _to_pixels(self, points: Points) -> Points:
        return points @ self._matrix[:2, :2].T + self._matrix[:2, 2]


def smooth(corners: Sequence[Point], *, closed: bool, steps: int = 12) -> Points:
    """Return a Catmull-Rom curve through `corners`, as points close together."""
    points = np.array(corners, dtype=float)
    ends = (points[-1:], points[:2]) if closed else (points[:1], points[-1:])
    padded = np.vstack([ends[0], points, ends[1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, np.newaxis]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.vstack(pieces if closed else [*pieces, points[-1:]])


def mix_colors(color: str, other: str, share: float) -> str:
    """Return `color` with a `share` (0 to 1) of `other`, both #RRGGBB."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
