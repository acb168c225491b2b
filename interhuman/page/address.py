"""The page's address: what a reload, another tab or another browser finds again.

It names at most one result of the library, one comparison or the list of what is under way, one
job, always with the side that has it, and one run of this process. It never holds a recording, a
result or a credential. What of a result is looked at (`LOOK`) is written by the browser, which
knows it first; the server reads it and takes it out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from interhuman.runs.results import LookedAt, Many
from interhuman.runs.under_way import NamedJob

JOB, SIDE, UNTIL, RUN = "job", "at", "until", "run"
RESULT, COMPARE, LABEL, LIST = "result", "compare", "label", "list"
PLACES = (RESULT, COMPARE, LABEL, LIST)
"""What of the library is looked at: a result, several beside each other, all with a label, or the
list of the recordings under way."""

MAX_OVER_TIME = 50
"""So many ids of an address are looked at."""

TYPES, PROBABILITIES, PHRASE, TAB = "types", "probability", "q", "tab"
LOOK = ("t", TYPES, PROBABILITIES, PHRASE, "panel", "score", TAB, "shift", "axis", "players")
"""What of it is looked at: `result/browser/address.js` and `compare/browser/look.js` write it."""

API, SANDBOX = "interhuman", "sandbox"

_HEX_32 = re.compile(r"[0-9a-f]{32}")
_PLACE = re.compile(r"[0-9]{1,3}")
_UNIX_S = re.compile(r"[0-9]{1,11}")


def named_job() -> NamedJob | None:
    """Return the job in the address, or None where there is none of the right form.

    An address that does not name the side means the API: a real job's id is nobody else's matter.
    """
    job_id = _param(JOB, _HEX_32)
    if job_id is None:
        return None
    until = _param(UNTIL, _UNIX_S)
    expires_at = datetime.fromtimestamp(int(until), UTC) if until is not None else None
    return NamedJob(job_id, _param(SIDE) == SANDBOX, expires_at)


def put_job(job: NamedJob | None) -> None:
    """Name a job, and no other, in the address, or none."""
    params: dict[str, str | None] = {}
    if job is not None and _HEX_32.fullmatch(job.job_id):
        params = {JOB: job.job_id, SIDE: SANDBOX if job.sandbox else API}
        if job.expires_at is not None:
            params[UNTIL] = str(int(job.expires_at.timestamp()))
    _put({JOB: None, SIDE: None, UNTIL: None, **params})


def query() -> str:
    """Return what the address names as its query, such as ``result=…&t=30``; "" for nothing."""
    named = _named(JOB, SIDE, UNTIL, RUN, *PLACES, *LOOK)
    return urlencode(named) if named.keys() & {JOB, RUN, *PLACES} else ""


def named_result() -> str | None:
    """Return what the address says is the id of a result; it may have any form."""
    return _param(RESULT)


def of(looked_at: LookedAt) -> dict[str, str]:
    """Return the parameters of an address that names what is looked at."""
    if isinstance(looked_at, str):
        return {RESULT: looked_at}
    if isinstance(looked_at, Many):
        return {LIST: "open"}
    if looked_at is None:
        return {}
    if looked_at.label:
        return {LABEL: looked_at.label}
    return {COMPARE: ",".join(looked_at.ids)}


def named_comparison() -> tuple[str, ...]:
    """Return what the address says are the ids of results to compare; they may have any form."""
    return tuple(dict.fromkeys(_listed(COMPARE)))[:MAX_OVER_TIME]


def named_label() -> str:
    """Return the label in the address whose results are to be compared, "" for none."""
    return _param(LABEL) or ""


def names_many() -> bool:
    """Return whether the address names the list of the recordings under way."""
    return _param(LIST) is not None


def looked_at() -> dict[str, str]:
    """Return what of the library the address names, as `of` does."""
    return _named(*PLACES)


def names_result(id: str | None) -> bool:
    """Return whether the address names the result of this id, None for one that has none."""
    return id is not None and id == named_result()


def is_from_history() -> bool:
    """Return whether Back or Forward led to the address, in this run of the page."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def named_tab() -> str | None:
    """Return what the address says is the name of the open tab; it may have any form."""
    return _param(TAB)


def named_filter() -> dict[str, object]:
    """Return the filter in the address as the browser, which puts it there, reports it."""
    return {
        "rows": [int(place) for place in _listed(TYPES) if _PLACE.fullmatch(place)],
        "probabilities": _listed(PROBABILITIES),
        "phrase": _param(PHRASE) or "",
    }


def put_looked_at(looked_at: LookedAt, *, at_s: float | None = None) -> None:
    """Name what of the library is looked at, or nothing, and the moment (seconds) if there is one.

    How another is looked at goes out of the address.
    """
    named = of(looked_at)
    look_at_another = {} if named == _named(*PLACES) else dict.fromkeys(LOOK)
    moment = {"t": f"{at_s:.1f}"} if named and at_s else {}
    _put({**dict.fromkeys(PLACES), **look_at_another, **named, **moment})


def run_token() -> str | None:
    """Return the token of a run in the address, or None where there is none of the right form."""
    return _param(RUN, _HEX_32)


def put_run_token(token: str | None) -> None:
    """Put the token of a run into the address, or take it out."""
    _put({RUN: token})


def _listed(name: str) -> list[str]:
    return [part for part in (_param(name) or "").split(",") if part]


def _named(*names: str) -> dict[str, str]:
    return {name: value for name in names if (value := _param(name)) is not None}


def _param(name: str, pattern: re.Pattern[str] | None = None) -> str | None:
    value = st.query_params.get(name)
    return value if value is not None and (pattern is None or pattern.fullmatch(value)) else None


def _put(changes: dict[str, str | None]) -> None:
    """Change the address in one step, and only where it differs: the browser hears of each step."""
    present = st.query_params.to_dict()
    wanted = {name: value for name, value in {**present, **changes}.items() if value is not None}
    if wanted != present:
        st.query_params.from_dict(wanted)
