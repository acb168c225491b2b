"""The signals: on the time axis, and as a table whose rows move the recording."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.elements.arrow import DataframeStateInput
from streamlit.elements.lib.column_types import ColumnConfig

from interhuman.page import figures, player
from interhuman.page.visit import Result
from interhuman.text import cut
from interhuman.view.captions import signals_caption
from interhuman.view.charts import signal_timeline
from interhuman.view.charts.lanes import OTHERS, row_label, row_names, row_of
from interhuman.view.formats import label, span
from interhuman.vocabulary import PROBABILITIES

LINE_PX, ROW_PADDING_PX, HEADER_PX = 21, 16, 38
LINE_CHARACTERS = 50
"""About how many characters of a rationale fit in one line of the table on a laptop."""

MOST_LINES = 7
"""The longest rationales seen have 440 characters; a longer one stands in full in its card."""

CELL_CHARACTERS, CARD_CHARACTERS = 600, 4_000
"""How much of a rationale the table and its card show; the JSON has all of it."""

MOST_TABLE_HEIGHT_PX = 640
HOUR_S, DAY_S = 3_600, 86_400
UNKNOWN = "not given"


def draw_timeline(result: Result, frame: pd.DataFrame) -> None:
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
    figures.draw(
        signal_timeline(frame, end_s=result.analysis.end_s, dark=figures.dark()),
        caption,
        key=result.key("timeline"),
    )


def draw_table(result: Result, frame: pd.DataFrame) -> None:
    """Draw the filterable table of signals; choosing a row moves the recording there."""
    if frame.empty:
        player.link_charts(result, None, 0)
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
    with st.container(key=result.key("table")):
        _follow(result, kept, _rows(result, kept))


def _rows(result: Result, kept: pd.DataFrame) -> int | None:
    """Draw the rows; return the position of the chosen one.

    A selection is a position, which stays while a filter puts another signal there. So each
    change of the filter makes a new table, which begins with the chosen signal where it now is.
    """
    shown = display(kept)
    row_px = row_height_px(shown)
    table = st.dataframe(
        shown,
        hide_index=True,
        row_height=row_px,
        height=min(MOST_TABLE_HEIGHT_PX, HEADER_PX + row_px * max(1, len(shown))),
        column_config={
            "Type": st.column_config.TextColumn(width=120),
            "From": _time_column(kept["start_s"]),
            "To": _time_column(kept["end_s"]),
            "Probability": st.column_config.TextColumn(width=100),
            "Rationale": st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        selection_default=_selection(kept, st.session_state.get(result.key("chosen"))),
        key=result.key(f"table-{st.session_state.get(result.key('filter-number'), 0)}"),
        alt="Signals with type, time, probability and rationale",
    )
    return _chosen_row(table.selection.rows, table.selection.cells, len(kept))


def _selection(kept: pd.DataFrame, chosen: int | None) -> DataframeStateInput | None:
    """Return the selection of the signal `chosen` (its index in the analysis), if it is kept."""
    rows = [] if chosen is None else [kept.index.get_indexer(pd.Index([chosen])).item()]
    return {"selection": {"rows": rows}} if rows and rows[0] >= 0 else None


def _filters(result: Result, frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    rows = row_of(frame)
    columns = st.columns(2)
    wanted_rows = columns[0].multiselect(
        "Types",
        [name for name in (*row_names(frame), OTHERS) if (rows == name).any()],
        format_func=row_label,
        key=result.key("types"),
        placeholder="All types",
        on_change=_filter_changed,
        args=(result,),
    )
    wanted = columns[1].multiselect(
        "Probability",
        [*PROBABILITIES, UNKNOWN],
        format_func=label,
        key=result.key("probabilities"),
        placeholder="Any probability",
        on_change=_filter_changed,
        args=(result,),
    )
    return wanted_rows, wanted


def _filter_changed(result: Result) -> None:
    number_key = result.key("filter-number")
    st.session_state[number_key] = st.session_state.get(number_key, 0) + 1


def filtered(frame: pd.DataFrame, rows: list[str], probabilities: list[str]) -> pd.DataFrame:
    """Return the signals of the wanted rows of the timeline and probabilities.

    An empty list wants all.
    """
    keep = pd.Series(True, index=frame.index)
    if rows:
        keep &= row_of(frame).isin(rows)
    if probabilities:
        known = frame["probability"].astype("string").fillna(UNKNOWN)
        keep &= known.isin(probabilities)
    return frame[keep]


def display(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a signals frame as a person reads them; times sort as times."""
    return pd.DataFrame(
        {
            "Type": pd.Series([label(name) for name in frame["type"]], dtype="string"),
            "From": times(frame["start_s"]).to_numpy(),
            "To": times(frame["end_s"]).to_numpy(),
            "Probability": frame["probability"].astype("string").fillna(UNKNOWN).to_numpy(),
            "Rationale": [cut(text, CELL_CHARACTERS) for text in frame["rationale"].fillna("")],
        }
    )


def times(seconds: pd.Series) -> pd.Series:
    """Return times of a recording, in seconds, as times of day; as lengths from a day on."""
    lengths = pd.to_timedelta(_in_tenths(seconds), unit="s")
    return lengths if _beyond_a_day(seconds) else (pd.Timestamp(0) + lengths).dt.time


def _time_column(seconds: pd.Series) -> ColumnConfig:
    """Return the configuration of a column of `times`: m:ss, with what else it needs."""
    if _beyond_a_day(seconds):
        return st.column_config.NumberColumn(width=90, format="compact")
    tenths = _in_tenths(seconds)
    hours = "H:mm:ss" if tenths.max() >= HOUR_S else "m:ss"
    fraction = ".S" if (tenths % 1 > 0).any() else ""
    return st.column_config.TimeColumn(width=78, alignment="right", format=hours + fraction)


def _in_tenths(seconds: pd.Series) -> pd.Series:
    return (seconds * 10).round() / 10


def _beyond_a_day(seconds: pd.Series) -> bool:
    return bool((_in_tenths(seconds) >= DAY_S).any())


def row_height_px(shown: pd.DataFrame) -> int:
    """Return the height in pixels that the longest rationale needs; all rows share one height."""
    longest = max((len(text) for text in shown["Rationale"]), default=0)
    lines = min(MOST_LINES, 1 + longest // LINE_CHARACTERS)
    return ROW_PADDING_PX + LINE_PX * lines


def _chosen_row(rows: list[int], cells: list[tuple[int, str]], length: int) -> int | None:
    candidates = [*rows, *(cell[0] for cell in cells)]
    return next((row for row in candidates if 0 <= row < length), None)


def _follow(result: Result, kept: pd.DataFrame, row: int | None) -> None:
    """Show the chosen signal in full; move the recording to its start when it is a new choice."""
    chosen_key, number_key = result.key("chosen"), result.key("seek-number")
    chosen = None if row is None else int(kept.index[row])
    if chosen is not None and chosen != st.session_state.get(chosen_key):
        st.session_state[number_key] = st.session_state.get(number_key, 0) + 1
    st.session_state[chosen_key] = chosen
    start_s = None if row is None else float(kept.iloc[row]["start_s"])
    player.link_charts(result, start_s, st.session_state.get(number_key, 0))
    if row is not None:
        _card(kept.iloc[row])


def _card(signal: pd.Series) -> None:
    with st.container(border=True):
        st.text(f"{label(signal['type'])}, {span(signal['start_s'], signal['end_s'])}")
        rationale = signal["rationale"]
        text = "No rationale was given." if pd.isna(rationale) else rationale
        st.text(cut(text, CARD_CHARACTERS))
