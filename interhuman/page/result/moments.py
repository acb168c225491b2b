"""The moments of a result: where to look first, and why."""

from __future__ import annotations

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
from interhuman.findings.spans import sharing_time
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
    surest = signals.sort_values("probability", ascending=False, kind="stable")
    inside = sharing_time(surest, [(moment.start_s, moment.end_s) for moment in shown])
    more = f"Top {len(shown)} of {len(moments):,} moments. The CSV under Download has them all."
    return {
        "items": [
            _item(moment, surest.index[places].tolist())
            for moment, places in zip(shown, inside, strict=True)
        ],
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


def _item(moment: Moment, inside: list[int]) -> dict[str, object]:
    """Return a moment with the signals that share time with it, the surest first."""
    return {
        "rule": moment.rule,
        "mark": moment.mark,
        "seconds": moment.start_s,
        "signal": moment.signal,
        "reason": moment.reason,
        "span": span(moment.start_s, moment.end_s),
        "signals": inside[:REASONS_SHOWN],
        "others": max(0, len(inside) - REASONS_SHOWN),
    }


@st.dialog(MOMENTS_TITLE, width="medium")
def open_rules() -> None:
    """Open the rules; to be called once in a run of the script, where they are asked for."""
    for rule in RULES.values():
        st.markdown(f"**{rule.title}**  \n{rule.sentence} Up to {rule.max_shown} are listed.")
    st.caption(
        f"{NO_EVIDENCE_RULE} Rules on signals apply to those that match the filter. {OWN_RULES}"
    )
