"""The one filter of a result, by types, probabilities and words: all views follow it.

The browser owns it, draws it and shows its effect at once. The server hears of it a moment later,
for what it counts and lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from interhuman.findings.lanes import OTHERS, row_label, row_names, row_of
from interhuman.formats import NOT_GIVEN, label
from interhuman.page import address
from interhuman.runs.results import Result
from interhuman.text import cut
from interhuman.vocabulary import PROBABILITIES

FILTERS_IN_MEMORY = 8
"""Filtered tables that a session holds."""

MAX_RATIONALE = 4_000
"""How many characters of a rationale are shown and searched; the longest seen have 440."""

MAX_PHRASE = 200
"""The longest phrase that is searched for."""

MARKS = {"high": "solid", "medium": "half", "low": "outline", NOT_GIVEN: "unknown"}
"""The probabilities, each with how its mark is filled."""


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
        """Return for each row of a `signals_frame` whether the filter shows it.

        The browser does the same: `filter.js`.
        """
        shown = pd.Series(True, index=frame.index)
        if self.rows:
            shown &= row_of(frame).isin(self.rows)
        if self.probabilities:
            known = frame["probability"].astype("object").fillna(NOT_GIVEN)
            shown &= known.isin(self.probabilities)
        if self.phrase:
            phrase = self.phrase.lower()
            texts = zip(frame["type"].map(label), rationales(frame), strict=True)
            hits = [phrase in name.lower() or phrase in why.lower() for name, why in texts]
            shown &= pd.Series(hits, index=frame.index)
        return shown


@dataclass(frozen=True, slots=True)
class Filtered:
    """A result's signals after its filter."""

    filter: SignalFilter
    signals: pd.DataFrame
    """Those that are shown; the index is the place in the analysis."""


def rationales(frame: pd.DataFrame) -> list[str]:
    """Return the rationale of each signal as far as it is shown, "" where there is none."""
    return [
        "" if pd.isna(rationale) else cut(rationale, MAX_RATIONALE)
        for rationale in frame["rationale"].tolist()
    ]


def current(result: Result) -> Filtered:
    """Return the signals of `result` as its filter stands, as far as the server has heard."""
    key = result.key("filter")
    if key not in st.session_state:
        named = address.named_filter() if address.names_result(result.kept_id) else {}
        st.session_state[key] = possible(result, named)
    chosen = cast(SignalFilter, st.session_state[key])
    return _filtered(result.identity, chosen, result.tables.signals)


def choose(result: Result, reported: Mapping[str, object]) -> None:
    """Take in the filter that the browser reports."""
    st.session_state[result.key("filter")] = possible(result, reported)


def places(result: Result) -> dict[str, object]:
    """Return the filter of `result` as the browser has it: rows by their places."""
    chosen = current(result).filter
    return {
        "rows": [place for place, chip in enumerate(chips(result)) if chip.row in chosen.rows],
        "probabilities": list(chosen.probabilities),
        "phrase": chosen.phrase,
    }


def possible(result: Result, reported: Mapping[str, object]) -> SignalFilter:
    """Return the filter that a browser or an address names, as far as `result` can have it.

    They name rows by their places among the `chips`.
    """
    chosen, phrase = _list(reported.get("rows")), reported.get("phrase")
    sure = _list(reported.get("probabilities"))
    return SignalFilter(
        rows=tuple(chip.row for place, chip in enumerate(chips(result)) if place in chosen),
        probabilities=tuple(name for name in given_probabilities(result) if name in sure),
        phrase=phrase.strip()[:MAX_PHRASE] if isinstance(phrase, str) else "",
    )


def _list(reported: object) -> list[object]:
    return list(reported) if isinstance(reported, (list, tuple)) else []


@st.cache_resource(show_spinner=False, scope="session", max_entries=FILTERS_IN_MEMORY)
def _filtered(identity: str, chosen: SignalFilter, _frame: pd.DataFrame) -> Filtered:
    return Filtered(chosen, _frame[chosen.matches(_frame)])


@dataclass(frozen=True, slots=True)
class Chip:
    """A row of the tracks, as the browser lists it."""

    row: str
    """A type, or `OTHERS`."""
    label: str
    family: str
    count: int
    """How many signals it has."""


def chips(result: Result) -> list[Chip]:
    """Return the rows of the tracks in their order."""
    frame = result.tables.signals
    rows = row_of(frame)
    families = dict(zip(rows, frame["family"], strict=True))
    counts = rows.value_counts().to_dict()
    return [
        Chip(name, row_label(name), families[name], counts[name])
        for name in (*row_names(frame), OTHERS)
        if name in counts
    ]


def given_probabilities(result: Result) -> list[str]:
    """Return the probabilities that signals of `result` have, the highest first."""
    given = set(result.tables.signals["probability"].astype("object").fillna(NOT_GIVEN))
    return [name for name in (*PROBABILITIES, NOT_GIVEN) if name in given]
