"""Putting a figure on the page: theme, text alternative, no toolbar."""

from __future__ import annotations

import streamlit as st

from interhuman.text import markdown_plain
from interhuman.view.charts import Figure

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}


def dark() -> bool:
    """Whether the visitor's page is dark at the moment."""
    return st.context.theme.type == "dark"


def draw(figure: Figure, caption: str, *, key: str) -> None:
    """Draw `figure` with its finding in words, which screen readers get too."""
    st.plotly_chart(figure, theme=None, key=key, config=CONFIG, alt=caption)
    st.caption(markdown_plain(caption))
