"""The five dimensions of conversation quality as a radar, of one result or of several."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from interhuman.exports.report.markup import Content, Markup, element
from interhuman.formats import NO_EVIDENCE_WORDS, NOT_GIVEN, label
from interhuman.vocabulary import DIMENSIONS, NO_EVIDENCE

RADIUS = 92
_WIDTH, _HEIGHT = 320, 246
_CENTER = (160.0, 116.0)
_ANGLES = tuple(2 * math.pi * place / len(DIMENSIONS) for place in range(len(DIMENSIONS)))
_RINGS = (25.0, 50.0, 75.0, 100.0)

LINES: Final = ("line-a", "line-b", "line-c", "line-d")
"""How outlines differ, in the order of the results: by dashes, never by a direction's color."""

Scores = Mapping[str, float | None]


def radar(scores: Sequence[Scores], *, letters: Sequence[str] = (), says: str) -> Markup:
    """Return the dimensions of some results, at most as many as `LINES`, over each other.

    The ring at 50 is dashed and named. A dimension that was not given leaves a gap, one of exactly
    50 has a hollow dot. With `letters`, each outline carries its own. `says` is all of it in words.
    """
    return element(
        "svg",
        list(_web()),
        list(_names(scores)),
        [_outline(each, place) for place, each in enumerate(scores)],
        list(_marks(scores, letters)),
        class_="radar",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=says,
    )


def line_sample(place: int) -> Markup:
    """Return a short piece of the line that the result at `place` is drawn with."""
    line = element("line", x1=0, x2=34, y1=5, y2=5)
    return element(
        "svg", line, class_=f"sample {LINES[place]}", width=34, height=10, aria_hidden="true"
    )


def _web() -> Iterator[Markup]:
    for value in _RINGS:
        points = " ".join(_point(angle, value) for angle in _ANGLES)
        css = "ring fifty" if value == NO_EVIDENCE else "ring"
        yield element("polygon", class_=css, points=points)
    for angle in _ANGLES:
        x, y = _place(angle, 100)
        yield element("line", class_="ring", x1=_CENTER[0], y1=_CENTER[1], x2=x, y2=y)
    y = _HEIGHT - 4
    yield element("line", class_="ring fifty", x1=4, x2=30, y1=y - 4, y2=y - 4)
    words = f"{NO_EVIDENCE:.0f} = {NO_EVIDENCE_WORDS}"
    yield element("text", words, class_="small", x=36, y=y)


def _names(scores: Sequence[Scores]) -> Iterator[Markup]:
    for name, angle in zip(DIMENSIONS, _ANGLES, strict=True):
        x, y = _place(angle, 100)
        side = math.sin(angle)
        anchor = "middle" if abs(side) < 0.1 else "start" if side > 0 else "end"
        below = math.cos(angle) < -0.1
        x += 0 if anchor == "middle" else math.copysign(6, side) * (0 if below else 1)
        y += 16 if below else -8 if anchor == "middle" else 4
        yield element("text", label(name), x=x, y=y, text_anchor=anchor)
        if len(scores) == 1 and scores[0][name] is None:
            yield element("text", NOT_GIVEN, class_="small", x=x, y=y + 13, text_anchor=anchor)


def _outline(scores: Scores, place: int) -> Markup:
    """Return the lines between neighbors that were both given, filled where that is all of them."""
    points = [_given(scores[name], angle) for name, angle in zip(DIMENSIONS, _ANGLES, strict=True)]
    lines: Content
    if all(points):
        lines = element("polygon", points=" ".join(point for point in points if point))
    else:
        sides = zip(points, [*points[1:], points[0]], strict=True)
        lines = [element("polyline", points=f"{one} {two}") for one, two in sides if one and two]
    dots = []
    for name, angle in zip(DIMENSIONS, _ANGLES, strict=True):
        value = scores[name]
        if value is not None:
            x, y = _place(angle, value)
            css = "hollow" if value == NO_EVIDENCE else None
            dots.append(element("circle", class_=css, cx=x, cy=y, r=3.2))
    return element("g", lines, dots, class_=f"outline {LINES[place]}")


def _marks(scores: Sequence[Scores], letters: Sequence[str]) -> Iterator[Markup]:
    """Yield the letter of each outline beside one of its corners, of another axis for each."""
    for place, letter in enumerate(letters):
        order = (*range(place, len(DIMENSIONS)), *range(place))
        for axis in order:
            value = scores[place][DIMENSIONS[axis]]
            if value is not None:
                x, y = _place(_ANGLES[axis] + 0.16, max(value, 12.0))
                yield element("text", letter, class_="letter", x=x, y=y, dy="0.35em")
                break


def _given(value: float | None, angle: float) -> str:
    return "" if value is None else _point(angle, value)


def _point(angle: float, value: float) -> str:
    x, y = _place(angle, value)
    return f"{x},{y}"


def _place(angle: float, value: float) -> tuple[float, float]:
    """Return where a value (0-100) is on the axis of an angle, from the top on clockwise."""
    far = RADIUS * value / 100
    x, y = _CENTER
    return round(x + far * math.sin(angle), 2), round(y - far * math.cos(angle), 2)
