"""What a result can and cannot tell: one dialog, open to every score and to the sandbox's badge."""

from __future__ import annotations

import streamlit as st

from interhuman.findings.explanations import AI_ACT, AI_ACT_URL, LIMITS, LIMITS_TITLE

_LINK = f"[{AI_ACT}]({AI_ACT_URL})"


@st.dialog(LIMITS_TITLE, width="medium")
def open_limits() -> None:
    """Open the dialog; to be called once in a run of the script, where it is asked for."""
    for title, words in LIMITS:
        st.markdown(f"**{title}**  \n{words.replace(AI_ACT, _LINK)}")
