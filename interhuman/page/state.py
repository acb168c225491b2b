"""What the page keeps outside itself: the visit in its session, the address, the process.

Nothing of one visitor's recording, result or credential may be in a shared cache where another
could find it: shared are the sandbox server, and runs under way, each behind its own token.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable
from datetime import UTC, tzinfo
from enum import StrEnum, auto
from typing import cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from interhuman.deployment import Deployment, LibraryPlace, deployment_from
from interhuman.library.libraries import Libraries
from interhuman.page import address, secrets_file
from interhuman.page.visit import Visit
from interhuman.runs.registry import RunRegistry
from interhuman.sandbox import Sandbox, SandboxSettings
from interhuman.settings import is_loopback

SANDBOX_UPLOADS = 64
"""Uploads that the page's sandbox takes at once: all visitors share its one account."""

_BROWSER_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection"),
        *("cookie", "dnt", "host", "origin", "pragma", "priority", "upgrade", "user-agent"),
    }
)
"""What a browser sends with a WebSocket handshake, beside ``Sec-…``."""


_THIS_MACHINE = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")
"""Where a browser of this machine connects from; the last to a server that takes IPv6 as well."""


class Key(StrEnum):
    """Every widget's key, and those of containers that are styled or scripted.

    The value is the name in lower case with dashes: `SAVED_RECORDING` is "saved-recording".
    """

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:
        return name.lower().replace("_", "-")

    ANNOUNCER = auto()
    RETURN_TO_ADDRESS = auto()
    RUN_ANNOUNCER = auto()
    TOP_BAR = auto()
    CONNECTION = auto()
    CONNECTION_OPENER = auto()
    TARGET = auto()
    REHEARSE = auto()
    OWN_CREDENTIALS = auto()
    KEY_ID = auto()
    KEY_SECRET = auto()
    API_KEY = auto()
    TEST_CONNECTION = auto()
    FORGET_CREDENTIALS = auto()
    SOURCES = auto()
    TRY_SAMPLE = auto()
    RECORD_VOICE = auto()
    OPEN_RESULT = auto()
    CLOSE_SOURCE = auto()
    UPLOAD = auto()
    REFUSED_UPLOAD = auto()
    MICROPHONE = auto()
    SAVED = auto()
    SAVED_RECORDING = auto()
    OPEN_SAVED = auto()
    OPTIONS = auto()
    MODEL = auto()
    QUALITY_OVERALL = auto()
    QUALITY_TIMELINE = auto()
    GOALS = auto()
    CONTEXT = auto()
    RECORDING = auto()
    FINDINGS = auto()
    CHANGES = auto()
    USE_SOUND_ALONE = auto()
    SOUND = auto()
    ANALYSIS = auto()
    ANALYZE = auto()
    SIGN_IN = auto()
    CANCEL = auto()
    FAILURE = auto()
    NEXT_STEP = auto()
    DISMISS = auto()
    OPEN_ARRIVED = auto()
    SHOW_RUN = auto()
    EARLIER = auto()
    LIBRARY = auto()
    LIBRARY_SEARCH = auto()
    LIBRARY_SORT = auto()
    LIBRARY_LIST = auto()
    LIBRARY_PAGE = auto()
    LIBRARY_UNDO = auto()
    LIBRARY_MANAGE = auto()
    DELETE_EVERYTHING = auto()
    DELETE_CONFIRMED = auto()
    ENTRY_TITLE = auto()
    ENTRY_LABELS = auto()
    ENTRY_NOTE = auto()
    ENTRY_SAVE = auto()
    ENTRY_DELETE = auto()
    SIGN_OUT = auto()
    RESULT = auto()
    HEADING = auto()
    BADGE = auto()
    NEW_ANALYSIS = auto()
    STAGE = auto()
    CHIPS = auto()
    PLAYER = auto()
    NOW = auto()
    QUALITY = auto()
    TRACKS = auto()
    LIST = auto()
    BELOW = auto()


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
    )


def time_zone() -> tzinfo:
    """Return the time zone that the visitor's browser names; UTC where it can't be known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ValueError, ZoneInfoNotFoundError):
        return UTC


def comes_through_proxy(headers: Iterable[str]) -> bool:
    """Return whether the names of a websocket's headers show that a proxy passed it on.

    A browser that comes straight to the page sends those in `_BROWSER_HEADERS` and no others;
    proxies add their own, under more names than any list could hold. So any other counts.
    """
    names = {name.lower() for name in headers}
    return any(not name.startswith("sec-") for name in names - _BROWSER_HEADERS)


def is_local_visitor() -> bool:
    """Whether the browser is on the machine that runs the page, as far as can be told.

    What is kept on disk belongs to whoever runs the page, not to its visitors.
    """
    headers = st.context.headers
    if comes_through_proxy(headers):
        return False
    # The browser says which address it opened, and the handshake names it twice more.
    urls = (st.context.url or "", f"//{headers.get('Host', '')}", headers.get("Origin", ""))
    return all(is_loopback(urlsplit(url).hostname or "") for url in urls) and (
        st.context.ip_address in _THIS_MACHINE
    )


@st.cache_resource(show_spinner=False)
def run_registry() -> RunRegistry:
    """Return the runs of this process that no page has seen the end of."""
    return RunRegistry()


def libraries(deployment: Deployment) -> Libraries:
    """Return the libraries of this process at the place that the deployment names."""
    return _libraries(deployment.library)


@st.cache_resource(
    show_spinner=False,
    hash_funcs={
        LibraryPlace: lambda place: (place.url, str(place.folder), place.recordings_limit_bytes)
    },
)
def _libraries(place: LibraryPlace) -> Libraries:
    return Libraries(place)


@st.cache_resource(show_spinner=False, on_release=Sandbox.stop)
def sandbox() -> Sandbox:
    """Return the process's sandbox, started on a free port of this machine."""
    return Sandbox(SandboxSettings(max_concurrent=SANDBOX_UPLOADS)).start()
