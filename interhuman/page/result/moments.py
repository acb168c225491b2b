"""The moments of a result: where to look first, and why."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from interhuman.findings.explanations import MOMENTS_TITLE
from interhuman.findings.moments import (
    NO_EVIDENCE_RULE,
    OWN_RULES,
    RULES,
    Moment,
    find_moments,
    weightiest,
)
from interhuman.findings.spans import Seconds, half_open
from interhuman.formats import span
from interhuman.runs.results import Result

MOMENTS_IN_MEMORY = 8
"""Lists of moments that a session holds: those of the last results and filters."""

REASONS_SHOWN = 3
"""How many of the signals in a moment are listed with it, the surest first."""


def browser_data(result: Result, signals: pd.DataFrame) -> dict[str, object]:
    """Return the moments of a result as the browser reads them, in the order of time.

    `signals` is the result's signals frame after the filter, its index the place in the analysis.
    """
    moments = _moments(result.identity, signals.index.to_numpy().tobytes(), signals, result)
    shown = sorted(weightiest(moments), key=lambda moment: (moment.start_s, moment.end_s))
    spans = half_open(signals)
    more = f"Top {len(shown)} of {len(moments):,} moments. The CSV under Download has them all."
    return {
        "items": [_item(moment, signals, spans) for moment in shown],
        "more": more if len(moments) > len(shown) else "",
    }


@st.cache_resource(show_spinner=False, scope="session", max_entries=MOMENTS_IN_MEMORY)
def _moments(
    identity: str, places: bytes, _signals: pd.DataFrame, _result: Result
) -> tuple[Moment, ...]:
    """Return the moments of one result under its filter, computed once."""
    return find_moments(
        signals=_signals,
        engagement=_result.tables.engagement,
        quality_timeline=_result.tables.quality_timeline,
    )


def _item(
    moment: Moment, signals: pd.DataFrame, spans: tuple[Seconds, Seconds]
) -> dict[str, object]:
    inside = _inside(moment, spans)
    probability = signals["probability"].cat.codes.to_numpy()[inside]  # -1 where it is not given
    surest = inside[np.argsort(-probability, kind="stable")[:REASONS_SHOWN]]
    return {
        "rule": moment.rule,
        "mark": moment.mark,
        "seconds": moment.start_s,
        "signal": moment.signal,
        "reason": moment.reason,
        "span": span(moment.start_s, moment.end_s),
        "signals": signals.index[surest].tolist(),
        "others": max(0, len(inside) - REASONS_SHOWN),
    }


def _inside(moment: Moment, spans: tuple[Seconds, Seconds]) -> npt.NDArray[np.intp]:
    """Return the places of the signals that share time with a moment."""
    start, end = spans
    from_s, to_s = half_open(pd.DataFrame({"start_s": [moment.start_s], "end_s": [moment.end_s]}))
    return np.flatnonzero((start < to_s) & (end > from_s))


@st.dialog(MOMENTS_TITLE, width="medium")
def open_rules() -> None:
    """Open the rules; to be called once in a run of the script, where they are asked for."""
    for rule in RULES.values():
        st.markdown(f"**{rule.title}**  \n{rule.sentence} Up to {rule.max_shown} are listed.")
    st.caption(
        f"{NO_EVIDENCE_RULE} Rules on signals apply to those that match the filter. {OWN_RULES}"
    )
