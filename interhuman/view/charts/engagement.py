"""The engagement ribbon: engagement over time around a center line, gaps left empty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from interhuman.colors import Palette
from interhuman.findings.time_axis import axis_end_s, gaps
from interhuman.formats import count, label, span
from interhuman.text import shortened
from interhuman.view.charts.axes import (
    CLEAR,
    PlotlyJson,
    hover,
)
from interhuman.vocabulary import STATE_FAMILY, STATES

_EXTENT = {"engaged": (0.0, 1.0), "neutral": (-0.14, 0.14), "disengaged": (-1.0, 0.0)}
"""From where to where each state is drawn, on an axis from -1 to 1."""

_OTHER_EXTENT = (-0.14, 0.14)
_STATE_CHARACTERS = 40

MAX_ENTRIES = 1_000
"""So many entries of a state are drawn one by one; of more, those less than a pixel apart join."""

SEVERAL = "several states"
"""The state of an entry that was joined from different ones."""


def engagement_traces(
    frame: pd.DataFrame, *, end_s: float, colors: Palette, tick_px: float
) -> list[PlotlyJson]:
    """Return the marks of an `engagement_frame` on a y axis from -1 to 1.

    Engaged stands above the center line, neutral thin on it, disengaged below; a state that
    nobody published is thin and dotted. What no entry covers stays empty and says "No data" on
    hover; an entry of no length is a tick, `tick_px` tall. Beyond `MAX_ENTRIES` close neighbors
    are joined, so that the figure stays small.
    """
    missing = [] if frame.empty else gaps(frame, end_s=axis_end_s(end_s))
    traces = [_no_data(missing)] if missing else []
    for state in (*STATES, None):
        of_state = frame["state"] == state if state else ~frame["state"].isin(STATES)
        traces += _traces(frame[of_state], state, end_s, colors, tick_px)
    return traces


def folded(frame: pd.DataFrame, *, gap_s: float) -> pd.DataFrame:
    """Return the entries of an `engagement_frame` with close neighbors joined to one.

    Entries less than `gap_s` seconds apart become one from the first start to the last end; its
    state is `SEVERAL` where they differ. Columns: state, start_s, end_s, entries; the index is
    that of the first entry.
    """
    ordered = frame.sort_values("start_s", kind="stable")
    reached = ordered["end_s"].cummax().shift(fill_value=float("-inf"))
    runs = ordered.reset_index().groupby((ordered["start_s"] > reached + gap_s).cumsum().to_numpy())
    joined = runs.agg(
        index=("index", "first"),
        state=("state", "first"),
        states=("state", "nunique"),
        start_s=("start_s", "first"),
        end_s=("end_s", "max"),
        entries=("index", "size"),
    ).set_index("index")
    state = joined["state"].where(joined["states"] == 1, SEVERAL)
    return joined.assign(state=state).drop(columns="states")


def _traces(
    entries: pd.DataFrame, state: str | None, end_s: float, colors: Palette, tick_px: float
) -> list[PlotlyJson]:
    """Return the bars and the ticks of one state (None: all unpublished ones together)."""
    bottom, top = _EXTENT.get(state or "", _OTHER_EXTENT)
    color = colors.families[STATE_FAMILY.get(state or "", "unsure")]
    drawn = entries.assign(entries=1)
    if len(entries) > MAX_ENTRIES:
        drawn = folded(entries, gap_s=axis_end_s(end_s) / MAX_ENTRIES)
    lasting = drawn[drawn["end_s"] > drawn["start_s"]]
    moments = drawn[drawn["end_s"] <= drawn["start_s"]]
    traces = []
    if len(lasting):
        marker = _marker(color, known=state is not None)
        traces.append({**_bars(lasting, bottom, top), "marker": marker})
    if len(moments):
        traces.append(_ticks(moments, (bottom + top) / 2, color, tick_px))
    return traces


def _bars(entries: pd.DataFrame, bottom: float, top: float) -> PlotlyJson:
    return {
        "type": "bar",
        "x": ((entries["start_s"] + entries["end_s"]) / 2).to_numpy(),
        "width": (entries["end_s"] - entries["start_s"]).to_numpy(),
        "base": bottom,
        "y": np.full(len(entries), top - bottom),
        **_hover(entries),
    }


def _marker(color: str, *, known: bool) -> PlotlyJson:
    dots = {"shape": ".", "fgcolor": color, "bgcolor": CLEAR, "size": 5, "solidity": 0.4}
    line = {"color": color, "width": 1}
    return {"color": color, "line": line, "pattern": {} if known else dots}


def _ticks(entries: pd.DataFrame, y: float, color: str, tick_px: float) -> PlotlyJson:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": entries["start_s"].to_numpy(),
        "y": np.full(len(entries), y),
        "marker": {"symbol": "line-ns", "size": tick_px, "line": {"color": color, "width": 3}},
        "cliponaxis": False,
        **_hover(entries),
    }


def _hover(entries: pd.DataFrame) -> PlotlyJson:
    columns = ("state", "start_s", "end_s", "entries")
    hovers = [
        f"<b>{_state_words(state, number)}</b><br>{span(start_s, end_s)}"
        for state, start_s, end_s, number in zip(
            *(entries[column].tolist() for column in columns), strict=True
        )
    ]
    return hover(hovers)


def _state_words(state: str, entries: int) -> str:
    name = shortened(label(state), _STATE_CHARACTERS)
    return name if entries == 1 else f"{name}, {count(entries, 'entry', 'entries')}"


def _no_data(missing: Sequence[tuple[float, float]]) -> PlotlyJson:
    """Return clear bars over the stretches without data, which say so when pointed at."""
    return {
        "type": "bar",
        "x": [(start + end) / 2 for start, end in missing],
        "width": [end - start for start, end in missing],
        "base": -0.5,
        "y": [1.0] * len(missing),
        "marker": {"color": CLEAR, "line": {"width": 0}},
        **hover([f"<b>No data</b><br>{span(start, end)}" for start, end in missing]),
    }
