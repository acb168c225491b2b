"""The signals: on the time axis, and as a table whose rows move the recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.elements.arrow import DataframeStateInput
from streamlit.elements.lib.column_types import ColumnConfig

from interhuman.page import figures, player
from interhuman.page.figures import Chart
from interhuman.page.visit import Result
from interhuman.text import cut
from interhuman.view.captions import signals_caption
from interhuman.view.charts import signal_timeline
from interhuman.view.charts.lanes import OTHERS, row_label, row_names, row_of
from interhuman.view.formats import NOT_GIVEN, label, span
from interhuman.vocabulary import PROBABILITIES

LINE_PX, ROW_PADDING_PX, HEADER_PX = 21, 16, 38
LEAST_WRAPPING_PX = 80
"""Streamlit wraps no text in rows that are lower than this."""

LINE_CHARACTERS = 50
"""About how many characters of a rationale fit in one line of the table on a laptop."""

MAX_LINES = 7
"""The longest rationales seen have 440 characters; a longer one stands in full in its card."""

CELL_CHARACTERS, CARD_CHARACTERS = 600, 4_000
"""How much of a rationale the table and its card show; the JSON has all of it."""

MAX_TABLE_HEIGHT_PX = 640
HOUR_S, DAY_S = 3_600, 86_400

TABLES_IN_MEMORY = 8
"""Filtered tables that a session holds."""


def draw_timeline(result: Result) -> None:
    """Draw every signal on the recording's time axis, or say that none was detected."""
    st.subheader("Signals over time", anchor=False)
    frame, analysis = result.tables.signals, result.analysis
    if frame.empty:
        st.info(
            "No signals were detected. That is normal: nothing notable was seen or heard. "
            "Engagement and quality, where they were given, are below.",
            icon=":material/horizontal_rule:",
        )
        return
    figures.draw(
        signal_timeline(frame, end_s=analysis.end_s, dark=figures.dark()),
        signals_caption(frame, end_s=analysis.end_s, sandbox=analysis.sandbox),
        key=result.key(Chart.TIMELINE),
    )


def draw_table(result: Result) -> None:
    """Draw the filterable table of signals; choosing a row moves the recording there."""
    if result.tables.signals.empty:
        player.link_charts(result, None, 0)
        return
    st.subheader("Signals in full", anchor=False)
    _draw_filtered(result)


@st.fragment
def _draw_filtered(result: Result) -> None:
    frame = result.tables.signals
    table = _table(result.identity, *_choose_filters(result), frame)
    st.caption(
        f"{len(table.signals):,} of {len(frame):,} signals. Choose a row to move the recording "
        "there. Probability is how sure the detection is, not how strong the signal is."
    )
    with st.container(key=result.key("table")):
        _show_chosen(result, table.signals, _draw_rows(result, table))


@dataclass(frozen=True)
class Table:
    """The signals that the filters leave, and the same rows as the page shows them."""

    signals: pd.DataFrame
    shown: pa.Table
    row_px: int
    column_config: dict[str, ColumnConfig]


@st.cache_resource(show_spinner=False, scope="session", max_entries=TABLES_IN_MEMORY)
def _table(
    identity: str, rows: tuple[str, ...], probabilities: tuple[str, ...], _frame: pd.DataFrame
) -> Table:
    """Return the table of one result under its filters, built once."""
    signals = filtered(_frame, rows, probabilities)
    shown = display(signals)
    return Table(
        signals=signals,
        # Streamlit sends an Arrow table as it is, and would convert a frame in every rerun.
        shown=pa.Table.from_pandas(shown, preserve_index=False),
        row_px=row_height_px(shown),
        column_config=column_config(signals),
    )


def _draw_rows(result: Result, table: Table) -> int | None:
    """Draw the rows; return the position of the chosen one.

    A selection is a position, which stays while a filter puts another signal there. So each
    change of the filter makes a new table, which begins with the chosen signal where it now is.
    """
    chosen = st.session_state.get(result.key("chosen"))
    count = len(table.signals)
    drawn = st.dataframe(
        table.shown,
        hide_index=True,
        row_height=table.row_px,
        height=min(MAX_TABLE_HEIGHT_PX, HEADER_PX + table.row_px * max(1, count)),
        column_config=table.column_config,
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        selection_default=_selection(table.signals, chosen),
        key=result.key(f"table-{st.session_state.get(result.key('filter-number'), 0)}"),
        alt="Signals with type, time, probability and why they were detected",
    )
    return _chosen_row(drawn.selection.rows, drawn.selection.cells, count)


def _selection(signals: pd.DataFrame, chosen: int | None) -> DataframeStateInput | None:
    """Return the selection of the signal `chosen` (its index in the analysis), if it is there."""
    rows = [] if chosen is None else [signals.index.get_indexer(pd.Index([chosen])).item()]
    return {"selection": {"rows": rows}} if rows and rows[0] >= 0 else None


def _choose_filters(result: Result) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Draw the filters; return the rows of the timeline and the probabilities to show."""
    columns = st.columns(2)
    rows = columns[0].multiselect(
        "Types",
        _filter_rows(result.identity, result.tables.signals),
        format_func=row_label,
        key=result.key("types"),
        placeholder="All types",
        on_change=_filter_changed,
        args=(result,),
    )
    probabilities = columns[1].multiselect(
        "Probability",
        [*PROBABILITIES, NOT_GIVEN],
        format_func=label,
        key=result.key("probabilities"),
        placeholder="Any probability",
        on_change=_filter_changed,
        args=(result,),
    )
    return tuple(rows), tuple(probabilities)


@st.cache_resource(show_spinner=False, scope="session", max_entries=TABLES_IN_MEMORY)
def _filter_rows(identity: str, _frame: pd.DataFrame) -> list[str]:
    """Return the rows of the timeline that there are, in its order."""
    rows = row_of(_frame)
    return [name for name in (*row_names(_frame), OTHERS) if (rows == name).any()]


def _filter_changed(result: Result) -> None:
    number_key = result.key("filter-number")
    st.session_state[number_key] = st.session_state.get(number_key, 0) + 1


def filtered(
    frame: pd.DataFrame, rows: Sequence[str], probabilities: Sequence[str]
) -> pd.DataFrame:
    """Return the signals in these rows of the timeline and of these probabilities; none is all."""
    matches = pd.Series(True, index=frame.index)
    if rows:
        matches &= row_of(frame).isin(rows)
    if probabilities:
        known = frame["probability"].astype("string").fillna(NOT_GIVEN)
        matches &= known.isin(probabilities)
    return frame[matches]


def display(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a signals frame as a person reads them; times sort as times."""
    return pd.DataFrame(
        {
            "Type": pd.Series([label(name) for name in frame["type"]], dtype="string"),
            "From": times(frame["start_s"]).to_numpy(),
            "To": times(frame["end_s"]).to_numpy(),
            "Probability": frame["probability"].astype("string").fillna(NOT_GIVEN).to_numpy(),
            "Why": [cut(text, CELL_CHARACTERS) for text in frame["rationale"].fillna("")],
        }
    )


def column_config(signals: pd.DataFrame) -> dict[str, ColumnConfig]:
    """Return how the columns of `display` are shown for these signals."""
    return {
        "Type": st.column_config.TextColumn(width=120),
        "From": _time_column(signals["start_s"]),
        "To": _time_column(signals["end_s"]),
        "Probability": st.column_config.TextColumn(width=100),
        "Why": st.column_config.TextColumn(width="large"),
    }


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
    longest = max((len(text) for text in shown["Why"]), default=0)
    lines = min(MAX_LINES, 1 + longest // LINE_CHARACTERS)
    height_px = ROW_PADDING_PX + LINE_PX * lines
    return height_px if lines == 1 else max(height_px, LEAST_WRAPPING_PX)


def _chosen_row(rows: list[int], cells: list[tuple[int, str]], length: int) -> int | None:
    candidates = [*rows, *(cell[0] for cell in cells)]
    return next((row for row in candidates if 0 <= row < length), None)


def _show_chosen(result: Result, signals: pd.DataFrame, row: int | None) -> None:
    """Show the chosen signal in full; move the recording to its start when it is a new choice."""
    chosen_key, number_key = result.key("chosen"), result.key("seek-number")
    chosen = None if row is None else int(signals.index[row])
    if chosen is not None and chosen != st.session_state.get(chosen_key):
        st.session_state[number_key] = st.session_state.get(number_key, 0) + 1
    st.session_state[chosen_key] = chosen
    start_s = None if row is None else float(signals.iloc[row]["start_s"])
    player.link_charts(result, start_s, st.session_state.get(number_key, 0))
    if row is not None:
        _draw_card(signals.iloc[row])


def _draw_card(signal: pd.Series) -> None:
    with st.container(border=True):
        st.text(f"{label(signal['type'])}, {span(signal['start_s'], signal['end_s'])}")
        rationale = signal["rationale"]
        text = "No reason was given." if pd.isna(rationale) else rationale
        st.text(cut(text, CARD_CHARACTERS))
