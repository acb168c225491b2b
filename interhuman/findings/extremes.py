"""The lowest and the highest window of a score over time."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from interhuman.formats import clock, dimension_score, score
from interhuman.vocabulary import INDEX, NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Extreme:
    """A window (seconds) whose value (0-100) is the lowest or the highest of its score."""

    start_s: float
    end_s: float
    value: float
    words: str
    """Such as "lowest 30 at 2:40"."""


def extremes(timeline: pd.DataFrame, name: str) -> tuple[Extreme, ...]:
    """Return the lowest and the highest window of one score of a `quality_timeline_frame`.

    Of several the first. Nothing where all windows read the same; a window without evidence in a
    dimension counts as none.
    """
    windows = timeline[(timeline["dimension"] == name) & timeline["value"].notna()]
    if name != INDEX:
        windows = windows[windows["value"] != NO_EVIDENCE]
    if windows.empty:
        return ()
    windows = windows.sort_values(["start_s", "end_s"], kind="stable")
    low, high = (windows.iloc[int(at)] for at in (windows.value.argmin(), windows.value.argmax()))
    read = score if name == INDEX else dimension_score
    if read(low["value"]) == read(high["value"]):
        return ()
    return tuple(
        Extreme(
            float(window["start_s"]),
            float(window["end_s"]),
            float(window["value"]),
            f"{which} {read(window['value'])} at {clock(window['start_s'])}",
        )
        for which, window in (("lowest", low), ("highest", high))
    )
