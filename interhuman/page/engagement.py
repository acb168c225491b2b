"""Attention: the engagement ribbon on the recording's time axis."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from interhuman.page import figures
from interhuman.page.visit import Result
from interhuman.view.captions import engagement_caption
from interhuman.view.charts import engagement_ribbon


def draw_engagement(result: Result, frame: pd.DataFrame) -> None:
    """Draw the ribbon, or say that the answer holds no engagement."""
    st.subheader("Attention", anchor=False)
    if frame.empty:
        st.caption("This answer holds no engagement data.")
        return
    end_s = result.analysis.end_s
    figures.draw(
        engagement_ribbon(frame, end_s=end_s, dark=figures.dark()),
        engagement_caption(frame, end_s=end_s, sandbox=result.analysis.sandbox),
        key=result.key("attention"),
    )
