"""The moments of a result: where to look first, why, and the way there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

import pandas as pd
import streamlit as st

from interhuman.exports.csv import moments_csv
from interhuman.findings.moments import (
    AT_ONCE,
    AWAY,
    CHANGE,
    DISENGAGED,
    NO_EVIDENCE_RULE,
    RULES,
    STRONGEST,
    Moment,
    find_moments,
    weightiest,
)
from interhuman.page import player
from interhuman.page.result import Result
from interhuman.page.result_view.statistics import draw_csv
from interhuman.text import markdown_plain
from interhuman.view.formats import clock, count, span

ICONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        CHANGE: ":material/swap_vert:",
        DISENGAGED: ":material/visibility_off:",
        AWAY: ":material/south_east:",
        AT_ONCE: ":material/stacks:",
        STRONGEST: ":material/star:",
    }
)
"""The icon of each rule, on the button that leads to its moments."""

MOMENTS_IN_MEMORY = 8
"""Lists of moments that a session holds: those of the last results and filters."""


def draw_moments(result: Result, signals: pd.DataFrame) -> None:
    """List the moments of a result, each with a button that moves the recording there.

    `signals` is the result's signals frame after the filter, its index the place in the analysis.
    """
    moments = _moments(result.identity, signals.index.to_numpy().tobytes(), signals, result)
    shown = weightiest(moments)
    if not moments:
        st.caption("No moments: nothing in this result meets the rules below.")
    with st.container(gap="xxsmall"):
        for moment in shown:
            _draw_moment(result, moment)
    if len(shown) < len(moments):
        st.caption(f"The weightiest {len(shown)} of {len(moments):,}; the file has all of them.")
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


def _draw_moment(result: Result, moment: Moment) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.button(
            clock(moment.start_s),
            icon=ICONS[moment.rule],
            key=result.key(f"moment-{moment.rule}-{moment.start_s!r}-{moment.end_s!r}"),
            on_click=player.jump_to,
            args=(result, moment.start_s, moment.signal),
        )
        time = span(moment.start_s, moment.end_s)
        st.markdown(f"{markdown_plain(moment.reason)} :small[{time}]", width="stretch")


def _draw_rules() -> None:
    with st.expander("How moments are chosen", icon=":material/rule:"):
        rules = RULES.values()
        st.table(
            pd.DataFrame(
                {
                    "Rule": [rule.title for rule in rules],
                    "What counts": [
                        f"{rule.sentence} At most {rule.most_shown} are listed." for rule in rules
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
