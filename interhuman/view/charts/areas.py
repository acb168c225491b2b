"""Where the tracks stand under each other, in px from the top edge of their figure."""

from __future__ import annotations

from dataclasses import dataclass

TOP_PX, BOTTOM_PX = 4, 2
GAP_PX = 7
"""Between two tracks."""

NOTE_PX = 30
"""The height of the signals where there are none."""

ENGAGEMENT_PX, SCORE_PX, OVERVIEW_PX = 16, 44, 20
TIME_LABELS_PX = 23

MAX_SIGNALS_PX = 200
MAX_PX = 300
"""The height of a figure with up to `USUAL_ROWS` rows, at most."""

USUAL_ROWS = 12
MAX_PX_FOR_MANY_ROWS = 420


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a figure."""

    top_px: float
    bottom_px: float


@dataclass(frozen=True, slots=True)
class Areas:
    """The tracks from the top down; None for one that is left out."""

    signals: Area
    engagement: Area | None
    score: Area | None
    overview: Area

    @property
    def height_px(self) -> int:
        """The height of the whole figure."""
        return round(self.overview.bottom_px) + BOTTOM_PX

    @property
    def tracks(self) -> Area:
        """What shares the time axis that is zoomed."""
        last = self.score or self.engagement or self.signals
        return Area(self.signals.top_px, last.bottom_px)

    def domain(self, area: Area) -> list[float]:
        """Return the share of the height that an area takes, from 0 at the bottom to 1."""
        return [1 - area.bottom_px / self.height_px, 1 - area.top_px / self.height_px]


def areas(signals_px: float, *, engagement: bool, score: bool) -> Areas:
    """Return where the tracks stand when the signals are `signals_px` tall."""
    signals = Area(TOP_PX, TOP_PX + signals_px)
    below = _below(signals, ENGAGEMENT_PX) if engagement else None
    steps = _below(below or signals, SCORE_PX) if score else None
    labels_px = (steps or below or signals).bottom_px + TIME_LABELS_PX
    return Areas(signals, below, steps, Area(labels_px, labels_px + OVERVIEW_PX))


def max_signals_px(row_count: int, *, engagement: bool, score: bool) -> float:
    """Return how tall the signals may be, so that the whole figure keeps to its height."""
    others_px = areas(0, engagement=engagement, score=score).height_px
    if row_count > USUAL_ROWS:
        return MAX_PX_FOR_MANY_ROWS - others_px
    return min(MAX_PX - others_px, MAX_SIGNALS_PX)


def _below(area: Area, height_px: float) -> Area:
    top_px = area.bottom_px + GAP_PX
    return Area(top_px, top_px + height_px)
