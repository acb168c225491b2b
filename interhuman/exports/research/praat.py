"""A result for Praat: a TextGrid, with the tiers that the ELAN file has.

A tier of Praat is covered from start to end by intervals, empty ones where nothing is. Of an
interval without length Praat 6.1 reads the text and loses the rest of the tier, so none is
written. Source: the Praat manual, "TextGrid file formats".
"""

from __future__ import annotations

from collections.abc import Iterator

from interhuman.exports.named import NamedResult
from interhuman.exports.research.tracks import Span, length_ms, tiers

_BACKSLASH = "\uff3c"
"""A look-alike: Praat shows a backslash and two letters as another character, often a Greek one."""


def textgrid(result: NamedResult) -> bytes:
    """Return the signals, engagement and notes of a result as a TextGrid in UTF-8."""
    found, end_ms = tiers(result), length_ms(result.analysis)
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {_seconds(end_ms)}",
        "tiers? <exists>",
        f"size = {len(found)}",
        "item []:",
    ]
    for number, tier in enumerate(found, start=1):
        intervals = list(_covering(tier.spans, end_ms))
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f"        name = {_quoted(tier.name)}",
            "        xmin = 0",
            f"        xmax = {_seconds(end_ms)}",
            f"        intervals: size = {len(intervals)}",
        ]
        for place, (start_ms, stop_ms, text) in enumerate(intervals, start=1):
            lines += [
                f"        intervals [{place}]:",
                f"            xmin = {_seconds(start_ms)}",
                f"            xmax = {_seconds(stop_ms)}",
                f"            text = {_quoted(text)}",
            ]
    return ("\n".join(lines) + "\n").encode()


def _covering(spans: tuple[Span, ...], end_ms: int) -> Iterator[tuple[int, int, str]]:
    """Yield spans with empty intervals before, between and after them, from 0 to `end_ms`."""
    reached_ms = 0
    for span in spans:
        if span.start_ms > reached_ms:
            yield reached_ms, span.start_ms, ""
        yield span.start_ms, span.end_ms, span.text
        reached_ms = span.end_ms
    if reached_ms < end_ms:
        yield reached_ms, end_ms, ""


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}" if milliseconds else "0"


def _quoted(text: str) -> str:
    doubled = text.replace("\\", _BACKSLASH).replace('"', '""')
    return f'"{doubled}"'
