"""The moments of a result: where to look first, why, and the way there."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from interhuman.exports.csv import moments_csv
from interhuman.findings.moments import (
    NO_EVIDENCE_RULE,
    RULES,
    Moment,
    find_moments,
    weightiest,
)
from interhuman.formats import clock, count, span
from interhuman.page.result import component
from interhuman.page.result.statistics import draw_csv
from interhuman.page.results import Result

MODULES = ("dom", "moments")
"""The modules of the list, in an order in which each comes after those that it imports."""

_list = st.components.v2.component(
    "interhuman_moments", js=component.script(MODULES), isolate_styles=False
)

MOMENTS_IN_MEMORY = 8
"""Lists of moments that a session holds: those of the last results and filters."""


def draw_moments(result: Result, signals: pd.DataFrame) -> None:
    """List the moments of a result, each of which moves the recording there.

    `signals` is the result's signals frame after the filter, its index the place in the analysis.
    """
    moments = _moments(result.identity, signals.index.to_numpy().tobytes(), signals, result)
    shown = weightiest(moments)
    if not moments:
        st.caption("No moments: nothing in this result meets the rules below.")
    else:
        _list(
            key=result.key("moments"),
            data={"view": result.identity, "moments": [_item(moment) for moment in shown]},
        )
    if len(shown) < len(moments):
        st.caption(f"Top {len(shown)} of {len(moments):,} moments. The CSV has them all.")
    _draw_rules()
    draw_csv(result, "Moments (CSV)", "-moments.csv", partial(_csv, result, signals))


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


def _item(moment: Moment) -> dict[str, object]:
    """Return a moment as the browser reads it."""
    return {
        "seconds": moment.start_s,
        "signal": moment.signal,
        "at": clock(moment.start_s),
        "reason": moment.reason,
        "span": span(moment.start_s, moment.end_s),
    }


def _draw_rules() -> None:
    with st.expander("How moments are chosen", icon=":material/rule:"):
        rules = RULES.values()
        st.table(
            pd.DataFrame(
                {
                    "Rule": [rule.title for rule in rules],
                    "What counts": [
                        f"{rule.sentence} At most {rule.max_shown} are listed." for rule in rules
                    ],
                }
            ),
            border="horizontal",
            hide_index=True,
            alt=f"The {count(len(RULES), 'rule')} that choose moments, weightiest first",
        )
        st.caption(
            f"{NO_EVIDENCE_RULE} Rules on signals look at those that the filter leaves. The rules "
            "are this dashboard's own: a moment is a place to look, not a judgment."
        )


def _csv(result: Result, signals: pd.DataFrame) -> bytes:
    return moments_csv(result.analysis, signals=signals)
