"""A person's notes and judgments of a result, between the browser and the library."""

from __future__ import annotations

from typing import cast

import streamlit as st

from interhuman.annotations import packed
from interhuman.library.added import Added
from interhuman.page import state
from interhuman.runs.results import Result


def added_to(result: Result) -> Added:
    """Return what was added to a result, read from the library when it is first asked for."""
    key = result.key("added")
    if key not in st.session_state:
        library = state.visit().kept.library if result.kept_id is not None else None
        access = library.access if library is not None else None
        st.session_state[key] = Added(access, result.kept_id, before=result.annotations)
    return cast(Added, st.session_state[key])


def take_in(result: Result, reported: object) -> None:
    """Take in the changes that the browser reports."""
    analysis = result.analysis
    added_to(result).take_in(reported, end_s=analysis.end_s, signals=len(analysis.signals))


def browser_data(result: Result) -> dict[str, object]:
    """Return what was added as the browser has it."""
    added = added_to(result)
    return {
        "items": packed(added.annotations),
        "done": added.taken_in,
        "problem": added.problem,
        "isKept": added.is_kept,
    }
