"""What the page keeps outside itself: the visit in its session, the address, the process.

Nothing of one visitor's recording, result or credential may be in a shared cache where another
could find it: shared are the sandbox server, and runs under way, each behind its own token.
"""

from __future__ import annotations

import gc
import os
from dataclasses import astuple
from datetime import UTC, tzinfo
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from interhuman.deployment import Deployment, LibraryPlace, deployment_from
from interhuman.library.libraries import Libraries
from interhuman.page import address, secrets_file
from interhuman.page.visit import Visit
from interhuman.runs.queue.choose import open_queue
from interhuman.runs.queue.queue import Queue
from interhuman.runs.queue.threads import ThreadQueue
from interhuman.runs.registry import RunRegistry
from interhuman.sandbox import Sandbox, SandboxSettings

SANDBOX_UPLOADS = 64
"""Uploads that the page's sandbox takes at once: all visitors share its one account."""


def visit() -> Visit:
    """Return this browser session's `Visit`, made on first use."""
    if "visit" not in st.session_state:
        # Two minutes after visitors left, Streamlit drops their sessions when the next one leaves.
        # They are reference cycles, and each may hold a file of 1 GiB: not to be left lying.
        gc.collect()
        st.session_state["visit"] = Visit()
    return cast(Visit, st.session_state["visit"])


def collect() -> bool:
    """Take in the runs of this visit that have ended; return whether there was one."""
    ended = visit().collect()
    for run in ended:
        run_registry().forget(run)
    token = address.run_token()
    if ended and token is not None and not run_registry().holds(token):
        address.put_run_token(None)
    return bool(ended)


def deployment() -> Deployment:
    """Return what whoever runs the page has set.

    Raises InterhumanConfigError when any of it cannot be used; the message says what and where.
    """
    return deployment_from(
        secrets_file.table("interhuman"),
        os.environ,
        connections=secrets_file.table("connections"),
        recordings=secrets_file.table("recordings"),
    )


def time_zone() -> tzinfo:
    """Return the time zone that the visitor's browser names; UTC where it can't be known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, ZoneInfoNotFoundError):
        return UTC


@st.cache_resource(show_spinner=False)
def run_registry() -> RunRegistry:
    """Return the runs of this process that no page has seen the end of."""
    return RunRegistry()


def libraries(deployment: Deployment) -> Libraries:
    """Return the libraries of this process at the place that the deployment names."""
    return _libraries(deployment.library)


def _key_of(place: LibraryPlace) -> tuple[object, ...]:
    store = astuple(place.store) if place.store is not None else ()
    return (place.url, str(place.folder), place.recordings_limit_bytes, *store)


@st.cache_resource(show_spinner=False, hash_funcs={LibraryPlace: _key_of})
def _libraries(place: LibraryPlace) -> Libraries:
    return Libraries(place)


def queue(deployment: Deployment, *, own: bool = False) -> Queue:
    """Return the queue of this process, which works on the recordings under way of everybody.

    With `own` it is that of libraries which visits have for themselves.
    """
    queue_at = _own_queue if own else _queue
    return queue_at(deployment.library, deployment.convert)


@st.cache_resource(
    show_spinner=False, hash_funcs={LibraryPlace: _key_of}, on_release=lambda queue: queue.close()
)
def _queue(place: LibraryPlace, convert: bool) -> ThreadQueue:
    return open_queue(_libraries(place), convert=convert)


@st.cache_resource(
    show_spinner=False, hash_funcs={LibraryPlace: _key_of}, on_release=lambda queue: queue.close()
)
def _own_queue(place: LibraryPlace, convert: bool) -> ThreadQueue:
    return ThreadQueue(convert=convert, limits=_queue(place, convert).limits)


@st.cache_resource(show_spinner=False, on_release=Sandbox.stop)
def sandbox() -> Sandbox:
    """Return the process's sandbox, started on a free port of this machine."""
    return Sandbox(SandboxSettings(max_concurrent=SANDBOX_UPLOADS)).start()
