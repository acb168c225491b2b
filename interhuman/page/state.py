"""What the page keeps outside itself: the visit in its session, the address, the process.

Nothing of one visitor's recording, result or credential may be in a shared cache where another
could find it: shared are the sandbox server, and runs under way, each behind its own token.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from interhuman.page.in_flight import InFlight
from interhuman.page.visit import Visit
from interhuman.runs import Run
from interhuman.sandbox import Sandbox, SandboxSettings
from interhuman.settings import is_loopback, results_dir_from
from interhuman.store import ResultStore

SANDBOX_UPLOADS = 64
"""Uploads that the page's sandbox takes at once: all visitors share its one account."""

JOB_IN_URL, RUN_IN_URL = "job", "run"
_JOB_ID = re.compile(r"[0-9a-f]{32}")


class Key(StrEnum):
    """Every widget's key; the styled or scripted containers' keys too."""

    TARGET = "target"
    REHEARSE = "rehearse"
    OWN = "own-credentials"
    KEY_ID = "key-id"
    KEY_WORD = "key-secret"
    API_KEY = "api-key"
    TEST = "test-connection"
    FORGET = "forget-credentials"
    SOURCE = "source"
    UPLOAD = "upload"
    MICROPHONE = "microphone"
    SAVED = "saved"
    SAVED_RECORDING = "saved-recording"
    OPEN = "open-saved"
    KEPT = "kept"
    OPEN_KEPT = "open-kept"
    LOOK_AGAIN = "look-again"
    SHOW_KEPT = "show-kept"
    MODEL = "model"
    OVERALL = "quality-overall"
    TIMELINE = "quality-timeline"
    GOALS = "goals"
    CONTEXT = "context"
    ANALYZE = "analyze"
    CANCEL = "cancel"
    FAILURE = "failure"
    REMEDY = "remedy"
    DISMISS = "dismiss"
    EARLIER = "earlier"
    PLAYER = "player"


def visit() -> Visit:
    """Return this browser session's `Visit`, made on first use."""
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit()
    return cast(Visit, st.session_state["visit"])


def job_in_url() -> str | None:
    """Return the job's id in the page's address, or None where there is none of the right form."""
    found = st.query_params.get(JOB_IN_URL, "")
    return found if _JOB_ID.fullmatch(found) else None


def put_job_in_url(job_id: str | None) -> None:
    """Put a job's id, and nothing else, into the page's address, or take it out."""
    if job_id is None or not _JOB_ID.fullmatch(job_id):
        st.query_params.pop(JOB_IN_URL, None)
    elif st.query_params.to_dict() != {JOB_IN_URL: job_id}:
        st.query_params.from_dict({JOB_IN_URL: job_id})


def remember_run(run: Run) -> None:
    """Let a reload of this page find `run`, which has no job to be asked for."""
    st.query_params[RUN_IN_URL] = in_flight().put(run)


def run_in_url() -> Run | None:
    """Return the run that the page's address names, or None when its end was seen."""
    return in_flight().find(st.query_params.get(RUN_IN_URL, ""))


def collect() -> bool:
    """Take in the runs of this visit that have ended; return whether there was one."""
    ended = visit().collect()
    for run in ended:
        in_flight().forget(run)
    if RUN_IN_URL in st.query_params and run_in_url() is None:
        st.query_params.pop(RUN_IN_URL)
    return bool(ended)


def secrets() -> Mapping[str, Any] | None:
    """Return `[interhuman]` of the deployment's secrets file, or None where there is none."""
    try:
        return st.secrets.to_dict().get("interhuman")
    except StreamlitSecretNotFoundError:
        return None


def store() -> ResultStore | None:
    """Return the folder that keeps answers on disk, or None where the deployment has none.

    Raises InterhumanError when one is set and cannot be used.
    """
    folder = results_dir_from(secrets(), os.environ)
    return ResultStore(folder) if folder is not None else None


def is_local_visitor() -> bool:
    """Whether the browser is on the machine that runs the page, as far as can be told.

    What is kept on disk belongs to whoever runs the page, not to its visitors, so anything
    that looks like a proxy or another host counts as a stranger.
    """
    headers = {name.lower() for name in st.context.headers}
    if headers & {"forwarded", "x-forwarded-for", "x-real-ip", "via"}:
        return False
    # The browser itself says what its address is; what the handshake named counts as well.
    told = st.context.headers.get("Host", ""), st.context.headers.get("Origin", "")
    addresses = (st.context.url or "", f"//{told[0]}", told[1])
    return all(is_loopback(urlsplit(each).hostname or "") for each in addresses) and (
        st.context.ip_address in (None, "127.0.0.1", "::1")
    )


@st.cache_resource(show_spinner=False)
def in_flight() -> InFlight:
    """Return the process's runs that no page has seen the end of."""
    return InFlight()


@st.cache_resource(show_spinner=False)
def sandbox() -> Sandbox:
    """Return the process's sandbox, started on a free port of this machine."""
    return Sandbox(SandboxSettings(max_concurrent=SANDBOX_UPLOADS)).start()
