"""The one filter of a result, by types, probabilities and words: all views follow it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from interhuman.formats import NOT_GIVEN, label
from interhuman.page import widgets
from interhuman.page.results import Result
from interhuman.text import markdown_plain
from interhuman.view.charts.lanes import OTHERS, row_label, row_names, row_of
from interhuman.vocabulary import FAMILIES, PROBABILITIES

FILTERS_IN_MEMORY = 8
"""Filtered tables that a session holds."""

FAMILY_MARKS = {"toward": ":blue[■]", "unsure": ":gray[■]", "away": ":orange[■]"}
"""The families as marks in a label; the theme gives these color names the families' colors."""

FILL_MARKS = {"high": "■", "medium": "◧", "low": "□", NOT_GIVEN: "?"}
"""The probabilities as the tracks draw them."""


@dataclass(frozen=True, slots=True)
class SignalFilter:
    """Which signals to show; what is empty shows all."""

    rows: tuple[str, ...] = ()
    """Rows of the tracks: types, or `OTHERS`."""
    probabilities: tuple[str, ...] = ()
    phrase: str = ""
    """Stands in the type or in the rationale, in any case of letters."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.probabilities or self.phrase)

    def matches(self, frame: pd.DataFrame) -> pd.Series:
        """Return for each row of a `signals_frame` whether the filter shows it."""
        shown = pd.Series(True, index=frame.index)
        if self.rows:
            shown &= row_of(frame).isin(self.rows)
        if self.probabilities:
            known = frame["probability"].astype("object").fillna(NOT_GIVEN)
            shown &= known.isin(self.probabilities)
        if self.phrase:
            phrase = self.phrase.casefold()
            texts = zip(frame["type"].map(label), frame["rationale"].fillna(""), strict=True)
            hits = [phrase in name.casefold() or phrase in why.casefold() for name, why in texts]
            shown &= pd.Series(hits, index=frame.index)
        return shown


@dataclass(frozen=True, slots=True)
class Filtered:
    """A result's signals after its filter."""

    filter: SignalFilter
    mask: pd.Series
    """For each signal of the result, whether it is shown."""
    signals: pd.DataFrame
    """Those that are; the index is the place in the analysis."""


def current(result: Result) -> Filtered:
    """Return the signals of `result` as its filter stands at the moment."""
    types = _numbers(result.identity, result.tables.signals)
    chosen = SignalFilter(
        widgets.some_of(result.key("types"), list(types), ()),
        widgets.some_of(result.key("probabilities"), list(FILL_MARKS), ()),
        widgets.of_type(result.key("search"), str, "").strip(),
    )
    return _filtered(result.identity, chosen, result.tables.signals)


@st.cache_resource(show_spinner=False, scope="session", max_entries=FILTERS_IN_MEMORY)
def _filtered(identity: str, chosen: SignalFilter, _frame: pd.DataFrame) -> Filtered:
    mask = chosen.matches(_frame)
    return Filtered(chosen, mask, _frame[mask])


def draw_chips(result: Result) -> None:
    """Draw a chip for each type with its family's mark and its number: legend and filter."""
    numbers = _numbers(result.identity, result.tables.signals)
    if not numbers:
        return
    st.pills(
        "Types",
        list(numbers),
        selection_mode="multi",
        format_func=lambda row: f"{numbers[row][0]} {numbers[row][1]:,}",
        key=widgets.key_of(result.key("types")),
        label_visibility="collapsed",
    )


@st.cache_resource(show_spinner=False, scope="session", max_entries=FILTERS_IN_MEMORY)
def _numbers(identity: str, _frame: pd.DataFrame) -> dict[str, tuple[str, int]]:
    """Return for each row of the tracks its marked name and how many signals it has."""
    rows = row_of(_frame)
    families = dict(zip(rows, _frame["family"], strict=True))
    counts = rows.value_counts()
    names = [name for name in (*row_names(_frame), OTHERS) if name in counts.index]
    return {
        name: (
            f"{FAMILY_MARKS[families[name]]} {markdown_plain(row_label(name))}",
            int(counts[name]),
        )
        for name in names
    }


def draw_search(result: Result, filtered: Filtered) -> None:
    """Draw the search, the probabilities, and how many signals are left, cleared in one click."""
    st.text_input(
        "Search signals and reasons",
        key=widgets.key_of(result.key("search")),
        type="search",
        live=True,
        placeholder="Search signals and reasons",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    given = set(result.tables.signals["probability"].astype("object").fillna(NOT_GIVEN))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.pills(
            "Probability",
            [name for name in (*PROBABILITIES, NOT_GIVEN) if name in given],
            selection_mode="multi",
            format_func=lambda name: f"{FILL_MARKS[name]} {name}",
            key=widgets.key_of(result.key("probabilities")),
            label_visibility="collapsed",
        )
        total = len(result.tables.signals)
        if filtered.filter:
            st.button(
                f"{len(filtered.signals):,} of {total:,} · Clear",
                key=result.key("clear"),
                type="tertiary",
                icon=":material/filter_alt_off:",
                on_click=_clear,
                args=(result,),
            )
        else:
            st.caption(f"{total:,} of {total:,}", width="content")


def draw_families() -> None:
    """Say what the colors of the signals mean."""
    names = "  ".join(f"{FAMILY_MARKS[family]} {family}" for family in FAMILIES)
    st.markdown(
        f":small[{names}]",
        width="content",
        help="The direction of a signal: toward what is said or the other person, unsure, or away "
        "from it. Away is no fault: skepticism can be a good question. How a mark is filled tells "
        "how sure the detection is.",
    )


def _clear(result: Result) -> None:
    widgets.renew(*(result.key(part) for part in ("types", "probabilities", "search")))
