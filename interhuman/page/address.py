"""The page's address: what a reload, another tab or another browser finds again.

It names at most one result of the library, with the filter that it is read under, one job, always
with the side that has it, and one run of this process. It never holds a recording, a result or a
credential.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

import streamlit as st

from interhuman.runs.under_way import NamedJob

JOB, SIDE, UNTIL, RUN = "job", "at", "until", "run"
RESULT, MOMENT = "result", "t"
_FILTER = TYPES, PROBABILITIES, PHRASE = "types", "probability", "q"
API, SANDBOX = "interhuman", "sandbox"

_HEX_32 = re.compile(r"[0-9a-f]{32}")
_PLACE = re.compile(r"[0-9]{1,3}")
_UNIX_S = re.compile(r"[0-9]{1,11}")
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


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
    names = (JOB, SIDE, UNTIL, RUN, RESULT, MOMENT, *_FILTER)
    named = {name: value for name in names if (value := _param(name)) is not None}
    return urlencode(named) if named.keys() & {JOB, RUN, RESULT} else ""


def named_result() -> str | None:
    """Return what the address says is the id of a result; it may have any form."""
    return _param(RESULT)


def moment_s() -> float:
    """Return the time in seconds at which the result of the address is to be opened, 0 without."""
    seconds = _param(MOMENT, _SECONDS)
    return float(seconds) if seconds is not None else 0.0


def named_filter() -> dict[str, object]:
    """Return the filter in the address as the browser, which puts it there, reports it."""
    return {
        "rows": [int(place) for place in _listed(TYPES) if _PLACE.fullmatch(place)],
        "probabilities": _listed(PROBABILITIES),
        "phrase": _param(PHRASE) or "",
    }


def put_filter(chosen: Mapping[str, object]) -> None:
    """Name a filter of the form of `named_filter`, as the browser shows it already.

    Streamlit's page reports the query that it last had from here, not the one that it shows.
    """
    listed = {
        name: ",".join(map(str, cast("list[object]", chosen[part])))
        for name, part in ((TYPES, "rows"), (PROBABILITIES, "probabilities"))
    }
    _put({name: value or None for name, value in {**listed, PHRASE: str(chosen["phrase"])}.items()})


def put_result(id: str | None) -> None:
    """Name a result of the library in the address, or none; the filter is that of one result."""
    filter_of_another = {} if id == named_result() else dict.fromkeys(_FILTER)
    _put({RESULT: id, MOMENT: None, **filter_of_another})


def run_token() -> str | None:
    """Return the token of a run in the address, or None where there is none of the right form."""
    return _param(RUN, _HEX_32)


def put_run_token(token: str | None) -> None:
    """Put the token of a run into the address, or take it out."""
    _put({RUN: token})


def _listed(name: str) -> list[str]:
    return [part for part in (_param(name) or "").split(",") if part]


def _param(name: str, pattern: re.Pattern[str] | None = None) -> str | None:
    value = st.query_params.get(name)
    return value if value is not None and (pattern is None or pattern.fullmatch(value)) else None


def _put(changes: dict[str, str | None]) -> None:
    """Change the address in one step, and only where it differs: the browser hears of each step."""
    present = st.query_params.to_dict()
    wanted = {name: value for name, value in {**present, **changes}.items() if value is not None}
    if wanted != present:
        st.query_params.from_dict(wanted)
