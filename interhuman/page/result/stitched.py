"""What is to be known of a result that was stitched from parts, and how its gaps are filled."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from interhuman.answers.stitched import Stitched, open_stitched
from interhuman.findings.stitching_in_words import part_title, stitched_sentences
from interhuman.formats import count
from interhuman.page import resume
from interhuman.page.connect import Connection
from interhuman.page.visit import EVERYTHING, Visit
from interhuman.runs.asked import request_from
from interhuman.runs.request import AnalysisRequest
from interhuman.runs.results import Result
from interhuman.text import markdown_plain


def draw_stitched(visit: Visit, connection: Connection | None, result: Result) -> None:
    """Say how the result was stitched; where a part is missing, why, and offer to send it again."""
    analysis = result.analysis
    if not analysis.parts:
        return
    words = markdown_plain(" ".join(stitched_sentences(analysis)))
    if not any(part.problem is not None for part in analysis.parts):
        st.caption(words)
        return
    st.warning(words, icon=":material/content_cut:")
    for number, part in enumerate(analysis.parts, start=1):
        if part.problem is not None:
            st.caption(markdown_plain(f"{part_title(number, part)}: {part.problem}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        _offer_missing(visit, connection, result)


def _offer_missing(visit: Visit, connection: Connection | None, result: Result) -> None:
    """Offer to analyze what is missing, or say what that takes."""
    lacks = _what_lacks(visit, connection, result)
    document = open_stitched(result.analysis.raw_bytes)
    if lacks is None and connection is not None:
        st.button(
            _label(document),
            key=result.key("missing"),
            icon=":material/replay:",
            disabled=visit.run is not None,
            on_click=resume.start,
            args=(visit, connection, _request(result, sandbox=connection.sandbox)),
        )
        lacks = "The other parts aren't sent again. You get a new result with all of them."
    st.caption(lacks or "")


def _what_lacks(visit: Visit, connection: Connection | None, result: Result) -> str | None:
    if result.recording is None or result.other_recording:
        return "To analyze what is missing, add the recording below."
    if connection is None:
        return "To analyze what is missing, sign in (top right)."
    if connection.sandbox != result.analysis.sandbox:
        where = "the sandbox" if result.analysis.sandbox else "Interhuman"
        return f"To analyze what is missing, choose {where} (top right), as for the other parts."
    if not visit.deployment.convert:
        return "This app doesn't convert recordings, so what is missing can't be cut out again."
    return None


def _label(document: Stitched) -> str:
    missing = [document.parts[place] for place in document.missing]
    what = "the missing part" if len(missing) == 1 else count(len(missing), "missing part")
    if all(part.open_job_id is not None for part in missing):
        return f"Ask for {what} again"
    twice = " (may be billed twice)" if any(part.maybe_sent for part in missing) else ""
    return f"Analyze {what}{twice}"


def _request(result: Result, *, sandbox: bool) -> AnalysisRequest:
    """Return what was asked for then, of the missing parts alone."""
    asked = result.request or request_from(result.kept_options or {}) or EVERYTHING
    return replace(
        asked,
        recording=result.recording,
        model=result.analysis.model,
        sandbox=sandbox,
        sound=result.sound,
        job_id=None,
        missing_of=result.analysis.raw_bytes,
        recording_name=None,
    )
