"""Putting figures on the page: their keys, theme and text alternative, and what is drawn once."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from interhuman.runs.results import Result
from interhuman.text import markdown_plain
from interhuman.view.charts import Figure

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}

DRAWINGS_IN_MEMORY = 24
"""Drawn parts that a session holds: those of the last few results looked at, in either theme."""


class Chart(StrEnum):
    """The charts of a result beside its tracks, by what `Result.key` takes."""

    RADAR = "radar"
    DIMENSIONS = "quality-dimensions"


def dark() -> bool:
    """Return whether the visitor's page is dark at the moment."""
    return st.context.theme.type == "dark"


def draw(figure: Figure, caption: str, *, key: str) -> None:
    """Draw `figure` with its finding in words, which screen readers get too."""
    st.plotly_chart(figure, theme=None, key=key, config=CONFIG, alt=caption)
    st.caption(markdown_plain(caption))


def draw_once(part: Callable[[Result], None], result: Result) -> None:
    """Draw a part of `result`; on later reruns, send the same elements without building them.

    For parts without widgets, whose only inputs are the result and the theme: Streamlit records
    what a cached function draws and replays it. The record ends with the visitor's session.
    """
    _replayed(f"{part.__module__}.{part.__qualname__}", result.identity, dark(), part, result)


@st.cache_resource(show_spinner=False, scope="session", max_entries=DRAWINGS_IN_MEMORY)
def _replayed(
    name: str, identity: str, dark: bool, _part: Callable[[Result], None], _result: Result
) -> None:
    """Draw; the arguments without an underscore are the key of the record."""
    _part(_result)
