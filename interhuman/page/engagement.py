"""The engagement ribbon on the recording's time axis."""

from __future__ import annotations

import streamlit as st

from interhuman.page import figures
from interhuman.page.figures import Chart
from interhuman.page.visit import Result
from interhuman.view.captions import engagement_caption
from interhuman.view.charts import engagement_ribbon


def draw_engagement(result: Result) -> None:
    """Draw the ribbon, or say that the answer holds no engagement."""
    st.subheader("Engagement", anchor=False)
    frame, analysis = result.tables.engagement, result.analysis
    if frame.empty:
        st.caption("This answer holds no engagement data.")
        return
    figures.draw(
        engagement_ribbon(frame, end_s=analysis.end_s, dark=figures.dark()),
        engagement_caption(frame, end_s=analysis.end_s, sandbox=analysis.sandbox),
        key=result.key(Chart.ENGAGEMENT),
    )
