"""The signals: on the time axis, and as a table whose rows move the recording."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from interhuman.captions import signals_caption
from interhuman.charts import signal_timeline
from interhuman.page import chart, player
from interhuman.page.visit import Result
from interhuman.style import PROBABILITIES, clock, label

LINE_PX, ROW_PADDING_PX, HEADER_PX = 21, 16, 38
LINE_CHARACTERS = 50
"""About how many characters of a rationale fit in one line of the table on a laptop."""

MOST_LINES = 7
"""The longest rationales seen have 440 characters; a longer one stands in full in its card."""

MOST_TABLE_HEIGHT_PX = 640
UNKNOWN = "not given"


def timeline(result: Result, frame: pd.DataFrame) -> None:
    """Draw every signal on the recording's time axis, or say that none was detected."""
    st.subheader("Signals over time", anchor=False)
    if frame.empty:
        st.info(
            "No signals were detected. That is normal: nothing notable was seen or heard. "
            "Attention and quality, where they were given, are below.",
            icon=":material/horizontal_rule:",
        )
        return
    caption = signals_caption(frame, end_s=result.analysis.end_s, sandbox=result.analysis.sandbox)
    chart.draw(
        signal_timeline(frame, end_s=result.analysis.end_s, dark=chart.dark()),
        caption,
        key=result.key("timeline"),
    )


def table(result: Result, frame: pd.DataFrame) -> None:
    """Draw the filterable table of signals; choosing a row moves the recording there."""
    if frame.empty:
        player.bridge(result, None, 0)
        return
    st.subheader("Signals in full", anchor=False)
    _table(result, frame)


@st.fragment
def _table(result: Result, frame: pd.DataFrame) -> None:
    kept = filtered(frame, *_filters(result, frame))
    st.caption(
        f"{len(kept):,} of {len(frame):,} signals. Choose a row to move the recording there. "
        "Probability is how sure the detection is, not how strong the signal is."
    )
    shown = display(kept)
    row_px = row_height_px(shown)
    chosen = st.dataframe(
        shown,
        hide_index=True,
        row_height=row_px,
        height=min(MOST_TABLE_HEIGHT_PX, HEADER_PX + row_px * max(1, len(shown))),
        column_config={
            "Type": st.column_config.TextColumn(width=120),
            "From": st.column_config.TextColumn(width=70, alignment="right"),
            "To": st.column_config.TextColumn(width=70, alignment="right"),
            "Probability": st.column_config.TextColumn(width=100),
            "Rationale": st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        key=result.key("table"),
        alt="Signals with type, time, probability and rationale",
    )
    row = _chosen_row(chosen.selection.rows, chosen.selection.cells, len(kept))
    _follow(result, kept, row)


def _filters(result: Result, frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    types = list(dict.fromkeys(frame["type"]))
    columns = st.columns(2)
    wanted_types = columns[0].multiselect(
        "Types", types, format_func=label, key=result.key("types"), placeholder="All types"
    )
    wanted = columns[1].multiselect(
        "Probability",
        [*PROBABILITIES, UNKNOWN],
        format_func=label,
        key=result.key("probabilities"),
        placeholder="Any probability",
    )
    return wanted_types, wanted


def filtered(frame: pd.DataFrame, types: list[str], probabilities: list[str]) -> pd.DataFrame:
    """Return the rows of the wanted types and probabilities; an empty list wants all."""
    keep = pd.Series(True, index=frame.index)
    if types:
        keep &= frame["type"].isin(types)
    if probabilities:
        known = frame["probability"].astype("string").fillna(UNKNOWN)
        keep &= known.isin(probabilities)
    return frame[keep]


def display(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a signals frame as a person reads them, all of them plain text."""
    return pd.DataFrame(
        {
            "Type": [label(name) for name in frame["type"]],
            "From": [clock(value, tenths=value % 1 > 0) for value in frame["start_s"]],
            "To": [clock(value, tenths=value % 1 > 0) for value in frame["end_s"]],
            "Probability": frame["probability"].astype("string").fillna(UNKNOWN).tolist(),
            "Rationale": frame["rationale"].fillna("").tolist(),
        },
        dtype="string",
    )


def row_height_px(shown: pd.DataFrame) -> int:
    """Return the height in pixels that the longest rationale needs; all rows share one height."""
    longest = max((len(text) for text in shown["Rationale"]), default=0)
    lines = min(MOST_LINES, 1 + longest // LINE_CHARACTERS)
    return ROW_PADDING_PX + LINE_PX * lines


def _chosen_row(rows: list[int], cells: list[tuple[int, str]], length: int) -> int | None:
    candidates = [*rows, *(cell[0] for cell in cells)]
    return next((row for row in candidates if 0 <= row < length), None)


def _follow(result: Result, kept: pd.DataFrame, row: int | None) -> None:
    """Show the chosen signal in full and move the recording to its start, once per choice."""
    last_key, number_key = result.key("last-row"), result.key("seek-number")
    identity = None if row is None else int(kept.index[row])
    if identity != st.session_state.get(last_key):
        st.session_state[last_key] = identity
        st.session_state[number_key] = st.session_state.get(number_key, 0) + 1
    start_s = None if row is None else float(kept.iloc[row]["start_s"])
    player.bridge(result, start_s, st.session_state.get(number_key, 0))
    if row is not None:
        _card(kept.iloc[row])


def _card(signal: pd.Series) -> None:
    with st.container(border=True):
        st.text(f"{label(signal['type'])}, {clock(signal['start_s'])}")
        rationale = signal["rationale"]
        st.text("No rationale was given." if pd.isna(rationale) else rationale)
